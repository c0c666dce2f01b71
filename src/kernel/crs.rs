//! Coordinate reference systems in which Reeve answers, and the order of their axes.

/// A coordinate reference system of the public doors.
///
/// Storage is EPSG:4326 with x = longitude. PostGIS transforms in "GIS order" (x = easting or longitude); what
/// leaves under an EPSG name must follow the authority's order, which for Polish systems is northing first
/// (Dz.U. 2012 poz. 1247; OGC API Features Part 2, requirement on coordinate order).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crs {
    /// OGC CRS84: longitude, latitude. The default of OGC API and GeoJSON.
    Crs84,
    /// EPSG:4326: latitude, longitude.
    Epsg4326,
    /// EPSG:3857, web Mercator: easting, northing in metres.
    Epsg3857,
    /// EPSG:2180, PL-1992: northing, easting in metres.
    Epsg2180,
    /// EPSG:2176–2179, PL-2000 zones 5–8: northing, easting in metres. Holds the zone 5–8.
    Pl2000(u8),
}

impl Crs {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Crs84,
        Self::Epsg4326,
        Self::Epsg3857,
        Self::Epsg2180,
        Self::Pl2000(5),
        Self::Pl2000(6),
        Self::Pl2000(7),
        Self::Pl2000(8),
    ];

    /// The EPSG code that PostGIS knows it by; CRS84 is 4326 with the axes as stored.
    #[must_use]
    pub fn srid(self) -> i32 {
        match self {
            Self::Crs84 | Self::Epsg4326 => 4326,
            Self::Epsg3857 => 3857,
            Self::Epsg2180 => 2180,
            Self::Pl2000(zone) => 2171 + i32::from(zone),
        }
    }

    /// Whether the authority's first axis points north, so that stored (x, y) must be swapped.
    #[must_use]
    pub fn north_first(self) -> bool {
        !matches!(self, Self::Crs84 | Self::Epsg3857)
    }

    /// Where it makes sense: west, south, east, north in its own units, with room to spare. What lies beyond can be
    /// asked for, but not transformed.
    #[must_use]
    pub fn domain(self) -> [f64; 4] {
        match self {
            Self::Crs84 | Self::Epsg4326 => [-180.0, -90.0, 180.0, 90.0],
            Self::Epsg3857 => [-20_037_508.0, -20_037_508.0, 20_037_508.0, 20_037_508.0],
            Self::Epsg2180 => [-400_000.0, -400_000.0, 1_400_000.0, 1_400_000.0],
            Self::Pl2000(zone) => {
                let middle = f64::from(zone) * 1e6 + 500_000.0;
                [middle - 900_000.0, 4_900_000.0, middle + 900_000.0, 6_600_000.0]
            }
        }
    }

    /// Digits after the point that are worth writing: about a centimetre.
    #[must_use]
    pub fn digits(self) -> i32 {
        match self {
            Self::Crs84 | Self::Epsg4326 => 7,
            _ => 3,
        }
    }

    /// The URI by which OGC API names it.
    #[must_use]
    pub fn uri(self) -> String {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84".into(),
            other => format!("http://www.opengis.net/def/crs/EPSG/0/{}", other.srid()),
        }
    }

    /// Reads a URI, safe CURIE (`[EPSG:2180]`) or plain code (`EPSG:2180`, `2180`); `None` for those that are not
    /// spoken here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('[').trim_end_matches(']');
        Self::ALL.into_iter().find(|crs| {
            let uri = crs.uri();
            if text.eq_ignore_ascii_case(&uri)
                || text.eq_ignore_ascii_case(&uri.replacen("http:", "https:", 1))
            {
                return true;
            }
            match crs {
                Self::Crs84 => ["CRS84", "OGC:CRS84"].iter().any(|name| text.eq_ignore_ascii_case(name)),
                _ => {
                    let code = crs.srid().to_string();
                    text == code || text.eq_ignore_ascii_case(&format!("EPSG:{code}"))
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Crs;

    #[test]
    fn every_name_of_a_crs_is_understood() {
        for crs in Crs::ALL {
            assert_eq!(Crs::parse(&crs.uri()), Some(crs));
        }
        assert_eq!(Crs::parse("EPSG:2178"), Some(Crs::Pl2000(7)));
        assert_eq!(Crs::parse("[EPSG:2180]"), Some(Crs::Epsg2180));
        assert_eq!(Crs::parse("2175"), None);
    }

    #[test]
    fn polish_systems_are_north_first() {
        assert!(Crs::Epsg2180.north_first() && Crs::Pl2000(7).north_first() && Crs::Epsg4326.north_first());
        assert!(!Crs::Crs84.north_first() && !Crs::Epsg3857.north_first());
    }
}
