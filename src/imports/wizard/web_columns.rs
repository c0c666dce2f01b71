//! The third step: what the columns mean.

use axum::{extract::State, http::StatusCode, response::Response};
use importers::mapping::{Inspection, KindSpec, Mapping, TableMapping, propose};

use super::{
    Imports,
    column_views::{Shown, table_view},
    columns,
    columns::Fields,
    fit,
    model::Job,
    ops::PEOPLE,
    web::{Step, elsewhere, to_step},
    web_position::{empty_mapping, layer_title},
};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::texts,
    },
    registry::parse_id,
    ui::{
        Here, html_with,
        views::{Choice, ColumnsTable, ImportColumnsPage, Link, UnreadLayer},
    },
};

/// What a page of columns says beside the mapping.
#[derive(Debug, Default)]
struct Said {
    said: Option<String>,
    faults: Vec<Link>,
    /// The text as it was sent, with what is wrong with it.
    toml: Option<(String, String)>,
}

pub(super) async fn columns_page(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let said = params.text("said");
    params.finish()?;
    let t = texts(ctx.lang);
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    if let Some(away) = elsewhere(&job, Step::Columns) {
        return Ok(away);
    }
    let inspection = imports.inspection(&ctx, job.id).await?;
    let mapping = imports.mapping_of(&job).unwrap_or_else(|| empty_mapping(&job));
    let said = match (said.as_deref(), &job.mapping_name) {
        (Some("saved"), Some(name)) => Some(t.args("imports-said-saved", &[("name", name.as_str().into())])),
        (_, Some(name)) => Some(t.args("imports-said-used", &[("name", name.as_str().into())])),
        _ => None,
    };
    show(&ctx, &here, &imports, &job, &inspection, &mapping, Said { said, ..Said::default() }).await
}

pub(super) async fn columns_sent(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    if let Some(away) = elsewhere(&job, Step::Columns) {
        return Ok(away);
    }
    let form: Fields = fields.into_iter().collect();
    let inspection = imports.inspection(&ctx, job.id).await?;
    let before = imports.mapping_of(&job).unwrap_or_else(|| empty_mapping(&job));
    let button = form.get("do").map_or("next", String::as_str);
    let done = imports.pressed(&ctx, &job, &inspection, before.clone(), button, &form).await;
    match done {
        Ok(Some(response)) => Ok(response),
        Ok(None) => {
            let job = imports.job(&ctx, job.id).await?;
            let mapping = imports.mapping_of(&job).unwrap_or(before);
            let faults = missing_links(&mapping, &ctx);
            show(&ctx, &here, &imports, &job, &inspection, &mapping, Said { faults, ..Said::default() }).await
        }
        Err(Failure::Stated { detail, .. } | Failure::TooLarge(detail)) => {
            let toml = form.get("toml").filter(|_| button == "toml").cloned();
            let said = match toml {
                Some(toml) => Said { toml: Some((toml, detail.clone())), ..Said::default() },
                None => Said::default(),
            };
            let anchor = if said.toml.is_some() { "#toml" } else { "#main" };
            let faults = vec![Link { href: anchor.to_owned(), text: detail }];
            // What was typed is not lost.
            let mut mapping = before;
            write_form(&mut mapping, &inspection, &form);
            show(&ctx, &here, &imports, &job, &inspection, &mapping, Said { faults, ..said }).await
        }
        Err(Failure::Param(error)) => {
            let faults = vec![Link { href: "#name".to_owned(), text: error.why }];
            show(&ctx, &here, &imports, &job, &inspection, &before, Said { faults, ..Said::default() }).await
        }
        Err(other) => Err(other),
    }
}

