//! The real files, counted against the table that came with them.
//!
//! They lie in `REEVE_TEST_DATA` (by default `../shared/data` beside the project) and are never part of it. Without
//! them these tests say "skipped"; where `CI=true` they fail.

use std::path::PathBuf;

use geo::{Area, BoundingRect, Centroid};
use geo_types::Geometry;
use importers::table::{AxisNote, Cell, Format, Row};

use crate::{Reading, read};

pub fn data(path: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("REEVE_TEST_DATA").map_or_else(beside, PathBuf::from);
    if folder.join("cadastre").is_dir() {
        return Some(folder.join(path));
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no real data in {}", folder.display());
    println!("skipped: no real data in {}", folder.display());
    None
}

fn gml(path: &str) -> Option<Reading> {
    data(path).map(|path| read(Format::Gml, &path).unwrap_or_else(|error| panic!("{error}")))
}

fn centre(geometry: &Option<Geometry<f64>>) -> (f64, f64) {
    geometry.as_ref().unwrap().centroid().unwrap().x_y()
}

#[test]
fn egib_has_all_its_objects_where_they_belong() {
    let Some(reading) = gml("cadastre/egib_gml/dane-EGiB.gml") else { return };
    let counts: Vec<(&str, usize)> = reading
        .overview
        .layers
        .iter()
        .zip(&reading.rows)
        .map(|(layer, rows)| (layer.name.as_str(), rows.len()))
        .collect();
    assert_eq!(
        counts,
        [
            ("EGB_DzialkaEwidencyjna", 47),
            ("PrezentacjaGraficzna", 179),
            ("EGB_KonturUzytkuGruntowego", 14),
            ("EGB_KonturKlasyfikacyjny", 7),
            ("EGB_Budynek", 51),
            ("EGB_PunktGraniczny", 80),
        ]
    );
    for (layer, rows) in reading.overview.layers.iter().zip(&reading.rows) {
        assert!(rows.iter().all(|row| row.faults.is_empty()), "{}", layer.name);
        assert!(rows.iter().all(|row| row.id.is_some()), "{}", layer.name);
        if !layer.geometry {
            continue;
        }
        assert_eq!((layer.srid, layer.axis), (Some(2179), Some(AxisNote::Declared)));
        // Some labels stand nowhere; everything of the register has a place.
        let placed: Vec<&Row> = rows.iter().filter(|row| row.geometry.is_some()).collect();
        assert!(layer.name == "PrezentacjaGraficzna" || placed.len() == rows.len(), "{}", layer.name);
        for row in placed {
            assert_eq!(row.srid, Some(2179));
            // Near 51.647 N 22.999 E, the district 061304_5.0012 in PL-2000 zone 8.
            let bounds = row.geometry.as_ref().unwrap().bounding_rect().unwrap();
            assert!(bounds.min().x >= 8_430_688.79 && bounds.max().x <= 8_431_220.18, "{bounds:?}");
            assert!(bounds.min().y >= 5_723_893.98 && bounds.max().y <= 5_724_163.62, "{bounds:?}");
        }
    }
    let parcel = "EGB_DzialkaEwidencyjna";
    assert_eq!(reading.text(parcel, 0, "idDzialki"), "061304_5.0012.809/1");
    assert_eq!(reading.text(parcel, 0, "poleEwidencyjne"), "0.242");
    assert_eq!(reading.text(parcel, 0, "poleEwidencyjne.uom"), "ha");
    assert_eq!(reading.text(parcel, 0, "klasouzytek.OFU"), "R");
    assert_eq!(reading.text(parcel, 0, "klasouzytek.OZK"), "VI");
    assert_eq!(reading.text(parcel, 0, "idIIP.przestrzenNazw"), "PL.PZGiK.1004.EGiB");
    assert_eq!(reading.cell(parcel, 0, "JRG2"), Cell::Empty);
    let Cell::List(points) = reading.cell(parcel, 0, "punktGranicyDzialki.href") else { panic!("no list") };
    assert_eq!(points.len(), 8);
    let Cell::Text(first) = &points[1] else { panic!("no text") };
    let ids: Vec<&str> =
        reading.layer("EGB_PunktGraniczny").1.iter().filter_map(|row| row.id.as_deref()).collect();
    assert!(ids.contains(&first.as_str()), "{first}");
    let (_, parcels) = reading.layer(parcel);
    let Some(Geometry::Polygon(first)) = &parcels[0].geometry else { panic!("no area") };
    assert!((first.unsigned_area() - 2_420.0).abs() < 400.0, "{}", first.unsigned_area());
    let building = "EGB_Budynek";
    assert!(
        matches!(&reading.layer(building).1[0].geometry, Some(Geometry::MultiPolygon(all)) if all.0.len() == 1)
    );
    assert_eq!(reading.text(building, 0, "rodzajWgKST"), "m");
    assert_eq!(reading.text(building, 0, "powZabudowy"), "80");
}

#[test]
fn answers_of_county_services_lie_right_in_every_order_of_axes() {
    let cases = [
        ("epodgik_gml_basic_building", 1, 4326, AxisNote::Declared, (20.8594, 52.1691)),
        ("epodgik_gml_coordinates_lat_lon_order", 1, 4326, AxisNote::Declared, (20.8594, 52.1691)),
        ("epodgik_gml_coordinates_lon_lat_order", 1, 4326, AxisNote::SwappedByValues, (20.8594, 52.1691)),
        ("geoportal2_gml_basic_building", 1, 4326, AxisNote::Declared, (18.6398, 49.7517)),
        ("geoportal2_gml_building_no_building_type", 1, 4326, AxisNote::Declared, (18.6398, 49.7517)),
        ("geoportal_gml_building_2180_crs", 1, 2180, AxisNote::Declared, (260_671.0, 382_883.0)),
        ("warszawa_gml_multiple_polygons", 10, 4326, AxisNote::Declared, (21.0115, 52.2281)),
        ("warszawa_gml_multisurface_multiple_polygons", 1, 4326, AxisNote::Declared, (21.0831, 52.1557)),
    ];
    for (name, count, srid, axis, (x, y)) in cases {
        let Some(reading) = gml(&format!("cadastre/egib_wfs/{name}.xml")) else { return };
        let (layer, rows) = reading.layer("budynki");
        assert_eq!((rows.len(), layer.srid, layer.axis), (count, Some(srid), Some(axis)), "{name}");
        let near = if srid == 4326 { 0.001 } else { 20.0 };
        let (found_x, found_y) = centre(&rows[0].geometry);
        assert!((found_x - x).abs() < near && (found_y - y).abs() < near, "{name}: {found_x} {found_y}");
        assert!(rows.iter().all(|row| row.faults.is_empty() && row.srid == Some(srid)), "{name}");
    }
    let Some(empty) = gml("cadastre/egib_wfs/epodgik_gml_no_building.xml") else { return };
    assert!(empty.overview.layers.is_empty());
    let Some(many) = gml("cadastre/egib_wfs/warszawa_gml_multisurface_multiple_polygons.xml") else { return };
    let Some(Geometry::MultiPolygon(parts)) = &many.only().1[0].geometry else { panic!("no areas") };
    assert!(parts.0.len() > 1, "{}", parts.0.len());
    let Some(plain) = gml("cadastre/egib_wfs/epodgik_gml_basic_building.xml") else { return };
    assert_eq!(
        plain.only().0.columns,
        ["ID_BUDYNKU", "RODZAJ", "KONDYGNACJE_NADZIEMNE", "KONDYGNACJE_PODZIEMNE"]
    );
    assert_eq!(plain.text("budynki", 0, "ID_BUDYNKU"), "142104_2.0013.628/16.1_BUD");
    assert_eq!(plain.only().1[0].id.as_deref(), Some("budynki.857692"));
}

#[test]
fn the_old_model_of_addresses_has_northings_first() {
    let Some(reading) = gml("cadastre/prg_teryt/prg_model2012.xml") else { return };
    let (layer, rows) = reading.layer("PRG_PunktAdresowy");
    assert_eq!((layer.srid, layer.axis, rows.len()), (Some(2180), Some(AxisNote::Declared), 2));
    // Konotop, 51.95 N 15.92 E.
    let (east, north) = centre(&rows[0].geometry);
    assert_eq!((east, north), (287_772.37, 456_005.140_000_001));
    let address = "PRG_PunktAdresowy";
    assert_eq!(reading.text(address, 0, "ulica"), "Podgórna");
    assert_eq!(reading.text(address, 0, "numerPorzadkowy"), "2");
    assert_eq!(reading.text(address, 0, "idIIP.lokalnyId"), "fd9c9319-0a6a-44b4-972a-1e6c4ec0d4ca");
    assert_eq!(reading.cell(address, 0, "czescMiejscowosci"), Cell::Empty);
    let texts = |names: &[&str]| Cell::List(names.iter().map(|name| Cell::Text((*name).into())).collect());
    let units = ["Polska", "lubuskie", "nowosolski", "Kolsko"];
    assert_eq!(reading.cell(address, 0, "jednostkaAdmnistracyjna"), texts(&units));
    let Cell::List(parts) = reading.cell(address, 0, "komponent.href") else { panic!("no list") };
    let streets = reading.layer("PRG_UlicaNazwa").1;
    assert_eq!(parts.last(), Some(&Cell::Text(streets[0].id.clone().unwrap())));
    assert_eq!(reading.text("PRG_UlicaNazwa", 0, "nazwa.nazwaGlownaCzesc"), "Podgórna");
    let Some(Geometry::LineString(street)) = &streets[0].geometry else { panic!("no line") };
    assert_eq!(street.0.len(), 13);
    assert!((287_000.0..288_000.0).contains(&street.0[0].x));
}

#[test]
fn the_new_model_of_addresses_has_eastings_first_and_resolvable_links() {
    let Some(reading) = gml("cadastre/prg_teryt/prg_model2021.xml") else { return };
    let (layer, rows) = reading.layer("AD_PunktAdresowy");
    assert_eq!((layer.srid, layer.axis, rows.len()), (Some(2180), Some(AxisNote::Declared), 3));
    // Żubrów, 52.46 N 15.15 E, in the county of Sulęcin.
    assert_eq!(centre(&rows[0].geometry), (238_651.83, 519_741.27));
    let link = reading.text("AD_PunktAdresowy", 1, "miejscowosc.href");
    let places = reading.layer("AD_Miejscowosc").1;
    let place = places.iter().position(|place| place.id.as_deref() == Some(link.as_str())).unwrap();
    assert_eq!(reading.text("AD_Miejscowosc", place, "nazwa"), "Rzepin");
    assert_eq!(reading.text("AD_UlicaPlac", 0, "nazwaPelna"), "Inwalidów Wojennych");
    let (streets, rows) = reading.layer("AD_UlicaPlac");
    assert!(!streets.columns.iter().any(|column| column == "geometria"), "{:?}", streets.columns);
    assert!(rows[0].geometry.is_none() && rows[0].faults.is_empty());
    assert!(matches!(rows[1].geometry, Some(Geometry::Polygon(_))));
}

#[test]
fn buildings_of_krakow_come_in_their_own_system() {
    let Some(path) = data("inventory/krakow/budynki/Buildings.shp") else { return };
    let reading = read(Format::Shapefile, &path).unwrap();
    let (layer, rows) = reading.layer("Buildings");
    assert_eq!((layer.srid, rows.len()), (Some(2178), 301));
    assert_eq!(layer.columns, ["OBJECTID_1", "OBJECTID", "TxtMemo", "Shape_Leng", "Shape_Area"]);
    assert_eq!(reading.overview.encoding.as_deref(), Some("utf-8"));
    for (at, row) in rows.iter().enumerate() {
        assert!(row.faults.is_empty() && row.srid == Some(2178));
        let bounds = row.geometry.as_ref().unwrap().bounding_rect().unwrap();
        assert!(bounds.min().x >= 7_421_209.0 && bounds.max().y <= 5_548_961.0);
        let Cell::Number(area) = reading.cell("Buildings", at, "Shape_Area") else { panic!("no number") };
        let own = row.geometry.as_ref().unwrap().unsigned_area();
        assert!((own - area).abs() < 0.01, "row {at}: {own} for {area}");
    }
}
