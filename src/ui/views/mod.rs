//! The structs that handlers fill and templates read; one file for each area of pages.
//!
//! Fields hold what is to be read: words in the page's language, addresses, and nothing that a template would have
//! to work out. Every struct carries the [`Page`](crate::ui::Page) and the texts of its language as `t`.

mod accounts;
mod desk;
mod desk_kinds;
mod graves;
mod home;
mod map;
mod photos;
mod plain;
mod route;

pub use accounts::{
    AccountPage, CodesPage, ConfirmPage, EventLine, LinkGonePage, LinkMadePage, NewPersonPage, PasskeyLine,
    PasswordPage, PeoplePage, PersonLine, PersonPage, ResetPage, RoleChoice, RoleRow, RolesPage,
    SecondStepPage, SessionLine, SignInHelpPage, SignInPage, TokenLine, TokensPage, TotpPage,
};
pub use desk::{
    AssetLifePage, ChangePage, ChangeRow, ChangedThing, ChangesPage, ClashChoice, ClashField, ClashPage,
    DeskDraft, DeskPage, DeskRow, DeskSection, FieldChange, LifeFact, LifeSighting, LifeVersion,
    RegisterPage, RegisterRow, SectionPage, WalkCard, WalkPage,
};
pub use desk_kinds::{
    AttributeForm, BreakView, Example, FormFault, KindCheckPage, KindForm, KindPage, KindRow, KindVersion,
    KindsPage, ValueForm,
};
pub use graves::{
    FieldFault, FoundPerson, GraveForm, GraveGuide, GravePage, GravesPage, Person, Plot, Results,
};
pub use home::{CemeteryEntry, HomePage};
pub use map::{AssetPage, EditorPage, MapPage, SightRow};
pub use photos::{PanelPhoto, Photo, PhotosPage, PhotosPanel, RefusedFile};
pub use plain::{AccessibilityPage, ErrorPage, HelpPage};
pub use route::{RouteAnswer, RoutePage, RouteView, StepView, Verdict, VerdictClass};

/// A link with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Address.
    pub href: String,
    /// Words.
    pub text: String,
}

/// One line of a list of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// "Wysokość".
    pub title: String,
    /// "8 m".
    pub value: String,
}

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen now.
    pub selected: bool,
}

#[cfg(test)]
mod tests;
