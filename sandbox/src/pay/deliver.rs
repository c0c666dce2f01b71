//! Messages to the shop, and their repetition.

use std::{net::IpAddr, sync::LazyLock, time::Duration};

use reqwest::{Client, Url};

use super::{
    PayTrouble, Who, autopay, minutes, minutes_between, paybynet, przelewy24,
    state::{Attempt, Event, Message, Payment, Tells},
};
use crate::world::Shared;

/// How long the shop may take for an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How late late is, in minutes of the operator.
pub(super) const LATE_MINUTES: u32 = 10;

static CLIENT: LazyLock<Option<Client>> = LazyLock::new(|| {
    // Fails only when a provider of ciphers is there already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build().ok()
});

/// A message as it goes over the wire.
pub(super) struct Letter {
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

/// Begins to tell the shop, in this order unless the trouble is that they come in another. Waits for the first tries when
/// the browser shall come after them.
pub(super) async fn announce(shared: &Shared, who: Who, numbers: Vec<usize>) {
    let trouble = shared.world().pay.trouble(who);
    match trouble {
        PayTrouble::Early => in_turn(shared, numbers).await,
        PayTrouble::Late => later(shared, LATE_MINUTES, numbers),
        PayTrouble::Reordered => {
            let ready = {
                let mut world = shared.world();
                world.pay.held.extend(numbers);
                if world.pay.held.len() < 2 { Vec::new() } else { std::mem::take(&mut world.pay.held) }
            };
            if ready.is_empty() {
                let shared = shared.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(minutes(&shared, LATE_MINUTES)).await;
                    let held = std::mem::take(&mut shared.world().pay.held);
                    in_turn(&shared, held).await;
                });
            } else {
                later(shared, 0, ready.into_iter().rev().collect());
            }
        }
        _ => later(shared, 0, numbers),
    }
}

/// Sends what a journal says is owed still.
pub(crate) fn resume(shared: &Shared) {
    let owed: Vec<usize> = shared
        .world()
        .pay
        .messages
        .iter()
        .filter(|message| !message.done)
        .map(|message| message.number)
        .collect();
    later(shared, 0, owed);
}

fn later(shared: &Shared, count: u32, numbers: Vec<usize>) {
    let shared = shared.clone();
    tokio::spawn(async move {
        if count > 0 {
            tokio::time::sleep(minutes(&shared, count)).await;
        }
        in_turn(&shared, numbers).await;
    });
}

/// One try of each; those that were not taken come again by themselves.
async fn in_turn(shared: &Shared, numbers: Vec<usize>) {
    for number in numbers {
        if !try_once(shared, number).await {
            tokio::spawn(again(shared.clone(), number));
        }
    }
}

async fn again(shared: Shared, number: usize) {
    let Some(who) = shared.world().pay.messages.get(number).map(|message| message.who) else { return };
    for count in minutes_between(who) {
        tokio::time::sleep(minutes(&shared, *count)).await;
        if try_once(&shared, number).await {
            return;
        }
    }
}

/// Whether the shop has taken it, now or before.
async fn try_once(shared: &Shared, number: usize) -> bool {
    let (message, payment, trouble) = {
        let mut world = shared.world();
        let Some(message) = world.pay.messages.get_mut(number) else { return true };
        if message.done {
            return true;
        }
        message.tries += 1;
        let message = message.clone();
        let Some(payment) = world.pay.by_order(message.who, &message.order).cloned() else { return true };
        let trouble = world.pay.trouble(message.who);
        (message, payment, trouble)
    };
    if trouble == PayTrouble::Lost {
        return false;
    }
    let forged = trouble == PayTrouble::Forged;
    let Some(letter) = letter(&message, &payment, forged) else { return true };
    let mut answer = send(&payment.notify, &letter).await;
    if trouble == PayTrouble::Doubled {
        answer = send(&payment.notify, &letter).await;
    }
    let mut world = shared.world();
    let taken = answer.as_ref().is_ok_and(|(status, body)| match message.who {
        Who::Autopay => *status == 200 && autopay::is_confirmed(&payment.order, body),
        Who::Paybynet => *status == 200 && body.trim() == "OK",
        // A payment is taken once it is verified, whatever was answered.
        Who::Przelewy24 if message.tells == Tells::Paid => world
            .pay
            .by_transaction(message.who, &message.transaction)
            .is_some_and(|(_, attempt)| attempt.verified),
        Who::Przelewy24 => *status == 200,
    });
    if let Some(message) = world.pay.messages.get_mut(number) {
        let said = match answer {
            Ok((status, body)) => format!("{status} {}", body.chars().take(300).collect::<String>()),
            Err(why) => why,
        };
        message.answer = Some(said);
    }
    // A journal that cannot be written makes the message come again.
    taken && world.pay.record(Event::Told { number }).is_ok()
}

fn letter(message: &Message, payment: &Payment, forged: bool) -> Option<Letter> {
    let attempt = payment.attempts.iter().find(|attempt| attempt.transaction == message.transaction)?;
    if let Some(id) = &message.refund {
        let refund = payment.refunds.iter().find(|refund| &refund.id == id)?;
        return Some(przelewy24::refund_letter(payment, attempt, refund, forged));
    }
    Some(written(payment, attempt, message.tells, forged))
}

fn written(payment: &Payment, attempt: &Attempt, tells: Tells, forged: bool) -> Letter {
    match payment.who {
        Who::Autopay => autopay::letter(payment, attempt, tells, forged),
        Who::Paybynet => paybynet::letter(payment, attempt, tells, forged),
        Who::Przelewy24 => przelewy24::letter(payment, attempt, forged),
    }
}

/// What somebody else writes to the shop: that an attempt which came to nothing is paid.
pub(super) async fn forge(payment: &Payment, attempt: &Attempt) {
    let _ = send(&payment.notify, &written(payment, attempt, Tells::Paid, true)).await;
}

async fn send(to: &str, letter: &Letter) -> Result<(u16, String), String> {
    let url = Url::parse(to).map_err(|_| format!("the shop has no address: {to:?}"))?;
    if !is_here(&url) {
        return Err(format!("{to} is not on this machine, and the sandbox speaks to nobody else"));
    }
    let client = CLIENT.as_ref().ok_or("no client of HTTP")?;
    let request = client.post(url).header("content-type", letter.content_type).body(letter.body.clone());
    let answer = request.send().await.map_err(|error| format!("no answer: {error}"))?;
    let status = answer.status().as_u16();
    Ok((status, answer.text().await.unwrap_or_default()))
}

/// Whether an address is of this machine.
pub(super) fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
