//! Letters of the made-up town, so that the desk of the demonstration is not empty.

use uuid::Uuid;

use super::{
    Conversations,
    model::{Canned, Department, NewLetter},
    ops::Writer,
    store::{self, Step, setup},
};
use crate::{
    accounts::Email,
    platform::{Ctx, http::Failure},
};

/// Departments of the made-up town: name in Polish and English, days.
const DEPARTMENTS: [(&str, &str, i32); 3] = [
    ("Referat dróg i zieleni", "Roads and greenery", 14),
    ("Administracja cmentarza", "Cemetery administration", 30),
    ("Referat podatków i opłat", "Taxes and charges", 30),
];

/// Canned answers: title and text in Polish, in English.
const CANNED: [[&str; 4]; 3] = [
    [
        "Zgłoszenie przyjęte do naprawy",
        "Dzień dobry,\n\ndziękujemy za zgłoszenie. Przekazaliśmy je ekipie, która obejrzy miejsce w ciągu trzech dni \
         roboczych. Damy znać, gdy naprawa będzie gotowa.",
        "Report passed on for repair",
        "Good morning,\n\nthank you for telling us. We have passed it on to the crew, who will look at the place within three \
         working days. We will let you know when it is mended.",
    ],
    [
        "Prośba o zdjęcie lub miejsce",
        "Dzień dobry,\n\nżeby znaleźć to miejsce, potrzebujemy zdjęcia albo numeru najbliższego domu. Wystarczy odpisać w tej \
         rozmowie.",
        "Asking for a photo or the place",
        "Good morning,\n\nto find the place we need a photo, or the number of the nearest house. Just write back here.",
    ],
    [
        "Godziny otwarcia urzędu",
        "Dzień dobry,\n\nurząd jest czynny od poniedziałku do piątku. Godziny stoją na dole każdej strony.",
        "Opening hours",
        "Good morning,\n\nthe office is open from Monday to Friday. The hours stand at the foot of every page.",
    ],
];

/// Letters: subject, text, place in [`DEPARTMENTS`].
const LETTERS: [(&str, &str, Option<usize>); 4] = [
    (
        "Nie świeci latarnia przy przystanku",
        "Dzień dobry,\n\nod poniedziałku nie świeci latarnia przy przystanku koło szkoły. Rano jest tam zupełnie ciemno, a chodzą \
         tamtędy dzieci.\n\nMaja Mieszkanka",
        Some(0),
    ),
    (
        "Przedłużenie opłaty za grób",
        "Proszę o informację, do kiedy opłacony jest grób mojej babci i jak można go przedłużyć.\n\nMaja Mieszkanka",
        Some(1),
    ),
    (
        "Połamana ławka w parku",
        "W parku przy stawie ktoś połamał ławkę. Wystają z niej gwoździe.\n\nMaja Mieszkanka",
        Some(0),
    ),
    ("Kiedy będzie odbiór gabarytów?", "Nie mogę znaleźć terminu na ten miesiąc.\n\nMaja Mieszkanka", None),
];

impl Conversations {
    /// Makes departments, canned answers and a few letters of a resident of the demo, where there are no letters yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepare_demo(&self, ctx: &Ctx) -> Result<(), Failure> {
        let Some(email) = Email::parse("mieszkanka@reeve.example") else { return Ok(()) };
        // Where people of flesh and blood have accounts there is no such resident.
        let Ok(account) = self.accounts.person_by_email(ctx, &email).await else { return Ok(()) };
        let Some(party) = self.parties.of_account(account.id).await?.filter(|_| account.demo) else {
            return Ok(());
        };
        if !setup::canned(&self.pool).await?.is_empty() || !self.letters_of(party.id).await?.is_empty() {
            return Ok(());
        }
        let mut departments = Vec::new();
        for (name_pl, name_en, days) in DEPARTMENTS {
            let id = Uuid::now_v7();
            let (name_pl, name_en) = (name_pl.to_owned(), name_en.to_owned());
            let new = Department { id, name_pl, name_en, takes_letters: true, days, head: None, rev: 0 };
            // Another node may be just as quick; then the demo is made there.
            if setup::save_department(&self.pool, &new, ctx.actor(), ctx.now).await.is_err() {
                return Ok(());
            }
            departments.push(id);
        }
        for [title_pl, body_pl, title_en, body_en] in CANNED {
            let new = Canned {
                id: Uuid::now_v7(),
                title_pl: title_pl.to_owned(),
                title_en: title_en.to_owned(),
                body_pl: body_pl.to_owned(),
                body_en: body_en.to_owned(),
                rev: 0,
            };
            setup::save_canned(&self.pool, &new, ctx.actor(), ctx.now).await?;
        }
        let age = chrono::Duration::days(9);
        for (place, (subject, body, department)) in LETTERS.into_iter().enumerate() {
            // Each came two days after the one before; the first wants an answer today.
            let days = i64::try_from(place).unwrap_or(0) * 2;
            let at = Ctx { now: ctx.now - age + chrono::Duration::days(days), ..ctx.clone() };
            let letter = NewLetter {
                subject: subject.to_owned(),
                body: body.to_owned(),
                department: department.and_then(|place| departments.get(place).copied()),
                about: None,
                attachments: Vec::new(),
                key: None,
            };
            let mut transaction = self.pool.begin().await?;
            let begun = self.begin_in(&mut transaction, &at, Writer::Party(party.id), &letter).await?;
            if place == 0
                && let Some(head) = store::find(&mut *transaction, begun.id).await?
            {
                let step = Step { deadline: crate::ui::local_time::day_of(ctx.now), ..Step::of(&head) };
                store::step(&mut transaction, begun.id, &step, at.now).await?;
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn letters_of(&self, party: Uuid) -> Result<Vec<super::model::Conversation>, Failure> {
        Ok(store::of_party(&self.pool, party, None, 1).await?)
    }
}
