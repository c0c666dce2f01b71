//! Somebody at the counter whom the register does not have: without an account nobody is in it.

use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::desk::{blocks_first, hit_blocks, href, secret, sheet_of};
use crate::{
    kernel::Params,
    parties::{Entered, SeenForm, read_seen},
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::texts,
    },
    surveys::{Survey, Surveys, web::desk_sheet},
    ui::views::{Block, Field, FieldFault, Form, Link, Sheet},
};

#[derive(Debug, Default, Deserialize)]
pub(super) struct PersonForm {
    #[serde(flatten)]
    seen: SeenForm,
    another: Option<String>,
}

pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let survey = secret(&surveys, &ctx, &id).await?;
    show(&surveys, &ctx, &survey, &PersonForm::default(), Vec::new(), None)
}

/// Writes a person into the register, and goes on with their name or their code.
pub(super) async fn enter(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<String>,
    ProtectedForm(form): ProtectedForm<PersonForm>,
) -> Result<Response, Failure> {
    let survey = secret(&surveys, &ctx, &id).await?;
    let t = texts(ctx.lang);
    let seen = match read_seen(&ctx, &form.seen, t) {
        Ok(seen) => seen,
        Err(faults) => return show(&surveys, &ctx, &survey, &form, faults, None),
    };
    let (key, party) = match surveys.parties.enter_person(&ctx, &seen, form.another.is_some()).await? {
        Entered::New(party) => ("vote-person-entered", party),
        Entered::Known(party) => ("vote-person-known", party),
        Entered::Namesakes(hits) => {
            let standing = surveys.vote_standing(&ctx, &survey).await?;
            let mut blocks = vec![Block::Notice(t.get("vote-person-namesakes"))];
            for hit in hits {
                let email = hit.email.unwrap_or_default();
                blocks.extend(hit_blocks(t, &survey, &standing, &hit.party, &email));
            }
            return show(&surveys, &ctx, &survey, &form, Vec::new(), Some(blocks));
        }
    };
    let standing = surveys.vote_standing(&ctx, &survey).await?;
    let mut blocks = vec![Block::Notice(t.get(key))];
    blocks.extend(hit_blocks(t, &survey, &standing, &party, ""));
    let sheet = sheet_of(t, &ctx, &survey, &standing);
    desk_sheet(&surveys, &ctx, &href(survey.id), blocks_first(sheet, blocks))
}

fn show(
    surveys: &Surveys,
    ctx: &Ctx,
    survey: &Survey,
    form: &PersonForm,
    faults: Vec<FieldFault>,
    namesakes: Option<Vec<Block>>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let path = format!("{}/person", href(survey.id));
    let mut sheet = Sheet::new(t.get("vote-person-title"));
    sheet.caption = Some(survey.title.said(ctx.lang.tag()).to_owned());
    sheet.lead = Some(t.get("vote-person-lead"));
    sheet.back = Some(Link { href: href(survey.id), text: t.get("vote-desk-title") });
    let mut fields = form.seen.fields(t);
    if let Some(blocks) = namesakes {
        sheet.blocks = blocks;
        fields.push(Field::Check("another", t.get("vote-person-another"), false));
    }
    let button = t.get("vote-person-enter");
    sheet.blocks.push(Block::Form(Form {
        action: path.clone(),
        fields,
        button,
        first: true,
        ..Form::default()
    }));
    sheet.faults = faults;
    desk_sheet(surveys, ctx, &path, sheet)
}
