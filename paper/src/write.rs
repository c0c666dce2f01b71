//! The set document as PDF/UA-1.

use std::num::NonZeroU16;

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, Node as Leaf, SpanTag, TableHeaderScope, Tag,
        TagGroup, TagKind, TagTree,
    },
    text::TextDirection,
};

use crate::{
    Fault, Fonts, Paper,
    lay::{Laid, MARGIN, Mark, Node, PAGE, Sense},
};

fn told(fault: impl std::fmt::Debug) -> Fault {
    Fault::Document(format!("{fault:?}"))
}

fn ink(grey: u8) -> Fill {
    Fill {
        paint: rgb::Color::new(grey, grey, grey).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

fn rectangle(surface: &mut Surface<'_>, x: f32, y: f32, width: f32, height: f32) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) {
    match mark {
        Mark::Line { x, y, letters, text } => {
            surface.set_fill(Some(ink(0x0b)));
            let font = if letters.bold { &fonts.bold } else { &fonts.regular };
            surface.draw_text(
                Point::from_xy(*x, *y),
                font.font.clone(),
                letters.size,
                text,
                false,
                TextDirection::LeftToRight,
            );
        }
        Mark::Rule { y, grey } => {
            surface.set_fill(Some(ink(*grey)));
            rectangle(surface, MARGIN, *y, PAGE.0 - 2.0 * MARGIN, 0.5);
        }
        Mark::Code { x, y, side, width, dark } => {
            surface.set_fill(Some(ink(0)));
            #[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules in a row")]
            let module = side / (*width).max(1) as f32;
            let mut path = PathBuilder::new();
            for (n, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
                #[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules in a row")]
                let (column, row) = ((n % width) as f32, (n / width) as f32);
                if let Some(rect) = Rect::from_xywh(x + column * module, y + row * module, module, module) {
                    path.push_rect(rect);
                }
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn tag(sense: &Sense) -> TagKind {
    match sense {
        Sense::Title(text) => Tag::Hn(NonZeroU16::MIN, Some(text.clone())).into(),
        Sense::Heading(text) => Tag::Hn(NonZeroU16::MIN.saturating_add(1), Some(text.clone())).into(),
        Sense::Paragraph | Sense::Caption => Tag::P.into(),
        Sense::Table => Tag::Table.into(),
        Sense::TableHead => Tag::THead.into(),
        Sense::TableBody => Tag::TBody.into(),
        Sense::Row => Tag::TR.into(),
        Sense::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Sense::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Sense::Cell => Tag::TD.into(),
        Sense::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
    }
}

fn group(nodes: &[Node], leaves: &mut [Vec<Identifier>], of: usize) -> TagGroup {
    let mut made = TagGroup::new(tag(&nodes[of].sense));
    for leaf in std::mem::take(&mut leaves[of]) {
        made.push(Leaf::Leaf(leaf));
    }
    for &child in &nodes[of].children {
        made.push(group(nodes, leaves, child));
    }
    made
}

pub(crate) fn write(paper: &Paper, fonts: &Fonts, laid: &Laid) -> Result<Vec<u8>, Fault> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(told)?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut leaves: Vec<Vec<Identifier>> = laid.nodes.iter().map(|_| Vec::new()).collect();
    for puts in &laid.pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| told("page"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for put in puts {
            let content = match (put.node, &put.mark) {
                (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
                (Some(_), Mark::Line { .. }) => ContentTag::Span(SpanTag::empty()),
                (Some(_), _) => ContentTag::Other,
            };
            let id = surface.start_tagged(content);
            draw(&mut surface, fonts, &put.mark);
            surface.end_tagged();
            if let Some(node) = put.node {
                leaves[node].push(id);
            }
        }
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(paper.lang.clone()));
    for &top in &laid.top {
        tree.push(group(&laid.nodes, &mut leaves, top));
    }
    document.set_tag_tree(tree);
    let mut outline = Outline::new();
    for (text, page, y) in &laid.headings {
        let to = XyzDestination::new(*page, Point::from_xy(MARGIN, *y));
        outline.push_child(OutlineNode::new(text.clone(), to));
    }
    document.set_outline(outline);
    document.set_metadata(
        Metadata::new()
            .title(paper.title.clone())
            .language(paper.lang.clone())
            .authors(vec![paper.issuer.clone()]),
    );
    document.finish().map_err(told)
}
