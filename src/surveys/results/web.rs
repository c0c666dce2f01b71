//! Pages and files of results.

mod desk;
mod files;
mod public;
mod texts;

use crate::{
    platform::{
        access::Permission,
        http::{Access, Doors},
    },
    surveys::Surveys,
};

pub(in crate::surveys) fn doors() -> Doors<Surveys> {
    const MANAGE: Access = Access::May(Permission::SurveysManage);
    Doors::new()
        .get(Access::Public, "/surveys/{slug}/results", public::results)
        .get(Access::Public, "/surveys/{slug}/results/{file}", files::file)
        .get(Access::Public, "/surveys/{slug}/report", public::report)
        .get(Access::Public, "/surveys/{slug}/report.pdf", public::report_pdf)
        .get(MANAGE, "/desk/surveys/{id}/results", desk::desk)
        .post(MANAGE, "/desk/surveys/{id}/results/crosses", desk::add_cross)
        .post(MANAGE, "/desk/surveys/{id}/results/crosses/remove", desk::remove_crosses)
        .post(MANAGE, "/desk/surveys/{id}/results/map", desk::set_width)
        .post(MANAGE, "/desk/surveys/{id}/results/publish", desk::publish)
        .get(MANAGE, "/desk/surveys/{id}/texts", texts::unread)
        .post(MANAGE, "/desk/surveys/{id}/texts", texts::read)
        .post(MANAGE, "/desk/surveys/{id}/themes", texts::add_theme)
}
