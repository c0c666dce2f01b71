//! Pages of the messages.

mod desk;
mod own;
mod templates;

pub(crate) use own::{as_download, is_ahead};

use super::{Messages, api, model::Channel};
use crate::{
    platform::{
        access::{Level, Permission},
        http::{Access, Doors},
        i18n::Texts,
    },
    ui::{see_other, unkept, views::FieldFault},
};

pub(super) fn doors() -> Doors<Messages> {
    let (own, desk) = (Access::Resident(Level::Known), Access::May(Permission::MessagesManage));
    Doors::new()
        .get(own, "/account/messages", own::inbox)
        .get(own, "/account/messages/{id}", own::message)
        .get(own, "/account/messages/{id}/files/{file}", own::file)
        .get(own, "/account/consents", own::consents)
        .post(own, "/account/consents", own::consent)
        .post(own, "/account/consents/phone", own::phone)
        .post(own, "/account/consents/phone/confirm", own::confirm_phone)
        .post(own, "/account/consents/phone/remove", own::remove_phone)
        .get(Access::Public, "/unsubscribe/{token}", own::unsubscribe_page)
        .post(Access::Public, "/unsubscribe/{token}", own::unsubscribe)
        .get(own, "/api/account/push", api::push_state)
        .post(own, "/api/account/push", api::add_push)
        .delete(own, "/api/account/push/{id}", api::remove_push)
        .get(Access::Public, "/api/messages/sms-report/{secret}", api::sms_report_asked)
        .post(Access::Public, "/api/messages/sms-report/{secret}", api::sms_report)
        .get(desk, "/desk/messages", desk::list)
        .get(desk, "/desk/messages/letters", desk::letters)
        .post(desk, "/desk/messages/letters", desk::letters_send)
        .get(desk, "/desk/messages/templates", templates::list)
        .get(desk, "/desk/messages/templates/{slug}/{lang}", templates::page)
        .post(desk, "/desk/messages/templates/{slug}/{lang}", templates::send)
        .post(desk, "/desk/messages/templates/{slug}/{lang}/put-back", templates::put_back)
        .get(desk, "/desk/messages/{id}", desk::proof)
        .post(desk, "/desk/messages/{id}/text", desk::show_text)
        .post(desk, "/desk/messages/deliveries/{id}/retry", desk::retry)
        .post(desk, "/desk/messages/deliveries/{id}/give-up", desk::give_up)
        .post(desk, "/desk/messages/deliveries/{id}/address", desk::address)
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

fn channel_text(t: &Texts, channel: Option<Channel>) -> String {
    match channel {
        Some(Channel::Inbox) => t.get("channel-inbox"),
        Some(Channel::Email) => t.get("channel-email"),
        Some(Channel::Sms) => t.get("channel-sms"),
        Some(Channel::Push) => t.get("channel-push"),
        Some(Channel::Letter) => t.get("channel-letter"),
        None => String::new(),
    }
}

/// "1,2 MB".
pub(crate) fn size_text(t: &Texts, bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{}\u{a0}kB", t.count(bytes.div_ceil(1000))),
        _ => format!("{}\u{a0}MB", t.number(bytes as f64 / 1e6, 1)),
    }
}
