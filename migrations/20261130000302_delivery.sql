-- Browsers that show somebody's messages.
create table push_subscription (
    id uuid primary key,
    party uuid not null constraint push_subscription_party references party (id),
    -- Whoever knows it can write to the browser.
    endpoint text not null constraint push_subscription_endpoint unique
        constraint push_subscription_endpoint_length check (length(endpoint) <= 2048),
    p256dh text not null constraint push_subscription_p256dh_length check (length(p256dh) <= 130),
    auth text not null constraint push_subscription_auth_length check (length(auth) <= 130),
    -- What the browser calls itself.
    agent text not null constraint push_subscription_agent_length check (length(agent) <= 200),
    created_at timestamptz not null
);
create index push_subscription_of_party on push_subscription (party);

-- One way out of a message, tried until it is through or given up.
create table delivery (
    id uuid primary key,
    message uuid not null constraint delivery_message references message (id) on delete cascade,
    channel text not null constraint delivery_channel check (channel in ('inbox', 'email', 'sms', 'push', 'letter')),
    -- Address, number, id of the subscription, or lines of the envelope; empty for the inbox.
    address text not null constraint delivery_address_length check (length(address) <= 500),
    -- Why this way was taken or left: law, consent…
    why text not null constraint delivery_why_length check (length(why) <= 60),
    -- What goes out, as a JSON object; what opens something is blotted out, and stands in sealed until it has gone.
    content text not null constraint delivery_content_length check (length(content) <= 60000),
    sealed bytea,
    state text not null constraint delivery_state
        check (state in ('waiting', 'sending', 'sent', 'delivered', 'failed', 'dead', 'not_wanted')),
    -- What is urgent goes first: 0 security, 1 case, 2 reminder, 3 news.
    priority smallint not null,
    -- Tries that were begun, also those of which nobody knows how they ended.
    attempts integer not null default 0,
    -- Where it stands in the row of waits.
    step integer not null default 0,
    next_try_at timestamptz not null,
    leased_until timestamptz,
    leased_by uuid,
    provider text constraint delivery_provider_length check (length(provider) <= 200),
    provider_id text constraint delivery_provider_id_length check (length(provider_id) <= 400),
    last_error text constraint delivery_last_error_length check (length(last_error) <= 500),
    created_at timestamptz not null,
    done_at timestamptz,
    constraint delivery_once unique (message, channel, address),
    constraint delivery_lease check ((state = 'sending') = (leased_until is not null and leased_by is not null))
);
create index delivery_due on delivery (priority, next_try_at) where state in ('waiting', 'sending');
create index delivery_of_state on delivery (state, id desc) where channel <> 'inbox';
create index delivery_of_provider on delivery (provider_id) where provider_id is not null;
create index delivery_of_address on delivery (channel, address, created_at) where address <> '';

-- What was done when, by which provider, with which answer: the proof. Rows are added and never changed; they go only
-- with their message.
create table delivery_event (
    id bigint generated always as identity primary key,
    delivery uuid not null constraint delivery_event_delivery references delivery (id) on delete cascade,
    at timestamptz not null,
    what text not null constraint delivery_event_what check (what in
        ('queued', 'sending', 'sent', 'delivered', 'failed', 'dead', 'not_wanted', 'retried', 'given_up', 'posted', 'looked')),
    attempt integer not null,
    provider text constraint delivery_event_provider_length check (length(provider) <= 200),
    answer text constraint delivery_event_answer_length check (length(answer) <= 500),
    actor text not null constraint delivery_event_actor_length check (length(actor) <= 254)
);
create index delivery_event_of_delivery on delivery_event (delivery, id);

create function delivery_event_stays() returns trigger language plpgsql as $$
begin
    raise exception 'events of a delivery are never changed' using errcode = 'restrict_violation';
end $$;
create trigger delivery_event_stays before update on delivery_event
    for each statement execute function delivery_event_stays();

-- Whoever sends is woken when there is something to send.
create function delivery_waits() returns trigger language plpgsql as $$
begin
    perform pg_notify('reeve_messages', '');
    return null;
end $$;
create trigger delivery_waits after insert on delivery for each statement execute function delivery_waits();
