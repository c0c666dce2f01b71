//! EPSG code of a system written as well-known text, by ESRI, after WKT1 or after WKT2.

/// Finds the code; none for a system that is not known here.
pub(super) fn srid(text: &str) -> Option<u32> {
    let letters = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '_');
    let plain = letters.collect::<String>().to_ascii_uppercase();
    if let Some(code) = authority(&plain, "AUTHORITY[\"EPSG\",").or_else(|| authority(&plain, "ID[\"EPSG\","))
    {
        return Some(code);
    }
    let etrs = plain.contains("ETRS") || plain.contains("ETRF") || plain.contains("EUROPEANTERRESTRIAL");
    let wgs84 =
        plain.contains("WGS1984") || plain.contains("WGS84") || plain.contains("WORLDGEODETICSYSTEM1984");
    if !plain.contains("PROJCS[") && !plain.contains("PROJCRS[") {
        let geographic = plain.starts_with("GEOGCS[") || plain.starts_with("GEOGCRS[");
        return match geographic {
            true if etrs => Some(4258),
            true if wgs84 => Some(4326),
            _ => None,
        };
    }
    if plain.contains("AUXILIARYSPHERE") || plain.contains("WEBMERCATOR") || plain.contains("PSEUDO-MERCATOR")
    {
        return Some(3857);
    }
    let parameter = |names: &[&str]| names.iter().find_map(|name| parameter(&plain, name));
    let east = parameter(&["FALSEEASTING", "EASTINGATFALSEORIGIN"])?;
    let north = parameter(&["FALSENORTHING", "NORTHINGATFALSEORIGIN"])?;
    let meridian = parameter(&[
        "CENTRALMERIDIAN",
        "LONGITUDEOFCENTER",
        "LONGITUDEOFORIGIN",
        "LONGITUDEOFNATURALORIGIN",
        "LONGITUDEOFFALSEORIGIN",
    ])?;
    if !(etrs || wgs84 || plain.contains("GRS1980")) {
        return None;
    }
    if plain.contains("LAMBERTAZIMUTHAL") {
        let europe = near(east, 4_321_000.0) && near(north, 3_210_000.0) && near(meridian, 10.0);
        return europe.then_some(3035);
    }
    if plain.contains("LAMBERTCONFORMAL") || plain.contains("LAMBERTCONICCONFORMAL") {
        let europe = near(east, 4_000_000.0) && near(north, 2_800_000.0) && near(meridian, 10.0);
        return europe.then_some(3034);
    }
    if !plain.contains("TRANSVERSEMERCATOR") && !plain.contains("GAUSSKRUGER") {
        return None;
    }
    transverse(parameter(&["SCALEFACTOR", "SCALEFACTORATNATURALORIGIN"])?, east, north, meridian, etrs)
}

/// Code of the outermost authority, which stands at the end.
fn authority(plain: &str, mark: &str) -> Option<u32> {
    let (before, after) = plain.rsplit_once(mark)?;
    let outermost = after.ends_with("]]") && before.matches('[').count() == before.matches(']').count() + 1;
    let code: String = after.chars().filter(char::is_ascii_digit).collect();
    code.parse().ok().filter(|_| outermost)
}

fn transverse(scale: f64, east: f64, north: f64, meridian: f64, etrs: bool) -> Option<u32> {
    if near(scale, 0.9993) && near(meridian, 19.0) && near(east, 500_000.0) && near(north, -5_300_000.0) {
        return Some(2180);
    }
    if near(scale, 0.999_923) && near(north, 0.0) {
        let zones = [(15.0, 2176), (18.0, 2177), (21.0, 2178), (24.0, 2179)];
        return zones.iter().find_map(|(own, srid)| {
            let zone_east = own / 3.0 * 1e6 + 500_000.0;
            (near(meridian, *own) && near(east, zone_east)).then_some(*srid)
        });
    }
    if near(scale, 0.9996) && near(east, 500_000.0) && near(north, 0.0) {
        let zone = (meridian + 183.0) / 6.0;
        if zone.fract() == 0.0 && (1.0..=60.0).contains(&zone) {
            let zone = zone as u32;
            let europe = etrs && (28..=38).contains(&zone);
            return Some(if europe { 25_800 + zone } else { 32_600 + zone });
        }
    }
    None
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-7 * b.abs().max(1.0)
}

/// `PARAMETER["Name",number]`
fn parameter(plain: &str, name: &str) -> Option<f64> {
    let (_, after) = plain.split_once(&format!("PARAMETER[\"{name}\","))?;
    after.split([']', ',']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::srid;

    const GRS80: &str = r#"GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

    fn transverse(name: &str, east: f64, north: f64, meridian: f64, scale: f64) -> String {
        format!(
            r#"PROJCS["{name}",{GRS80},PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",{east:.1}],
            PARAMETER["False_Northing",{north:.1}],PARAMETER["Central_Meridian",{meridian:.1}],
            PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
        )
    }

    #[test]
    fn polish_systems_are_told_by_their_parameters() {
        assert_eq!(
            srid(&transverse("ETRS_1989_Poland_CS92", 500_000.0, -5_300_000.0, 19.0, 0.9993)),
            Some(2180)
        );
        for (zone, srid_of_zone) in [(5.0, 2176), (6.0, 2177), (7.0, 2178), (8.0, 2179)] {
            let text = transverse("anything", zone * 1e6 + 5e5, 0.0, zone * 3.0, 0.999_923);
            assert_eq!(srid(&text), Some(srid_of_zone));
        }
        assert_eq!(srid(&transverse("wrong zone", 7_500_000.0, 0.0, 18.0, 0.999_923)), None);
        assert_eq!(srid(&transverse("UTM", 500_000.0, 0.0, 21.0, 0.9996)), Some(25_834));
        let old =
            transverse("1965", 500_000.0, -5_300_000.0, 19.0, 0.9993).replace("ETRS_1989", "Pulkovo_1942");
        assert_eq!(srid(&old.replace("GRS_1980", "Krassowsky_1940")), None);
    }

    #[test]
    fn other_systems_are_told_by_name_or_authority() {
        assert_eq!(srid(GRS80), Some(4258));
        assert_eq!(srid(&GRS80.replace("ETRS_1989", "WGS_1984")), Some(4326));
        let with_authority = r#"PROJCS["x",GEOGCS["y",AUTHORITY["EPSG","4258"]],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","2178"]]"#;
        assert_eq!(srid(with_authority), Some(2178));
        // The unit's authority is not that of the system.
        assert_eq!(srid(r#"LOCAL_CS["x",UNIT["metre",1,AUTHORITY["EPSG","9001"]]]"#), None);
        let newer = r#"PROJCRS["any",BASEGEOGCRS["ETRS89",DATUM["x",ELLIPSOID["GRS 1980",6378137,298.2,LENGTHUNIT["metre",1]]]],CONVERSION["u",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0],PARAMETER["Longitude of natural origin",21,ANGLEUNIT["Degree",0.01]],PARAMETER["Scale factor at natural origin",0.999923],PARAMETER["False easting",7500000],PARAMETER["False northing",0]],CS[Cartesian,2]"#;
        assert_eq!(srid(&format!("{newer}]")), Some(2178));
        assert_eq!(srid(&format!("{newer},ID[\"EPSG\",2177]]")), Some(2177));
        let web = r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984"]]"#;
        assert_eq!(srid(web), Some(3857));
        for nothing in ["", "]]", "AUTHORITY[\"EPSG\",", "PROJCS[", "ąść"] {
            assert_eq!(srid(nothing), None);
        }
    }
}
