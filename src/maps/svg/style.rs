//! Colours and strokes by class: pale ground, dark lines, so that the way stands out, on paper too.

use super::{ShapeClass, sheet::Sheet};

/// Attributes of areas of a class.
pub(super) fn area_style(class: ShapeClass) -> &'static str {
    match class {
        ShapeClass::Green => r##"fill="#e2efd6""##,
        ShapeClass::Wood => r##"fill="#d3e5c8""##,
        ShapeClass::Cemetery => r##"fill="#e9eee2" stroke="#7f8f74" stroke-width="1.4""##,
        ShapeClass::Square => r##"fill="#efebe3" stroke="#d3cbbd" stroke-width="0.8""##,
        ShapeClass::Water | ShapeClass::Stream => r##"fill="#c9e0ee" stroke="#8fb8d0" stroke-width="0.8""##,
        ShapeClass::Sector => r##"fill="none" stroke="#9aa88f" stroke-width="1" stroke-dasharray="6 3""##,
        ShapeClass::Building => r##"fill="#e0dad0" stroke="#b9afa1" stroke-width="0.7""##,
        ShapeClass::Grave => r##"fill="#fff" stroke="#9c968c" stroke-width="0.6""##,
        ShapeClass::Tree => r##"fill="#b5d3a4""##,
        _ => r##"fill="#f4f1ea" stroke="#c9c1b4" stroke-width="0.8""##,
    }
}

/// Strokes of a line class, the lower one first.
pub(super) fn line_styles(class: ShapeClass, sheet: &Sheet) -> Vec<String> {
    let line = |colour: &str, width: f64, more: &str| {
        format!(r#"stroke="{colour}" stroke-width="{width:.1}" {more}"#)
    };
    let road = |width_m: f64, least_px: f64, most_px: f64| {
        let width = sheet.width_px(width_m, least_px, most_px);
        vec![line("#bdb5a7", width + 1.6, ""), line("#fff", width, r#"stroke-linecap="round""#)]
    };
    match class {
        ShapeClass::MainRoad => road(11.0, 4.0, 16.0),
        ShapeClass::Street => road(7.0, 3.0, 12.0),
        ShapeClass::Service => road(4.0, 1.8, 8.0),
        ShapeClass::CemeteryPath => road(2.5, 1.8, 6.0),
        ShapeClass::Path => {
            vec![line("#998b78", sheet.width_px(1.5, 1.0, 2.2), r#"stroke-dasharray="4 2.5""#)]
        }
        ShapeClass::Steps => {
            let width = sheet.width_px(2.5, 3.5, 7.0);
            vec![line("#fff", width, ""), line("#7a6e5f", width, r#"stroke-dasharray="1.4 1.8""#)]
        }
        ShapeClass::Stream | ShapeClass::Water => vec![line("#9cc4da", sheet.width_px(3.0, 1.2, 7.0), "")],
        ShapeClass::Rail => vec![line("#8c8880", 2.6, ""), line("#fff", 1.4, r#"stroke-dasharray="6 6""#)],
        ShapeClass::Barrier => vec![line("#6d6458", 1.3, "")],
        ShapeClass::Cemetery => vec![line("#7f8f74", 1.4, "")],
        _ => vec![line("#a9a092", 0.9, "")],
    }
}
