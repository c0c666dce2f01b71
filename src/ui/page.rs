//! The shell of a page: whose town, which way in, what stands in the foot.

use crate::{
    kernel::Lang,
    platform::{
        Said,
        http::FORM_TOKEN,
        i18n::{Texts, texts},
    },
    ui::{
        map_data::MapData,
        markup::{Markup, icon, script_json, token_field},
    },
};

/// Accent of a town that has not chosen one; the same as in the style sheet.
pub const ACCENT: &str = "#0d5c63";

/// What the town calls itself and how it looks.
#[derive(Debug, Clone, Default)]
pub struct TownLook {
    /// Its name; the shell has a word of its own when empty.
    pub name: String,
    /// Address of the crest's picture; ours when `None`.
    pub crest: Option<String>,
    /// Pictures for a browser's tab and a phone's screen; ours when `None`.
    pub icons: Option<Icons>,
    /// Accent colour `#rrggbb`, checked with the settings; ours when `None`.
    pub colour: Option<String>,
    /// Whether the town is made up; then every page says so.
    pub made_up: bool,
    /// The office, as far as it is known.
    pub office: OfficeLook,
}

/// Addresses of the pictures that were made of the town's crest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icons {
    /// For Apple's screens: 180 pixels, without transparency.
    pub small: String,
    /// 192 pixels.
    pub medium: String,
    /// 512 pixels.
    pub large: String,
    /// 512 pixels, with room around the crest for whatever shape a phone cuts out.
    pub maskable: String,
}

/// The office as pages show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficeLook {
    /// What it is called.
    pub name: Option<Said>,
    /// Lines of its address.
    pub address: Vec<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Opening hours.
    pub hours: Option<Said>,
}

impl OfficeLook {
    /// Whether anything of it is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        *self != Self::default()
    }
}

/// A telephone number, to be read and to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// "22 555 01 01".
    pub text: String,
    /// "tel:+48225550101".
    pub href: String,
}

impl Phone {
    /// A number as the town wrote it; nine digits without a country's prefix are Polish.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let plus = text.starts_with('+');
        let number = match (plus, digits.len()) {
            (_, 0) => return None,
            (true, _) => format!("+{digits}"),
            (false, 9) => format!("+48{digits}"),
            (false, _) => digits,
        };
        Some(Self { text: text.to_owned(), href: format!("tel:{number}") })
    }
}

/// What the shell shows of whoever is signed in.
#[derive(Debug, Clone, Default)]
pub struct StaffLook {
    /// Id of the account.
    pub account: String,
    /// What colleagues call them.
    pub name: String,
    /// What each form must bring back.
    pub csrf: String,
    /// What they may do somewhere, by stable names: `registry:write`.
    pub may: Vec<&'static str>,
}

/// What the shell shows of a resident who is signed in.
#[derive(Debug, Clone, Default)]
pub struct ResidentLook {
    /// Id of the account.
    pub account: String,
    /// Their name.
    pub name: String,
    /// What each form must bring back.
    pub csrf: String,
    /// Stable name of the level: `verified`.
    pub level: &'static str,
    /// In whose name they act.
    pub acting: Option<String>,
}

/// Which way in is marked in the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nav {
    /// None of them.
    #[default]
    Nowhere,
    /// The map.
    Map,
    /// Graves.
    Graves,
    /// What the town asks.
    Surveys,
    /// Help.
    Help,
    /// The desk's first page: what wants doing.
    Desk,
    /// The editor.
    DeskMap,
    /// Changes and their history.
    DeskChanges,
    /// Imports of files.
    DeskImports,
    /// Kinds of things.
    DeskKinds,
    /// Accounts and roles.
    DeskPeople,
    /// One's own account.
    DeskAccount,
    /// Persons and companies.
    DeskResidents,
    /// Messages that left or did not, templates, letters.
    DeskMessages,
    /// Payments through operators.
    DeskPayments,
    /// What residents write to the office.
    DeskConversations,
    /// What is owed.
    DeskDues,
    /// Statements of bank accounts.
    DeskStatements,
    /// The exchange with the finance system.
    DeskFinance,
    /// The land register against what is declared.
    DeskTaxBase,
    /// What the town asks residents.
    DeskSurveys,
    /// What has been kept long enough.
    DeskPrivacy,
    /// The town's look and accessibility statement.
    DeskTown,
    /// A resident's first page.
    Account,
    /// A resident's messages and consents.
    AccountMessages,
    /// What a resident writes to the office.
    AccountLetters,
    /// What a resident owes.
    AccountDues,
    /// What a resident pays online.
    AccountPayments,
    /// Who a resident is.
    AccountData,
    /// For whom a resident acts.
    AccountMandates,
    /// How a resident signs in.
    AccountSecurity,
    /// What is kept of a resident.
    AccountPrivacy,
}

impl Nav {
    /// Whether it is one of a resident's own pages.
    #[must_use]
    pub fn is_own(self) -> bool {
        matches!(
            self,
            Self::Account
                | Self::AccountMessages
                | Self::AccountLetters
                | Self::AccountDues
                | Self::AccountPayments
                | Self::AccountData
                | Self::AccountMandates
                | Self::AccountSecurity
                | Self::AccountPrivacy
        )
    }
}

/// Somebody whose data is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// "© OpenStreetMap contributors".
    pub text: String,
    /// Where the terms stand.
    pub href: Option<String>,
}

