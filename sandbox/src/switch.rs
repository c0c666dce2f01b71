//! Troubles that are wished for.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    SLOW, broken_off,
    pay::{PayTrouble, Who},
    world::Shared,
};

/// What goes wrong with every message from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// A status of 500, nothing taken.
    Http500,
    /// Taken, and the connection breaks before the answer.
    LostAnswer,
    /// Taken, and answered late.
    Slow,
    /// A code of SMSAPI, nothing taken.
    Code(u16),
    /// Every subscription has ended.
    Gone,
    /// A status of 429, nothing taken.
    Throttled,
}

impl Trouble {
    fn of_sms(word: &str) -> Option<Self> {
        match word.strip_prefix("error-") {
            Some(code) => code.parse().ok().map(Self::Code),
            None => Self::of_both(word),
        }
    }

    fn of_push(word: &str) -> Option<Self> {
        match word {
            "gone" => Some(Self::Gone),
            "throttled" => Some(Self::Throttled),
            word => Self::of_both(word),
        }
    }

    fn of_both(word: &str) -> Option<Self> {
        match word {
            "ok" => Some(Self::None),
            "http-500" => Some(Self::Http500),
            "lost-answer" => Some(Self::LostAnswer),
            "slow" => Some(Self::Slow),
            _ => None,
        }
    }

    /// The answer to a message that was taken, after the trouble.
    pub(crate) async fn answer(self, answer: Response) -> Response {
        match self {
            Self::LostAnswer => broken_off(),
            Self::Slow => {
                tokio::time::sleep(SLOW).await;
                answer
            }
            _ => answer,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    sms: Option<String>,
    push: Option<String>,
    gone: Option<String>,
    autopay: Option<String>,
    paybynet: Option<String>,
    przelewy24: Option<String>,
    pay: Option<crate::pay::Wish>,
}

/// `POST /switch`
pub(crate) async fn turn(State(shared): State<Shared>, Json(wish): Json<Wish>) -> Response {
    let no = |text: String| (StatusCode::BAD_REQUEST, text).into_response();
    let sms = wish.sms.as_deref().map(|word| Trouble::of_sms(word).ok_or(word)).transpose();
    let push = wish.push.as_deref().map(|word| Trouble::of_push(word).ok_or(word)).transpose();
    let (sms, push) = match (sms, push) {
        (Ok(sms), Ok(push)) => (sms, push),
        (Err(word), _) => {
            return no(format!("sms is ok, error-CODE, http-500, lost-answer or slow, not {word}"));
        }
        (_, Err(word)) => {
            return no(format!("push is ok, gone, throttled, http-500, lost-answer or slow, not {word}"));
        }
    };
    let words = [&wish.autopay, &wish.paybynet, &wish.przelewy24];
    let mut troubles = Vec::new();
    for (who, word) in Who::ALL.into_iter().zip(words) {
        let Some(word) = word else { continue };
        let Some(trouble) = PayTrouble::of(word) else {
            return no(format!("{} is {}, not {word}", who.name().to_lowercase(), PayTrouble::WORDS));
        };
        troubles.push((who, trouble));
    }
    let mut world = shared.world();
    if let Some(id) = &wish.gone {
        let Some(browser) = world.browsers.get_mut(id) else {
            return no(format!("there is no browser {id}"));
        };
        browser.gone = true;
    }
    world.sms_trouble = sms.unwrap_or(world.sms_trouble);
    world.push_trouble = push.unwrap_or(world.push_trouble);
    for (who, trouble) in troubles {
        world.pay.turn(who, trouble);
    }
    world.pay.wish(wish.pay.unwrap_or_default());
    StatusCode::NO_CONTENT.into_response()
}
