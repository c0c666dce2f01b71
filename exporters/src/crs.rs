//! Definitions of the coordinate reference systems that Reeve writes, as well-known text.
//!
//! Files hold easting or longitude first, whatever order the authority gives its axes: that is how every one of
//! these formats is read.

/// Numbers of a transverse Mercator projection upon GRS 80.
struct Transverse {
    name: &'static str,
    meridian: u32,
    scale: &'static str,
    easting: u32,
    northing: i32,
}

/// The Polish systems.
fn transverse(epsg: u32) -> Option<Transverse> {
    let zone =
        |name, meridian, easting| Transverse { name, meridian, scale: "0.999923", easting, northing: 0 };
    Some(match epsg {
        2180 => Transverse {
            name: "ETRF2000-PL / CS92",
            meridian: 19,
            scale: "0.9993",
            easting: 500_000,
            northing: -5_300_000,
        },
        2176 => zone("ETRF2000-PL / CS2000/15", 15, 5_500_000),
        2177 => zone("ETRF2000-PL / CS2000/18", 18, 6_500_000),
        2178 => zone("ETRF2000-PL / CS2000/21", 21, 7_500_000),
        2179 => zone("ETRF2000-PL / CS2000/24", 24, 8_500_000),
        _ => return None,
    })
}

/// Whether files can be written in this system.
#[must_use]
pub fn knows(epsg: u32) -> bool {
    matches!(epsg, 4326 | 3857) || transverse(epsg).is_some()
}

/// Its name.
pub(crate) fn name(epsg: u32) -> String {
    match epsg {
        4326 => "WGS 84".to_owned(),
        3857 => "WGS 84 / Pseudo-Mercator".to_owned(),
        other => transverse(other).map_or_else(|| format!("EPSG:{other}"), |system| system.name.to_owned()),
    }
}

/// Well-known text of OGC 01-009, with EPSG's numbers.
pub(crate) fn wkt(epsg: u32) -> Option<String> {
    const WGS84: &str = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]"#;
    match epsg {
        4326 => Some(WGS84.to_owned()),
        3857 => Some(format!(
            r#"PROJCS["WGS 84 / Pseudo-Mercator",{WGS84},PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs"],AUTHORITY["EPSG","3857"]]"#
        )),
        other => transverse(other).map(|Transverse { name, meridian, scale, easting, northing }| {
            format!(
                r#"PROJCS["{name}",GEOGCS["ETRF2000-PL",DATUM["ETRF2000_Poland",SPHEROID["GRS 1980",6378137,298.257222101,AUTHORITY["EPSG","7019"]],AUTHORITY["EPSG","1305"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","9702"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{meridian}],PARAMETER["scale_factor",{scale}],PARAMETER["false_easting",{easting}],PARAMETER["false_northing",{northing}],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","{other}"]]"#
            )
        }),
    }
}

/// Well-known text as shapefiles have it beside them.
pub(crate) fn esri_wkt(epsg: u32) -> Option<String> {
    const WGS84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    match epsg {
        4326 => Some(WGS84.to_owned()),
        3857 => Some(format!(
            r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",{WGS84},PROJECTION["Mercator_Auxiliary_Sphere"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",0.0],PARAMETER["Auxiliary_Sphere_Type",0.0],UNIT["Meter",1.0]]"#
        )),
        other => transverse(other).map(|Transverse { meridian, scale, easting, northing, .. }| {
            let name = match other {
                2180 => "ETRS_1989_Poland_CS92".to_owned(),
                _ => format!("ETRS_1989_Poland_CS2000_Zone_{}", meridian / 3),
            };
            format!(
                r#"PROJCS["{name}",GEOGCS["ETRF2000-PL",DATUM["D_ETRF2000_Poland",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",{easting}.0],PARAMETER["False_Northing",{northing}.0],PARAMETER["Central_Meridian",{meridian}.0],PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
            )
        }),
    }
}
