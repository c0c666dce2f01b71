//! The shell of a page: whose town, which way in, what stands in the foot.

use crate::{
    kernel::Lang,
    platform::{
        http::FORM_TOKEN,
        i18n::{Texts, texts},
    },
    ui::{
        map_data::MapData,
        markup::{Markup, icon, token_field},
    },
};

/// What the town calls itself and how it looks.
#[derive(Debug, Clone, Default)]
pub struct TownLook {
    /// Its name; the shell has a word of its own when empty.
    pub name: String,
    /// Address of the crest's picture; ours when `None`.
    pub crest: Option<String>,
    /// Accent colour `#rrggbb`, checked with the settings; ours when `None`.
    pub colour: Option<String>,
    /// Whether the town is made up; then every page says so.
    pub made_up: bool,
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
    /// Help.
    Help,
    /// The desk's first page: what wants doing.
    Desk,
    /// The editor.
    DeskMap,
    /// Changes and their history.
    DeskChanges,
    /// Kinds of things.
    DeskKinds,
    /// Accounts and roles.
    DeskPeople,
    /// One's own account.
    DeskAccount,
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
    /// Who is signed in.
    pub staff: Option<StaffLook>,
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
        self.staff.as_ref().map_or("", |staff| &staff.account)
    }

    /// The hidden field by which a form proves that it comes from this page. Every form that posts holds it.
    #[must_use]
    pub fn csrf_field(&self) -> Markup {
        token_field(FORM_TOKEN, self.staff.as_ref().map_or("", |staff| &staff.csrf))
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
        !matches!(self.nav, Nav::Nowhere | Nav::Map | Nav::Graves | Nav::Help)
    }

    /// An icon of the sprite.
    #[must_use]
    pub fn icon(&self, name: &str) -> Markup {
        icon(name)
    }

    /// The map's block as JSON that can stand inside a script element.
    #[must_use]
    pub fn map_json(&self) -> Option<String> {
        self.map.as_ref().map(|map| map.to_script(self.texts()))
    }
}
