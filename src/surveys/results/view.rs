//! Results in words: blocks of the page and of the report, and rows of the files.

use std::collections::BTreeMap;

use ballots::{
    count::{Award, Counted, Tally, Verdict, Votes},
    form::{Ask, Form, Pool, Question, Text, Ties},
    tables::{Asked, Category, Dropped, Release, Shown, Table as Totals, Why},
};

use super::model::{Order, Places, Results, Sums};
use crate::{
    platform::i18n::Texts,
    surveys::{Secrecy, Survey},
    ui::{
        money::money,
        views::{Bar, Bars, Block, Cell, Chip, CrowdLook, MapBlock, Table},
    },
};

/// Words of a language, and names of things.
pub(super) struct View<'a> {
    pub(super) t: &'static Texts,
    pub(super) survey: &'a Survey,
    pub(super) results: &'a Results,
    pub(super) names: &'a BTreeMap<String, String>,
}

/// Columns of a cross table that stand beside each other; more are told below each other.
const MOST_COLUMNS: usize = 12;
/// Choices whose comparisons in pairs are shown.
const MOST_PAIRS: usize = 12;
/// Squares that the table beside a map names.
const MOST_SQUARES: usize = 20;

impl View<'_> {
    fn said<'t>(&self, text: &'t Text) -> &'t str {
        text.said(self.t.lang())
    }

    fn question(&self, id: &str) -> Option<&Question> {
        self.survey.form.pages.iter().flat_map(|page| &page.questions).find(|one| one.id == id)
    }

    fn label(&self, question: &Question, choice: &str) -> String {
        let of = |ask: &Ask| {
            ballots::count::choices(ask)
                .iter()
                .find(|one| one.id == choice)
                .map(|one| self.said(&one.label).to_owned())
        };
        of(&question.ask).unwrap_or_else(|| choice.to_owned())
    }

    /// All of it, question by question.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if let Some(exact) = &self.results.exact {
            for counted in &exact.questions {
                self.counted(&mut blocks, counted);
            }
        }
        if let Some(tables) = &self.results.tables {
            self.tables(&mut blocks, tables);
        }
        blocks
    }

    fn title(&self, blocks: &mut Vec<Block>, id: &str) {
        if let Some(question) = self.question(id) {
            blocks.push(Block::Heading(self.said(&question.title).to_owned()));
        }
    }

    // A secret vote: exact.

    fn counted(&self, blocks: &mut Vec<Block>, counted: &Counted) {
        let Some(question) = self.question(&counted.question) else { return };
        self.title(blocks, &counted.question);
        blocks.push(Block::Text(self.t.args(
            "results-answered",
            &[
                ("answered", counted.answered.into()),
                ("asked", counted.asked.into()),
                ("void", counted.void.into()),
            ],
        )));
        if let (Some(award), Some(pool)) = (&counted.award, &question.pool) {
            self.award(blocks, question, award, pool);
        }
        match &counted.tally {
            Tally::Plurality { choices } => {
                self.votes(blocks, question, choices, "plurality", counted.answered)
            }
            Tally::Approval { choices } => {
                self.votes(blocks, question, choices, "approval", counted.answered)
            }
            Tally::Points { choices } => self.votes(blocks, question, choices, "points", 0),
            Tally::Schulze { choices, pairs } => {
                self.votes(blocks, question, choices, "schulze", counted.answered);
                self.pairs(blocks, question, choices, pairs);
            }
            Tally::Scale { steps, mean } => {
                let most = steps.iter().map(|(_, many)| *many).max().unwrap_or(0);
                let line = |(step, many): &(i32, u64)| {
                    self.bar(step.to_string(), Shown::Exact(*many), counted.answered, most)
                };
                blocks.push(Block::Bars(self.bars("results-people", steps.iter().map(line).collect())));
                if let Some(mean) = mean {
                    let mean = self.decimal(*mean, 2);
                    blocks.push(Block::Text(self.t.args("results-mean", &[("mean", mean.into())])));
                }
            }
            Tally::Matrix { rows } => {
                let Ask::Matrix { rows: labels, columns } = &question.ask else { return };
                let head = std::iter::once((self.t.get("results-answer"), false))
                    .chain(columns.iter().map(|column| (self.said(&column.label).to_owned(), true)));
                let line = |(id, cells): &(String, Vec<u64>)| {
                    let label = labels
                        .iter()
                        .find(|row| row.id == *id)
                        .map_or(id.clone(), |row| self.said(&row.label).to_owned());
                    let cells = cells.iter().map(|many| Cell::number(self.t.count(*many)));
                    std::iter::once(Cell::text(label)).chain(cells).collect()
                };
                let caption = self.said(&question.title).to_owned();
                blocks.push(Block::Table(Table {
                    caption,
                    head: head.collect(),
                    rows: rows.iter().map(line).collect(),
                }));
            }
            Tally::Numbers { summary } => {
                if let Some(summary) = summary {
                    let figures = [
                        ("mean", summary.mean),
                        ("median", summary.median),
                        ("least", summary.least),
                        ("most", summary.most),
                    ];
                    let figures: Vec<_> =
                        figures.map(|(name, number)| (name, self.decimal(number, 2).into())).into();
                    blocks.push(Block::Text(self.t.args("results-numbers", &figures)));
                }
            }
            Tally::Uncounted => {}
        }
    }

    fn votes(
        &self,
        blocks: &mut Vec<Block>,
        question: &Question,
        choices: &[Votes],
        method: &str,
        base: u64,
    ) {
        blocks.push(Block::Text(self.t.get(&format!("results-method-{method}"))));
        let most = choices.iter().map(|one| one.score).max().unwrap_or(0);
        let mut sorted: Vec<&Votes> = choices.iter().collect();
        sorted.sort_by_key(|one| one.place);
        let lines = sorted.into_iter().map(|one| {
            let label = self.label(question, &one.choice);
            // Projects have numbers of their own; their places stand in the table above.
            let label = if question.pool.is_some() { label } else { format!("{}. {label}", one.place) };
            let mut bar = self.bar(label, Shown::Exact(one.score), base, most);
            if method == "points" || method == "schulze" {
                bar.small = self.t.args("results-support", &[("n", one.support.into())]);
            }
            bar
        });
        blocks.push(Block::Bars(self.bars(&format!("results-score-{method}"), lines.collect())));
        let firsts = choices.iter().filter(|one| one.place == 1).count();
        if firsts > 1 && question.pool.is_none() && most > 0 {
            blocks.push(Block::Notice(self.t.args("results-tie", &[("n", firsts.into())])));
        }
    }

    fn pairs(&self, blocks: &mut Vec<Block>, question: &Question, choices: &[Votes], pairs: &[Vec<u64>]) {
        if choices.len() > MOST_PAIRS {
            return;
        }
        let name = |at: usize| choices.get(at).map_or(String::new(), |one| self.label(question, &one.choice));
        let head = std::iter::once((self.t.get("results-pairs-head"), false))
            .chain((0..choices.len()).map(|at| (name(at), true)));
        let rows = pairs.iter().enumerate().map(|(at, row)| {
            let cells = row.iter().enumerate().map(|(other, many)| {
                Cell::number(if at == other { "–".to_owned() } else { self.t.count(*many) })
            });
            std::iter::once(Cell::text(name(at))).chain(cells).collect()
        });
        let caption = self.t.get("results-pairs");
        blocks.push(Block::Folded(
            caption.clone(),
            Table { caption, head: head.collect(), rows: rows.collect() },
        ));
    }

    fn award(&self, blocks: &mut Vec<Block>, question: &Question, award: &Award, pool: &Pool) {
        let chosen: Vec<_> = award.projects.iter().filter(|one| one.verdict == Verdict::Chosen).collect();
        blocks.push(Block::Notice(self.t.args(
            "results-pool",
            &[
                ("n", chosen.len().into()),
                ("amount", money(self.t, award.amount).into()),
                ("spent", money(self.t, award.amount.saturating_sub(award.left)).into()),
                ("left", money(self.t, award.left).into()),
            ],
        )));
        let rows = award.projects.iter().map(|one| {
            let (look, key) = match one.verdict {
                Verdict::Chosen => ("good", "results-verdict-chosen"),
                Verdict::FewVotes => ("plain", "results-verdict-few"),
                Verdict::NoMoney => ("plain", "results-verdict-money"),
                Verdict::AfterEnd => ("plain", "results-verdict-end"),
            };
            let values = [
                ("least", pool.least_support.max(1).into()),
                ("support", one.support.into()),
                ("before", money(self.t, one.before).into()),
            ];
            let mut why = self.t.args(&format!("{key}-why"), &values);
            if !one.tie.is_empty() {
                let others: Vec<String> = one.tie.iter().map(|other| self.label(question, other)).collect();
                let rule = match pool.ties {
                    Ties::Cheaper => "results-tie-cheaper",
                    Ties::Listed => "results-tie-listed",
                };
                let rule = self.t.get(rule);
                let values = [("others", others.join(", ").into()), ("rule", rule.into())];
                why = format!("{why} {}", self.t.args("results-tie-decided", &values));
            }
            vec![
                Cell::text(self.label(question, &one.choice))
                    .below(why)
                    .chip(Chip { look, text: self.t.get(key) }),
                Cell::number(self.t.count(u64::from(one.place))),
                Cell::number(self.t.count(one.support)),
                Cell::number(money(self.t, one.cost)),
            ]
        });
        let head = ["results-project", "results-place", "results-ballots", "results-cost"];
        blocks.push(Block::Table(Table {
            caption: self.t.get("results-projects"),
            head: head.iter().enumerate().map(|(at, key)| (self.t.get(key), at > 0)).collect(),
            rows: rows.collect(),
        }));
        blocks.push(Block::Text(self.t.get(if pool.stops {
            "results-rule-stops"
        } else {
            "results-rule-skips"
        })));
    }

    // Every other survey: protected tables.

    fn tables(&self, blocks: &mut Vec<Block>, release: &Release) {
        if release.people < release.least_cell {
            blocks.push(Block::Notice(self.t.args("results-few", &[("k", release.least_cell.into())])));
        }
        let form: &Form = &self.survey.form;
        for question in form.pages.iter().flat_map(|page| &page.questions) {
            let own: Vec<&Totals> = release
                .totals
                .iter()
                .filter(|table| table.columns.name.split('/').next() == Some(question.id.as_str()))
                .collect();
            let map = self.results.maps.iter().find(|map| map.question == question.id);
            let texts = self.results.texts.iter().find(|texts| texts.question == question.id);
            if own.is_empty() && map.is_none() && texts.is_none() {
                continue;
            }
            self.title(blocks, &question.id);
            for table in own {
                if table.columns.name.contains('/') {
                    blocks.push(Block::Text(self.said(&table.columns.title).to_owned()));
                }
                self.totals(blocks, table, release);
            }
            if let Some(order) = self.results.orders.iter().find(|order| order.question == question.id) {
                self.order(blocks, question, order);
            }
            if let Some(sums) = self.results.sums.iter().find(|sums| sums.question == question.id) {
                self.sums(blocks, question, sums);
            }
            if let Some(map) = map {
                self.map(blocks, question, map);
            }
            for theme in texts.iter().flat_map(|texts| &texts.themes) {
                let name = theme
                    .name
                    .as_ref()
                    .map_or(self.t.get("results-theme-none"), |name| self.said(name).to_owned());
                let caption =
                    self.t.args("results-theme", &[("name", name.into()), ("n", theme.words.len().into())]);
                let rows = theme.words.iter().map(|words| vec![Cell::text(words.clone())]).collect();
                let head = vec![(self.t.get("results-words"), false)];
                blocks.push(Block::Folded(caption.clone(), Table { caption, head, rows }));
            }
        }
        if !release.crosses.is_empty() {
            blocks.push(Block::Heading(self.t.get("results-crosses")));
        }
        for table in &release.crosses {
            blocks.push(Block::Table(self.cross(table, release)));
        }
        let told: Vec<String> = release.dropped.iter().map(|one| self.dropped(one)).collect();
        if !told.is_empty() {
            blocks.push(Block::Heading(self.t.get("results-dropped")));
            blocks.extend(told.into_iter().map(Block::Text));
        }
    }

    fn totals(&self, blocks: &mut Vec<Block>, table: &Totals, release: &Release) {
        let Some(cells) = table.cells.first() else { return };
        let most = cells.iter().map(|shown| ends(*shown).1).max().unwrap_or(0);
        let base = table.answered.first().copied().unwrap_or(Shown::Exact(release.people));
        let base_known = base.exact().unwrap_or(0);
        let line = |(category, shown): (&Category, &Shown)| {
            self.bar(self.said(&category.label).to_owned(), *shown, base_known, most)
        };
        let mut lines: Vec<Bar> = table.columns.categories.iter().zip(cells).map(line).collect();
        if !table.answered.is_empty() {
            lines.push(self.bar(self.t.get("results-answered-any"), base, release.people, release.people));
        }
        blocks.push(Block::Bars(self.bars("results-people", lines)));
    }

    fn order(&self, blocks: &mut Vec<Block>, question: &Question, order: &Order) {
        blocks.push(Block::Text(self.t.get("results-method-schulze")));
        let places =
            order.places.iter().map(|(choice, place)| format!("{place}. {}", self.label(question, choice)));
        blocks.push(Block::Text(
            self.t.args("results-order", &[("order", places.collect::<Vec<_>>().join("; ").into())]),
        ));
    }

    fn sums(&self, blocks: &mut Vec<Block>, question: &Question, sums: &Sums) {
        let most = sums.points.iter().filter_map(|(_, sum)| *sum).max().unwrap_or(0);
        let mut sorted: Vec<_> = sums.points.iter().collect();
        sorted.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
        let lines = sorted.into_iter().map(|(choice, sum)| match sum {
            Some(sum) => self.bar(self.label(question, choice), Shown::Exact(*sum), 0, most),
            None => Bar { label: self.label(question, choice), value: "–".into(), ..Bar::default() },
        });
        blocks.push(Block::Text(self.t.get("results-method-points")));
        blocks.push(Block::Bars(self.bars("results-points", lines.collect())));
    }

    fn map(&self, blocks: &mut Vec<Block>, question: &Question, map: &Places) {
        let k = self.survey.least_cell;
        if map.squares.is_empty() && map.things.is_empty() {
            blocks.push(Block::Text(self.t.args("results-map-none", &[("k", k.into())])));
            return;
        }
        if !map.things.is_empty() {
            let most = map.things.iter().map(|(_, many)| *many).max().unwrap_or(0);
            let name = |id: &String| {
                self.names
                    .get(id)
                    .filter(|name| !name.is_empty())
                    .cloned()
                    .unwrap_or_else(|| self.t.get("results-thing-gone"))
            };
            let lines = map.things.iter().map(|(id, many)| self.bar(name(id), Shown::Exact(*many), 0, most));
            blocks.push(Block::Text(self.t.args("results-things", &[("k", k.into())])));
            blocks.push(Block::Bars(self.bars("results-people", lines.collect())));
            return;
        }
        let values = [("k", k.into()), ("width", self.t.count(u64::from(map.width_m)).into())];
        blocks.push(Block::Text(self.t.args("results-map", &values)));
        blocks.push(Block::Map(MapBlock {
            items: format!("/surveys/{}/results/places.geojson?question={}", self.survey.slug, question.id),
            label: self.said(&question.title).to_owned(),
            crowd: Some(self.crowd(map)),
        }));
        let mut sorted: Vec<_> = map.squares.iter().collect();
        sorted.sort_by_key(|(_, many)| std::cmp::Reverse(*many));
        let rows = sorted.into_iter().take(MOST_SQUARES).map(|(square, many)| {
            let (x, y) = square.middle(map.width_m);
            vec![
                Cell::text(format!("{}, {}", self.decimal(y, 4), self.decimal(x, 4))),
                Cell::number(self.t.count(*many)),
            ]
        });
        let caption = self.t.get("results-squares");
        let head = vec![(self.t.get("results-square"), false), (self.t.get("results-people"), true)];
        blocks.push(Block::Folded(caption.clone(), Table { caption, head, rows: rows.collect() }));
    }

    /// The numbers that each colour of the squares stands for; colours that no square has are left out.
    fn crowd(&self, map: &Places) -> CrowdLook {
        let class_of = map.classes();
        let mut classes = BTreeMap::<u64, (u64, u64)>::new();
        for (_, many) in &map.squares {
            let (least, most) = classes.entry(class_of(*many)).or_insert((*many, *many));
            (*least, *most) = ((*least).min(*many), (*most).max(*many));
        }
        let numbers = |(least, most): (u64, u64)| match least == most {
            true => self.t.count(least),
            false => self.shown(Shown::Between(least, most)),
        };
        let classes = classes.into_iter().map(|(class, ends)| (class, numbers(ends))).collect();
        CrowdLook { name: format!("view-{}", map.question), width_m: map.width_m, classes }
    }

    /// A cross table; one that is too wide is turned round.
    fn cross(&self, table: &Totals, release: &Release) -> Table {
        let Some(rows) = &table.rows else { return Table::default() };
        let (columns, total) = (&table.columns, self.t.get("results-total"));
        let mut caption = format!("{} × {}", self.said(&rows.title), self.said(&columns.title));
        if let Some(only) = &table.only {
            let of = release.totals.iter().find(|one| one.columns.name == only.of).map(|one| &one.columns);
            let label = of.and_then(|of| of.categories.iter().find(|one| one.id == only.category));
            if let (Some(of), Some(label)) = (of, label) {
                let values =
                    [("question", self.said(&of.title).into()), ("answer", self.said(&label.label).into())];
                caption = format!("{caption} ({})", self.t.args("results-only", &values));
            }
        }
        let names = |asked: &Asked| -> Vec<String> {
            asked.categories.iter().map(|one| self.said(&one.label).to_owned()).collect()
        };
        let (row_names, mut column_names) = (names(rows), names(columns));
        let mut cells: Vec<Vec<String>> =
            table.cells.iter().map(|row| row.iter().map(|cell| self.shown(*cell)).collect()).collect();
        if !table.answered.is_empty() {
            column_names.push(self.t.get("results-answered-any"));
            for (row, answered) in cells.iter_mut().zip(&table.answered) {
                row.push(self.shown(*answered));
            }
        }
        column_names.push(total.clone());
        for (row, sum) in cells.iter_mut().zip(&table.row_totals) {
            row.push(self.shown(*sum));
        }
        let mut sums: Vec<String> = table.column_totals.iter().map(|cell| self.shown(*cell)).collect();
        sums.resize(column_names.len(), String::new());
        cells.push(sums);
        let mut row_names = row_names;
        row_names.push(total);
        if column_names.len() > MOST_COLUMNS && row_names.len() < column_names.len() {
            let turned =
                (0..column_names.len()).map(|at| cells.iter().map(|row| row[at].clone()).collect()).collect();
            (row_names, column_names, cells) = (column_names, row_names, turned);
        }
        let head = std::iter::once((self.t.get("results-answer"), false))
            .chain(column_names.into_iter().map(|name| (name, true)));
        let rows = row_names.into_iter().zip(cells).map(|(name, row)| {
            std::iter::once(Cell::text(name)).chain(row.into_iter().map(Cell::number)).collect()
        });
        Table { caption, head: head.collect(), rows: rows.collect() }
    }

    fn dropped(&self, one: &Dropped) -> String {
        let title = |name: &str| {
            let question = name.split('/').next().and_then(|id| self.question(id));
            question.map_or(name.to_owned(), |question| self.said(&question.title).to_owned())
        };
        let what = match &one.rows {
            Some(rows) => format!("{} × {}", title(rows), title(&one.columns)),
            None => title(&one.columns),
        };
        let why = match one.why {
            Why::FewPeople => "results-why-few",
            Why::NoSuch => "results-why-no-such",
            Why::Depends => "results-why-depends",
            Why::TooLarge => "results-why-large",
            Why::Small => "results-why-small",
        };
        format!("{what}: {}", self.t.get(why))
    }

    /// A number, or a range.
    pub(super) fn shown(&self, shown: Shown) -> String {
        match shown {
            Shown::Exact(number) => self.t.count(number),
            Shown::Between(least, most) => format!("{}–{}", self.t.count(least), self.t.count(most)),
        }
    }

    fn decimal(&self, number: f64, digits: usize) -> String {
        let text = format!("{number:.digits$}");
        if self.t.lang() == "pl" { text.replace('.', ",") } else { text }
    }

    fn bars(&self, unit: &str, lines: Vec<Bar>) -> Bars {
        Bars {
            caption: self.t.get(unit),
            head: [self.t.get("results-answer"), self.t.get(unit), self.t.get("results-share")],
            lines,
        }
    }

    fn bar(&self, label: String, shown: Shown, base: u64, most: u64) -> Bar {
        let (low, high) = ends(shown);
        let wide = |many: u64| u32::try_from(many.saturating_mul(100) / most.max(1)).unwrap_or(100).min(100);
        let share = match shown {
            Shown::Exact(number) if base > 0 => {
                format!("{}\u{a0}%", self.decimal(number as f64 * 100.0 / base as f64, 1))
            }
            _ => String::new(),
        };
        Bar {
            label,
            small: String::new(),
            value: self.shown(shown),
            share,
            sure: wide(low),
            more: wide(high) - wide(low),
        }
    }

    /// How it was done, for whoever wants to know whether to believe it.
    pub(super) fn method(&self) -> Vec<String> {
        let secrecy = match self.survey.secrecy {
            Secrecy::Secret if self.results.exact.is_some() => "results-about-secret",
            Secrecy::Secret => "results-about-sealed",
            Secrecy::Anonymous => "results-about-anonymous",
            Secrecy::Named => "results-about-named",
        };
        let mut all = vec![
            self.t.get(&format!("results-audience-{}", self.survey.audience.name())),
            self.t.get(secrecy),
        ];
        if self.results.tables.is_some() {
            all.push(self.t.args("results-about-ranges", &[("k", self.survey.least_cell.into())]));
        }
        all
    }
}

fn ends(shown: Shown) -> (u64, u64) {
    match shown {
        Shown::Exact(number) => (number, number),
        Shown::Between(least, most) => (least, most),
    }
}
