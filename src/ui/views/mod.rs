//! The structs that handlers fill and templates read; one file for each area of pages.
//!
//! Fields hold what is to be read: words in the page's language, addresses, and nothing that a template would have
//! to work out. Every struct carries the [`Page`](crate::ui::Page) and the texts of its language as `t`.

mod accounts;
mod conversations;
mod data;
mod desk;
mod desk_kinds;
mod dues;
mod filter;
mod finance;
mod graves;
mod home;
mod imports;
mod map;
mod messages;
mod parties;
mod payments;
mod photos;
mod plain;
mod privacy;
mod qgis;
mod route;
mod statements;
mod survey_results;
mod surveys;
mod tax_base;
mod town;

pub use accounts::{
    AccountPage, ActPage, CloseAccountPage, CodesPage, ConfirmPage, EmailChangePage, EventLine, GoPage,
    LinkGonePage, LinkMadePage, NewPersonPage, PasskeyLine, PasswordPage, PeoplePage, PersonLine, PersonPage,
    ResetPage, RoleChoice, RoleRow, RolesPage, SecondStepPage, SessionLine, SignInHelpPage, SignInPage,
    SignUpPage, TokenLine, TokensPage, ToldPage, TotpPage,
};
pub use conversations::{
    CannedChoice, CannedListPage, CannedPage, CannedRow, Chip, ConfirmLetterPage, ConversationPage,
    DepartmentPage, DepartmentRow, DepartmentsPage, DeskConversationsPage, LetterForm, LetterPage, LetterRow,
    LettersListPage, ThreadEntry, WritePage,
};
pub use data::{DataCollection, DataPage, RefusedCell, WorkbookDifferencePage, WorkbookPage};
pub use desk::{
    AssetLifePage, ChangePage, ChangeRow, ChangedThing, ChangesPage, ClashChoice, ClashField, ClashPage,
    DeskDraft, DeskPage, DeskRow, DeskSection, FieldChange, LifeFact, LifeSighting, LifeVersion,
    RegisterPage, RegisterRow, SectionPage, WalkCard, WalkPage,
};
pub use desk_kinds::{
    AttributeForm, BreakView, Example, FormFault, KindCheckPage, KindForm, KindPage, KindRow, KindVersion,
    KindsPage, ValueForm,
};
pub use dues::{
    Bar, Bars, Block, Cell, CrowdLook, DeskDuesPage, Field, Form, Item, MapBlock, OwnDuesPage, Pick, Sheet,
    SlipView, Table, TransferPage,
};
pub use filter::FilterForm;
pub use finance::{
    FinanceExportLine, FinanceGroup, FinanceImportLine, FinanceImportPage, FinanceMappingPage, FinancePage,
    FinanceRowLine,
};
pub use graves::{
    FieldFault, FoundPerson, GraveForm, GraveGuide, GravePage, GravesPage, Person, Plot, Results,
};
pub use home::{CemeteryEntry, HomePage};
pub use imports::{
    ColumnRow, ColumnsTable, ImportClash, ImportClashPage, ImportColumnsPage, ImportDonePage, ImportFileRow,
    ImportFilesPage, ImportHead, ImportPositionPage, ImportReviewPage, ImportRow, ImportRunning, ImportStep,
    ImportsPage, PositionChoice, PositionTable, RejectedView, ReviewField, ReviewGroup, ReviewRow,
    TargetGroup, UnreadLayer,
};
pub use map::{AssetPage, EditorPage, MapPage, SightRow};
pub use messages::{
    ConsentBox, ConsentGroup, ConsentsPage, DeliveryProofLine, DeliveryRowView, DeskMessagesPage, FileLink,
    InboxPage, InboxRow, LetterRowView, MessagePage, MessageView, PostLettersPage, PrintPage, PrintedLetter,
    ProofPage, ProofWay, ShelfLink, TemplatePage, TemplatePreview, TemplateRow, TemplateVersionRow,
    TemplatesPage, UnsubscribePage,
};
pub use parties::{
    CodeView, DeclaredForm, HitLine, IdentityPage, LetterView, LettersPage, LettersPrintPage, LookLine,
    MandateLine, NewMandatePage, OwnBox, OwnDataPage, OwnMandatesPage, OwnStartPage, ProofLine, PurposeForm,
    PurposePage, ResidentPage, ResidentsPage, VerifyPage, VerifyReviewPage, VerifySeenPage,
};
pub use payments::{
    AlarmLine, AmountField, BookingPart, BookingStep, CartPage, CartPayer, CartRow, DeskOrderPage,
    DeskPaymentRow, DeskPaymentsPage, DeskTransferView, DifferenceRow, OperatorChoice, OrderLine, OrderPage,
    OrdersPage, PayGoPage, PayPage, PaymentEventRow, PayoutRow, ReceiptPage, SettlementsPage, TakingRow,
    TransferView,
};
pub use photos::{PanelPhoto, Photo, PhotosPage, PhotosPanel, RefusedFile};
pub use plain::{ErrorPage, HelpPage, OfflinePage};
pub use privacy::{
    CopyCell, CopyDocument, CopySection, DueLine, DuePage, ErasurePage, HoldingLine, OwnCopyPage,
    OwnPrivacyPage, PrivacyPage, SearchLine,
};
pub use qgis::QgisPage;
pub use route::{RouteAnswer, RoutePage, RouteView, StepView, Verdict, VerdictClass};
pub use statements::{
    EntryBookingLine, EntryChoice, ListSumLine, OriginalChoice, StatementEntryLine, StatementEntryPage,
    StatementLine, StatementPage, StatementRuleLine, StatementRulesPage, StatementsPage, TakenView,
    TakingLine, UnmatchedPage,
};
pub use survey_results::{DeskProjectPage, SurveyReportPage, SurveyResultsPage};
pub use surveys::{
    BuilderPage, BuilderQuestion, BuilderView, DeskOpinionsPage, DeskSurveySheetPage, DistrictLine,
    DistrictsPage, OpinionGroup, OpinionLine, OpinionsPage, PaperSheetPage, PosterPage, QuestionPage,
    SurveyCardPage, SurveyChoice, SurveyFault, SurveyForm, SurveyFormPage, SurveyKept, SurveyPage,
    SurveyPicture, SurveyQuestion, SurveyRow, SurveySheetPage, SurveyVote, VoteReceiptPage,
};
pub use tax_base::{TaxBaseHead, TaxBaseKind, TaxBasePage, TaxBaseRow, TaxBaseSheetPage};
pub use town::{
    AppRow, Day, DeclarationFormPage, DeclarationPage, GapGroup, KeyRow, ReviewView, TownChange,
    TownLookPage, TownVersion,
};

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