impl Imports {
    /// Does what a button asks for; `None`: the page is shown again.
    async fn pressed(
        &self,
        ctx: &Ctx,
        job: &Job,
        inspection: &Inspection,
        mut mapping: Mapping,
        button: &str,
        form: &Fields,
    ) -> Result<Option<Response>, Failure> {
        let specs = self.kind_specs();
        let confirmed = job.position_confirmed_at.is_some();
        let (what, which) = button.split_once(':').unwrap_or((button, ""));
        let index = which.parse::<usize>().unwrap_or(usize::MAX);
        match what {
            "toml" => {
                let text = form.get("toml").map_or("", String::as_str);
                let written = self.read_mapping(ctx, text)?;
                self.set_mapping(ctx, job.id, &written, None, confirmed).await?;
                Ok(Some(to_step(job, Step::Columns)))
            }
            "use" => {
                let name = form.get("saved").map_or("", String::as_str);
                let saved = self.mappings().await?.into_iter().find(|one| one.name == name);
                let saved = saved.ok_or_else(|| Failure::not_found("this mapping"))?;
                self.set_mapping(ctx, job.id, &saved.mapping, Some(name), confirmed).await?;
                Ok(Some(to_step(job, Step::Columns)))
            }
            _ => {
                write_form(&mut mapping, inspection, form);
                match what {
                    "target" => retarget(&mut mapping, index, inspection, &specs, form),
                    "remove" if index < mapping.tables.len() => {
                        mapping.tables.remove(index);
                    }
                    "add" => add_layer(&mut mapping, index, inspection, &specs),
                    _ => {}
                }
                let renamed = form.get("name").map(|name| name.trim()).filter(|name| !name.is_empty());
                if let Some(name) = renamed {
                    mapping.name = name.to_owned();
                }
                // A saved mapping that was changed is no longer the saved one.
                let unchanged = self.mapping_of(job).as_ref() == Some(&mapping);
                let name = job.mapping_name.as_deref().filter(|_| unchanged);
                self.set_mapping(ctx, job.id, &mapping, name, confirmed).await?;
                match what {
                    "save-as" => {
                        let name = mapping.name.clone();
                        self.save_mapping(ctx, &name, &mapping.to_toml()).await?;
                        super::store::name_mapping(&self.pool, job.id, name.trim()).await?;
                        let location = format!("/desk/imports/{}/columns?said=saved", job.id);
                        Ok(Some(axum::response::IntoResponse::into_response(axum::response::Redirect::to(
                            &location,
                        ))))
                    }
                    "next" if !mapping.tables.is_empty() && columns::missing(&mapping).is_empty() => {
                        self.compare(ctx, job.id).await?;
                        Ok(Some(to_step(job, Step::Review)))
                    }
                    "next" => Ok(None),
                    _ => Ok(Some(to_step(job, Step::Columns))),
                }
            }
        }
    }
}

/// Columns of the layers of a table, each once, in their order.
fn shown_columns(inspection: &Inspection, table: &TableMapping) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (_, layer) in fit::layers_of(inspection, table) {
        for column in &layer.columns {
            if !names.contains(&column.name) {
                names.push(column.name.clone());
            }
        }
    }
    names
}

fn write_form(mapping: &mut Mapping, inspection: &Inspection, form: &Fields) {
    for (index, table) in mapping.tables.iter_mut().enumerate() {
        let prefix = format!("t{index}");
        if form.contains_key(&format!("{prefix}-key")) {
            let names = shown_columns(inspection, table);
            columns::write(table, &prefix, &names, form);
        }
    }
}

/// Another target for a table: its columns are proposed anew.
fn retarget(mapping: &mut Mapping, index: usize, inspection: &Inspection, specs: &[KindSpec], form: &Fields) {
    let Some(table) = mapping.tables.get_mut(index) else { return };
    let Some(target) = form.get(&format!("t{index}-into")) else { return };
    if *target != PEOPLE && !specs.iter().any(|spec| spec.slug == *target) {
        return;
    }
    let part = only(inspection, table);
    let proposed = propose(&part, specs, Some(target)).tables.into_iter().find(|one| one.into == *target);
    let (files, layer, position) = (table.files.clone(), table.layer.clone(), table.position.clone());
    *table = match proposed {
        Some(proposed) => TableMapping { position: position.or(proposed.position.clone()), ..proposed },
        None => TableMapping { position, ..TableMapping::default() },
    };
    (table.files, table.layer, table.into) = (files, layer, target.clone());
    if table.into == PEOPLE {
        table.position = None;
    }
}

/// What was found, without the layers that a table does not read.
fn only(inspection: &Inspection, table: &TableMapping) -> Inspection {
    let mut part = inspection.clone();
    part.files.retain(|file| fit::fits(&table.files, &file.name));
    for file in &mut part.files {
        file.layers.retain(|layer| fit::fits(&table.layer, &layer.name));
    }
    part.files.retain(|file| !file.layers.is_empty());
    part
}

