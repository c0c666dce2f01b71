//! What `srsName` says: which system, and in which order its axes are written.

/// Which of two coordinates comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Easting or longitude.
    EastFirst,
    /// Northing or latitude.
    NorthFirst,
}

/// How a system was named, which decides about the order of its axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A URN or URI: the order of the authority.
    Authority,
    /// A name whose order is always longitude first: CRS84, and the old `epsg.xml#` names.
    EastFirst,
    /// `EPSG:2180` and the like: whatever the writer thought.
    Plain,
}

/// A system of coordinates as declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Declared {
    /// EPSG code.
    pub(super) srid: u32,
    /// How it was named.
    pub(super) style: Style,
}

impl Declared {
    /// Reads a `srsName`.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let upper = name.trim().to_ascii_uppercase();
        if upper.contains("CRS84") {
            return Some(Self { srid: 4326, style: Style::EastFirst });
        }
        if let Some((_, after)) = upper.split_once("EPSG.XML#") {
            return Some(Self { srid: after.trim().parse().ok()?, style: Style::EastFirst });
        }
        let Some((before, after)) = upper.split_once("EPSG") else { return polish_name(&upper) };
        // Of a compound name (plane and height) the first part counts; the version stands before the code.
        let own = after.split(',').next().unwrap_or(after);
        let code = own.rsplit([':', '/', '#']).next()?;
        let style = if before.starts_with("URN:") || before.starts_with("HTTP") {
            Style::Authority
        } else {
            Style::Plain
        };
        Some(Self { srid: code.trim().parse().ok()?, style })
    }

    /// The order that the name prescribes; none where writers differ.
    pub(super) fn order(self) -> Option<Order> {
        match self.style {
            Style::EastFirst => Some(Order::EastFirst),
            Style::Authority if north_first(self.srid) => Some(Order::NorthFirst),
            Style::Authority => Some(Order::EastFirst),
            Style::Plain if north_first(self.srid) => None,
            Style::Plain => Some(Order::EastFirst),
        }
    }
}

/// Polish names without a code: `PL-1992`, `PL-2000/S6`, `PUWG 2000 strefa 7`.
fn polish_name(upper: &str) -> Option<Declared> {
    let srid = if upper.contains("1992") {
        2180
    } else {
        let (_, zone) = upper.split_once("2000")?;
        let digits: Vec<u32> = zone.chars().filter_map(|letter| letter.to_digit(10)).collect();
        match digits.as_slice() {
            [5 | 15] | [1, 5] => 2176,
            [6 | 18] | [1, 8] => 2177,
            [7 | 21] | [2, 1] => 2178,
            [8 | 24] | [2, 4] => 2179,
            _ => return None,
        }
    };
    (upper.contains("PL") || upper.contains("PUWG")).then_some(Declared { srid, style: Style::Plain })
}

/// Degrees, not metres.
pub(super) fn geographic(srid: u32) -> bool {
    matches!(srid, 4326 | 4258 | 4979 | 4937 | 4178 | 4179 | 4314 | 9702)
}

/// Systems whose authority puts northing or latitude first, as far as they are met in and around Poland.
fn north_first(srid: u32) -> bool {
    geographic(srid)
        || matches!(srid, 2172..=2180 | 2397..=2399 | 3034 | 3035 | 3038..=3051 | 3068 | 3120 | 3328..=3335)
        || matches!(srid, 31466..=31469 | 5513 | 5514)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_systems_are_read_in_all_their_forms() {
        let cases = [
            ("urn:ogc:def:crs:EPSG::2179", 2179, Style::Authority),
            ("urn:ogc:def:crs:EPSG:6.9:2180", 2180, Style::Authority),
            ("urn:x-ogc:def:crs:EPSG:4326", 4326, Style::Authority),
            ("urn:ogc:def:crs,crs:EPSG::2180,crs:EPSG::5613", 2180, Style::Authority),
            ("http://www.opengis.net/def/crs/EPSG/0/2178", 2178, Style::Authority),
            ("http://www.opengis.net/gml/srs/epsg.xml#4326", 4326, Style::EastFirst),
            ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326, Style::EastFirst),
            ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, Style::EastFirst),
            ("EPSG:2180", 2180, Style::Plain),
            ("epsg:3857", 3857, Style::Plain),
            ("PL-1992", 2180, Style::Plain),
            ("PL-2000/S7", 2178, Style::Plain),
            ("PUWG 2000 strefa 8", 2179, Style::Plain),
        ];
        for (name, srid, style) in cases {
            assert_eq!(Declared::parse(name), Some(Declared { srid, style }), "{name}");
        }
        for name in ["", "EPSG:", "EPSG::x", "urn:ogc:def:crs:EPSG::99999999999", "local", "#2000", "PL-2000"]
        {
            assert_eq!(Declared::parse(name), None, "{name}");
        }
    }
}