impl Credit {
    /// The credit that OpenStreetMap asks for, wherever its data is shown.
    #[must_use]
    pub fn openstreetmap() -> Self {
        Self {
            text: "© OpenStreetMap contributors".to_owned(),
            href: Some("https://www.openstreetmap.org/copyright".to_owned()),
        }
    }
}

/// What every page has.
#[derive(Debug, Clone)]
pub struct Page {
    /// Language of the page.
    pub lang: Lang,
    /// Title without the town's name.
    pub title: String,
    /// Which way in is marked.
    pub nav: Nav,
    /// The town.
    pub town: TownLook,
    /// This page's own path and query without `lang`, `/graves?q=Nowak`, for the language switch.
    pub here: String,
    /// Whose data is shown.
    pub credits: Vec<Credit>,
    /// What the page says to its map, when it has one.
    pub map: Option<MapData>,
    /// The member of the staff who is signed in.
    pub staff: Option<StaffLook>,
    /// The resident who is signed in.
    pub resident: Option<ResidentLook>,
}

impl Page {
    /// Whether whoever is signed in may do something, by its stable name, at least for some kinds.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        self.staff.as_ref().is_some_and(|staff| staff.may.contains(&permission))
    }

    /// Whose work a browser keeps: the account's id, or nothing.
    #[must_use]
    pub fn who(&self) -> &str {
        let staff = self.staff.as_ref().map(|staff| staff.account.as_str());
        staff.or_else(|| self.resident.as_ref().map(|resident| resident.account.as_str())).unwrap_or_default()
    }

    /// The page on which whoever is signed in sees how they sign in; pages about it lie below.
    #[must_use]
    pub fn own_page(&self) -> &'static str {
        if self.resident.is_some() { "/account/security" } else { "/desk/account" }
    }

    /// What each form of whoever is signed in must bring back; empty for visitors.
    #[must_use]
    pub fn form_token(&self) -> &str {
        let staff = self.staff.as_ref().map(|staff| staff.csrf.as_str());
        staff.or_else(|| self.resident.as_ref().map(|resident| resident.csrf.as_str())).unwrap_or_default()
    }

    /// The hidden field by which a form proves that it comes from this page. Every form that posts holds it.
    #[must_use]
    pub fn csrf_field(&self) -> Markup {
        token_field(FORM_TOKEN, self.form_token())
    }

    /// Texts of the page's language.
    #[must_use]
    pub fn texts(&self) -> &'static Texts {
        texts(self.lang)
    }

    /// Name of the town, or the shell's own word for it.
    #[must_use]
    pub fn town_name(&self) -> String {
        if self.town.name.is_empty() { self.texts().get("town-unnamed") } else { self.town.name.clone() }
    }

    /// The title as the browser shows it. The town's name is enough on a page that has no title.
    #[must_use]
    pub fn full_title(&self) -> String {
        if self.title.is_empty() {
            self.town_name()
        } else {
            format!("{} – {}", self.title, self.town_name())
        }
    }

    /// Address of the crest.
    #[must_use]
    pub fn crest(&self) -> &str {
        self.town.crest.as_deref().unwrap_or("/static/crest.svg")
    }

    /// Colour of a phone's frame around the page.
    #[must_use]
    pub fn theme_colour(&self) -> &str {
        self.town.colour.as_deref().unwrap_or(ACCENT)
    }

    /// The other language.
    #[must_use]
    pub fn other_lang(&self) -> Lang {
        match self.lang {
            Lang::Pl => Lang::En,
            Lang::En => Lang::Pl,
        }
    }

    /// Name of the other language in itself.
    #[must_use]
    pub fn other_lang_name(&self) -> &'static str {
        match self.lang {
            Lang::Pl => "English",
            Lang::En => "Polski",
        }
    }

    /// This page in the other language.
    #[must_use]
    pub fn other_lang_href(&self) -> String {
        let join = if self.here.contains('?') { '&' } else { '?' };
        format!("{}{join}lang={}", self.here, self.other_lang().tag())
    }

    /// Whether a way in is the marked one.
    #[must_use]
    pub fn at(&self, nav: Nav) -> bool {
        self.nav == nav
    }

    /// Whether the page belongs to the desk.
    #[must_use]
    pub fn at_desk(&self) -> bool {
        !matches!(self.nav, Nav::Nowhere | Nav::Map | Nav::Graves | Nav::Surveys | Nav::Help)
            && !self.nav.is_own()
    }

    /// An icon of the sprite.
    #[must_use]
    pub fn icon(&self, name: &str) -> Markup {
        icon(name)
    }

    /// Texts of the box of push messages as JSON that can stand inside a script element.
    #[must_use]
    pub fn push_texts(&self) -> String {
        script_json(&self.texts().for_browser(&["push-js-"]))
    }

    /// The map's block as JSON that can stand inside a script element.
    #[must_use]
    pub fn map_json(&self) -> Option<String> {
        self.map.as_ref().map(|map| map.to_script(self.texts()))
    }
}

#[cfg(test)]
mod tests {
    use super::Phone;

    #[test]
    fn a_number_is_called_with_its_country() {
        let href = |text: &str| Phone::new(text).map(|phone| phone.href);
        assert_eq!(href("22 555 01 01").as_deref(), Some("tel:+48225550101"));
        assert_eq!(href("+48 (22) 555-01-01").as_deref(), Some("tel:+48225550101"));
        assert_eq!(href("112").as_deref(), Some("tel:112"));
        assert_eq!(href(" – "), None);
    }
}
