//! Something of a person in every table that is declared.

use reeve::{
    kernel::identifiers::Pesel,
    messages::{NewMessage, Purpose, To},
    parties::Proven,
    platform::access::Level,
};
use uuid::Uuid;

use super::{PESEL, letter, run};
use crate::support::{Town, ctx};

/// Fills every table that is declared. Answers a letter in a case and one that belongs to none.
pub(super) async fn fill(town: &Town, (account, party): (Uuid, Uuid), other: Uuid) -> (Uuid, Uuid) {
    let proven = Proven {
        given_names: "Anna".into(),
        family_name: "Zmyślona".into(),
        born: None,
        pesel: Some(Pesel::parse(PESEL).unwrap()),
        level: Level::Verified,
        means: "desk".into(),
    };
    let mut transaction = town.pool().begin().await.unwrap();
    town.app.parties.prove_in(&mut transaction, &ctx(), party, &proven).await.unwrap().unwrap();
    let values = [("what", "hasło".to_owned()), ("when", "dziś".to_owned())];
    let told = NewMessage {
        to: To::Party(party),
        template: "account-changed",
        values: &values,
        purpose: Purpose::Security,
        thread: None,
        href: None,
        key: None,
    };
    town.app.messages.send_in(&mut transaction, &ctx(), &told).await.unwrap();
    transaction.commit().await.unwrap();
    town.app.parties.look(&ctx(), party, "case").await.unwrap();
    let case = letter(town, party, "Anna Zmyślona prosi").await;
    let passing = letter(town, party, "Anna Zmyślona pyta").await;
    let mut connection = town.pool().acquire().await.unwrap();
    town.app.messages.note_in(&mut connection, &ctx(), case, "Pani Anna Zmyślona dzwoniła.").await.unwrap();
    drop(connection);
    run(town, "update message set passing_since = now() where id = $1", &[passing]).await;
    for sql in [
        "update party set street = 'Lipowa', house_number = '7', postcode = '05-807', place = 'Zmyślin' where id = $1",
        "insert into identity_code (id, party, purpose, code_mark, created_at, expires_at, addressee, house_number, postcode, place)
         values (gen_random_uuid(), $1, 'letter', decode(repeat('ab', 32), 'hex'), now(), now(), 'Anna Zmyślona', '7', '05-807', 'Zmyślin')",
        "insert into identity_attempt values ('roll', $1, now(), 1)",
        "insert into cart_line (account, instalment, payer, title, added_at)
         select account, gen_random_uuid(), id, 'Podatek', now() from party where id = $1",
        "insert into payment_order (id, number, account, party, lang, paid_by, valid_until, shown, key, created_at)
         select gen_random_uuid(), 'Z-1234567890', account, id, 'pl', 'payer', now(), '[]', gen_random_uuid(), now()
         from party where id = $1",
        "insert into payment_transfer (id, payment_order, place, code, contract, nrb, amount_grosze, transfers_only, state, changed_at)
         select gen_random_uuid(), id, 1, '1234567890', 'autopay', repeat('1', 26), 100, false, 'made', now() from payment_order where party = $1",
        "insert into payment_part (transfer, place, instalment, payer, kind, regime, title, token, amount_grosze)
         select id, 1, gen_random_uuid(), $1, 'property', 'tax', 'Podatek', 'NP/1', 100 from payment_transfer",
        "insert into payment_claim (instalment, transfer) select instalment, transfer from payment_part where payer = $1",
        "insert into payment_refund_part (refund, transfer, place, amount_grosze)
         select gen_random_uuid(), transfer, place, 1 from payment_part where payer = $1",
        "insert into payment_event (at, transfer, contract, source, kind, alarm, actor, details)
         select now(), transfer, 'autopay', 'payer', 'made', true, 'payer', '{}' from payment_part where payer = $1",
        "insert into payment_alarm_end (event, at, by) select e.id, now(), 'x@urzad.example' from payment_event e
         join payment_part p on p.transfer = e.transfer where p.payer = $1",
        "insert into payment_payout (id, contract, name, nrb) select gen_random_uuid(), 'autopay', transfer::text, '' from payment_part
         where payer = $1",
        "insert into payment_settled (id, payout, contract, key, source, order_code, transaction, transfer, amount_grosze, fee_grosze,
            currency, paid_on, told_at)
         select gen_random_uuid(), o.id, o.contract, 'key', 'payment', '1234567890', 'x', p.transfer, 100, 0, 'PLN', current_date, now()
         from payment_part p join payment_payout o on o.name = p.transfer::text where p.payer = $1",
        "insert into tax_declaration (id, party, parcel, parcel_key, valid_from, origin, source, entered_by, entered_at)
         values (gen_random_uuid(), $1, '1/1', '1/1', '2026-01-01', 'desk', '', 'x', now())",
        "insert into tax_declaration_item (declaration, place, part, tax, use_of, area_dm2)
         select id, 0, 'land', 'property', 'B', 100 from tax_declaration where party = $1",
        "insert into contact values ($1, 'sms', '+48501222333', now())",
        "insert into contact_code values ($1, '+48501222333', 'mark', 0, now(), now())",
        "insert into consent (party, purpose, channel, given, at, page, wording, wording_version)
         values ($1, 'news', 'email', true, now(), '/account/consents', 'Chcę wiadomości', '1')",
        "insert into message_language values ($1, 'pl') on conflict do nothing",
        "insert into conversation (id, number, subject, party, lang, state, deadline, created_at, written_at)
         values (gen_random_uuid(), 'P/2026/000001', 'Anna Zmyślona pyta', $1, 'pl', 'new', current_date, now(), now())",
        "insert into conversation_event (conversation, at, actor, kind)
         select id, now(), 'writer', 'written' from conversation where party = $1",
        "insert into push_subscription values (gen_random_uuid(), $1, 'https://push.example/1', 'p', 'a', 'Firefox', now())",
        "insert into delivery (id, message, channel, address, why, content, state, priority, next_try_at, created_at)
         select gen_random_uuid(), id, 'sms', '+48501222333', 'law', '{}', 'sent', 1, now(), now() from message
         where party = $1 and passing_since is null and direction = 'in'",
        "insert into delivery_event (delivery, at, what, attempt, actor)
         select d.id, now(), 'sent', 1, 'x' from delivery d join message m on m.id = d.message
         where m.party = $1 and m.passing_since is null",
    ] {
        run(town, sql, &[party]).await;
    }
    for sql in [
        "insert into conversation_wish (id, token_hash, name, email, email_key, lang, subject, body, created_at, expires_at)
         select gen_random_uuid(), decode(repeat('af', 32), 'hex'), 'Anna Zmyślona', email, email_key, 'pl', 'Pytanie', 'x', now(),
            now() + interval '2 days' from account where id = $1",
        "insert into passkey values (gen_random_uuid(), $1, 'Telefon Anny', '\\x01', '{}', now())",
        "insert into recovery_code values ($1, decode(repeat('ab', 32), 'hex'))",
        "insert into account_identity (id, account, provider, issuer, subject, linked_at)
         values (gen_random_uuid(), $1, 'broker', 'https://broker.example', 'anna', now())",
        "insert into account_link (id, account, purpose, token_hash, created_at, created_by, expires_at)
         values (gen_random_uuid(), $1, 'reset', decode(repeat('ac', 32), 'hex'), now(), 'owner', now())",
        "insert into account_challenge (purpose, bound_to, account, state, expires_at)
         values ('second-step', decode(repeat('ad', 32), 'hex'), $1, '{}', now() + interval '1 hour')",
        "insert into account_email_change (id, account, old_email, new_email, confirm_hash, created_at, expires_at)
         values (gen_random_uuid(), $1, 'anna.zmyslona@poczta.example', 'anna.nowa@poczta.example', decode(repeat('ae', 32), 'hex'), now(), now())",
    ] {
        run(town, sql, &[account]).await;
    }
    for sql in [
        "insert into due_account (id, kind, party, object, opened_by, opened_at)
         values (gen_random_uuid(), 'dog', $1, 'Burek', 'x', now())",
        "insert into due_assessment (id, account, kind, year, number, decision, decided_on, amount_grosze, entered_by, entered_at)
         select gen_random_uuid(), id, 'dog', 2026, 1, 'FN.1', '2026-01-02', 5000, 'x', now() from due_account where party = $1",
        "insert into due_instalment (id, account, assessment, number, token, term, due, amount_grosze)
         select gen_random_uuid(), a.id, s.id, 1, 'PS/2026/000001', '2026-04-30', '2026-04-30', 5000
         from due_account a join due_assessment s on s.account = a.id where a.party = $1",
        "insert into due_deferral (instalment, decided_on, due, decision, entered_by, entered_at)
         select i.id, '2026-04-01', '2026-06-30', 'FN.2', 'x', now() from due_instalment i join due_account a on a.id = i.account
         where a.party = $1",
        "with s as (insert into survey (id, slug, kind, title_pl, form, secrecy, created_at, created_by)
            values (gen_random_uuid(), 'x', 'consultation', 'x', '{}', 'named', now(), 'x') returning id),
         v as (insert into survey_version (survey, version, title_pl, intro_pl, form, made_at, made_by)
            select id, 1, 'x', '', '{}', now(), 'x' from s),
         a as (insert into survey_answer (id, survey, version, party, answers, on_day)
            select gen_random_uuid(), id, 1, $1, '{}', '2026-05-01' from s returning id, survey),
         e as (insert into survey_excerpt (answer, question, survey, shown, words, read_by, read_on)
            select id, 'q', survey, true, 'x', 'x', '2026-05-02' from a),
         f as (insert into survey_file (id, survey, answer, name, media_type, bytes, on_day)
            select gen_random_uuid(), survey, id, 'x', 'image/png', 1, '2026-05-01' from a),
         n as (insert into survey_opinion (answer, part, shown) select id, 'q', 'x' from a),
         p as (insert into survey_part (survey, party, on_day) select id, $1, '2026-05-01' from s),
         i as (insert into survey_invitation (survey, party, kind, on_day) select id, $1, 'invitation', '2026-05-01' from s),
         r as (insert into survey_roll (survey, party, paper_on) select id, $1, '2026-05-01' from s),
         c as (insert into survey_code (survey, party, printed_on, printed_by, times) select id, $1, '2026-05-01', 'x', 1 from s),
         b as (insert into budget (survey, submit_from, submit_until) select id, now(), now() + interval '1 day' from s
            returning survey),
         o as (insert into budget_pool (id, survey, place, name_pl, amount, most_cost)
            select gen_random_uuid(), survey, 1, 'x', 100, 100 from b returning id, survey)
         insert into budget_project (id, survey, number, pool, party, title, words, geom, estimate, submitted_on)
         select gen_random_uuid(), survey, 1, id, $1, 'x', 'x', st_setsrid(st_point(20.75, 52.15), 4326), 100, '2026-05-01' from o",
        "with agreed as (insert into due_agreement (id, decided_on, reckoned_to, decision, entered_by, entered_at)
            values (gen_random_uuid(), '2026-05-20', '2026-05-10', 'FN.3', 'x', now()) returning id),
         term as (insert into due_agreement_term (agreement, number, due, amount_grosze)
            select id, 1, '2026-07-31', 5000 from agreed),
         told as (insert into due_agreement_notice (agreement, number, message, sent_at)
            select id, 1, gen_random_uuid(), now() from agreed),
         ended as (insert into due_agreement_end (agreement, ended_on, reason, entered_by, entered_at)
            select id, '2026-06-20', 'mistake', 'x', now() from agreed)
         insert into due_agreement_part (agreement, instalment, due, principal_grosze)
         select agreed.id, i.id, '2026-07-31', 5000
         from agreed, due_instalment i join due_account a on a.id = i.account where a.party = $1",
        "with note as (insert into due_interest_note (id, year, number, party, on_day, message, made_by, signed, made_at)
            values (gen_random_uuid(), 2026, 1, $1, '2026-06-01', gen_random_uuid(), 'x', 'x', now()) returning id)
         insert into due_interest_note_line (note, instalment, interest, settled_grosze, noted_grosze, amount_grosze)
         select note.id, i.id, '{}', 0, 0, 1 from note, due_instalment i join due_account a on a.id = i.account where a.party = $1",
        "insert into due_notice (instalment, due, message, sent_at)
         select i.id, i.due, gen_random_uuid(), now() from due_instalment i join due_account a on a.id = i.account where a.party = $1",
        "with run as (insert into due_reminder_run (id, on_day, kinds, made_by, signed, made_at)
            values (gen_random_uuid(), '2026-06-01', '{dog}', 'x', 'x', now()) returning id),
         one as (insert into due_reminder (id, run, form, year, number, party, on_day, state)
            select gen_random_uuid(), run.id, 'reminder', 2026, 1, $1, '2026-06-01', 'void' from run returning id)
         insert into due_reminder_line (reminder, instalment, principal_grosze, interest_grosze, cost_grosze)
         select one.id, i.id, 5000, 0, 0 from one, due_instalment i join due_account a on a.id = i.account where a.party = $1",
        "with entry as (insert into ledger_entry (id, kind, source_kind, source_id, party, on_day, booked_on, title, details,
                entered_by, entered_at)
            values (gen_random_uuid(), 'assessment', 'assessment', 'x', $1, '2026-01-02', '2026-01-02', '', '{}', 'x', now())
            returning id)
         insert into ledger_posting (entry, account, role, instalment, amount_grosze)
         select entry.id, p.account, p.role, i.id, p.amount from entry, (values ('receivable', 'assessed', 5000), ('income', null, -5000))
            p (account, role, amount)
            left join due_instalment i on p.role is not null and i.token = 'PS/2026/000001'",
        "with entry as (insert into statement_entry (id, key, nrb, booked_on, value_on, paid_on, amount_grosze, reversal, title, raw,
                state)
            values (gen_random_uuid(), 'x', repeat('1', 26), '2026-04-30', '2026-04-30', '2026-04-30', 5000, false, 'pies', 'pies',
                'booked')
            returning id),
         rule as (insert into statement_rule (id, sender_account, party, made_by, made_at)
            values (gen_random_uuid(), repeat('2', 26), $1, 'x', now())),
         booking as (insert into statement_booking (booking, entry, party, how, amount_grosze, settles)
            select l.id, entry.id, $1, 'token', 5000, false from entry, ledger_entry l where l.party = $1)
         insert into statement_decision (entry, at, actor, kind) select id, now(), 'x', 'booked' from entry",
    ] {
        run(town, sql, &[party]).await;
    }
    let mandate = Uuid::now_v7();
    run(
        town,
        "insert into mandate (id, principal, agent, scopes, valid_from, document, entered_by, entered_at)
         values ($1, $2, $3, '{dues}', current_date, 'Pełnomocnictwo od: Anna Zmyślona', 'x@urzad.example', now())",
        &[mandate, party, other],
    )
    .await;
    run(
        town,
        "insert into mandate_event (mandate, at, kind, by) values ($1, now(), 'entered', 'x@urzad.example')",
        &[mandate],
    )
    .await;
    (case, passing)
}
