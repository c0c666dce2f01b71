//! The page from which everybody downloads data.

use axum::{extract::State, response::Response};
use exporters::Format;

use super::super::Registry;
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Access, Doors, Failure},
        i18n::{Texts, texts},
    },
    ui::{
        Here, Nav, Site, html,
        markup::kind_sign,
        views::{DataCollection, DataPage, Link},
    },
};

/// Pages of files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct DataPages {
    registry: Registry,
    site: Site,
}

impl DataPages {
    /// Over the registry of this node.
    #[must_use]
    pub fn new(registry: Registry, site: Site) -> Self {
        Self { registry, site }
    }

    /// Their doors.
    pub fn doors(self) -> Doors {
        Doors::new().get(Access::Public, "/data", data_page).with_state(self)
    }
}

async fn data_page(
    ctx: Ctx,
    here: Here,
    State(pages): State<DataPages>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let kinds = pages.registry.kind_summaries(&ctx).into_iter().filter(|kind| kind.count > 0);
    let collections = kinds.map(|kind| DataCollection {
        sign: kind_sign(&kind.icon, &kind.colour),
        title: kind.title,
        count: t.args("data-count", &[("n", kind.count.into())]),
        files: files_of(&kind.slug, t),
        slug: kind.slug,
    });
    html(&DataPage {
        collections: collections.collect(),
        page: pages.site.page(&ctx, &here, Nav::Nowhere, t.get("data-title")),
        t,
    })
}

/// Links to a collection in every format; CSV in both ways.
fn files_of(slug: &str, t: &Texts) -> Vec<Link> {
    let file = |ending: &str, text: String| Link { href: format!("/api/export/{slug}.{ending}"), text };
    Format::ALL
        .into_iter()
        .flat_map(|format| match format {
            Format::Xlsx => vec![file("xlsx?titles=true", t.get("data-xlsx"))],
            Format::Csv => vec![
                file("csv?delimiter=semicolon&decimal=comma&titles=true", t.get("data-csv-excel")),
                file("csv", t.get("data-csv")),
            ],
            other => vec![file(other.file_ending(), other.title().to_owned())],
        })
        .collect()
}