/// Layers that no table reads: file and layer.
fn unread(inspection: &Inspection, mapping: &Mapping) -> Vec<(String, String, u64)> {
    let mut found = Vec::new();
    for file in &inspection.files {
        for layer in &file.layers {
            let is_read = mapping
                .tables
                .iter()
                .any(|table| fit::fits(&table.files, &file.name) && fit::fits(&table.layer, &layer.name));
            if !is_read {
                found.push((file.name.clone(), layer.name.clone(), layer.rows));
            }
        }
    }
    found
}

fn add_layer(mapping: &mut Mapping, index: usize, inspection: &Inspection, specs: &[KindSpec]) {
    let Some((file, layer, _)) = unread(inspection, mapping).into_iter().nth(index) else { return };
    let table = TableMapping { files: file.clone(), layer: layer.clone(), ..TableMapping::default() };
    let part = only(inspection, &table);
    let proposed = propose(&part, specs, None).tables.into_iter().next().unwrap_or_else(|| {
        // Nothing is like it: the clerk says what it is.
        let into = specs.first().map(|spec| spec.slug.clone()).unwrap_or_default();
        TableMapping { into, ..TableMapping::default() }
    });
    mapping.tables.push(TableMapping { files: file, layer, ..proposed });
}

fn missing_links(mapping: &Mapping, ctx: &Ctx) -> Vec<Link> {
    let t = texts(ctx.lang);
    if mapping.tables.is_empty() {
        return vec![Link { href: "#unread".to_owned(), text: t.get("imports-missing-table") }];
    }
    columns::missing(mapping)
        .into_iter()
        .map(|(index, key)| Link { href: format!("#t{index}"), text: missing_words(key, ctx) })
        .collect()
}

fn missing_words(key: &str, ctx: &Ctx) -> String {
    let t = texts(ctx.lang);
    match key {
        "imports-missing-position" => t.get("imports-missing-position"),
        "imports-missing-grave" => t.get("imports-missing-grave"),
        _ => t.get("imports-missing-name"),
    }
}

async fn show(
    ctx: &Ctx,
    here: &Here,
    imports: &Imports,
    job: &Job,
    inspection: &Inspection,
    mapping: &Mapping,
    said: Said,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let specs = imports.kind_specs();
    let allowed: Vec<&KindSpec> = specs
        .iter()
        .filter(|spec| ctx.may(crate::platform::access::Permission::RegistryWrite, Some(&spec.slug)))
        .collect();
    let tables: Vec<ColumnsTable> = mapping
        .tables
        .iter()
        .enumerate()
        .map(|(index, table)| {
            let layers: Vec<_> = fit::layers_of(inspection, table).collect();
            table_view(&Shown {
                index,
                table,
                layers: &layers,
                specs: &specs,
                allowed: &allowed,
                lang: ctx.lang,
            })
        })
        .collect();
    let saved = imports.mappings().await?.into_iter().map(|one| Choice {
        selected: job.mapping_name.as_deref() == Some(one.name.as_str()),
        // Those of the program have names for commands; people read their titles.
        label: if one.by.is_none() { one.mapping.name.clone() } else { one.name.clone() },
        value: one.name,
    });
    let saved: Vec<Choice> = saved.collect();
    let (page, head) = imports.shell(ctx, here, job, Step::Columns);
    let status = if said.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (toml, toml_fault) = match said.toml {
        Some((toml, fault)) => (toml, Some(fault)),
        None => (mapping.to_toml(), None),
    };
    html_with(
        status,
        &ImportColumnsPage {
            page,
            t,
            head,
            said: said.said,
            faults: said.faults,
            tables,
            unread: unread(inspection, mapping)
                .into_iter()
                .enumerate()
                .map(|(index, (file, layer, rows))| {
                    let seen = inspection
                        .files
                        .iter()
                        .find(|one| one.name == file)
                        .and_then(|one| one.layers.iter().find(|one| one.name == layer));
                    let name = seen.map_or_else(|| file.clone(), |seen| layer_title(&file, seen));
                    UnreadLayer {
                        value: format!("add:{index}"),
                        title: format!("{name}: {}", t.args("imports-rows", &[("n", rows.into())])),
                    }
                })
                .collect(),
            saved,
            name: mapping.name.clone(),
            toml,
            toml_fault,
        },
    )
}
