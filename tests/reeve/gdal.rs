//! Real GDAL reads every collection through its OAPIF driver.

use std::process::Command;

use crate::support::Town;

fn ogrinfo(arguments: &[&str]) -> String {
    let output = Command::new("ogrinfo").args(arguments).output().expect("ogrinfo is installed (gdal-bin)");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gdal_counts_every_collection_right() {
    let town = Town::village().await;
    let source = format!("OAPIF:{}/ogc", town.base);
    for kind in town.json("/api/kinds").await.as_array().unwrap() {
        let (slug, count) = (kind["slug"].as_str().unwrap(), kind["count"].as_i64().unwrap());
        let told = tokio::task::block_in_place(|| ogrinfo(&["-ro", "-so", "-al", &source, slug]));
        assert!(told.contains(&format!("Feature Count: {count}\n")), "{slug} {count}: {told}");
        // The count is what the server says; walking all pages must give as many.
        let walked = tokio::task::block_in_place(|| {
            ogrinfo(&[
                "-ro",
                "-q",
                "-dialect",
                "SQLITE",
                "-sql",
                &format!("select count(*) as n from \"{slug}\""),
                &source,
            ])
        });
        assert!(walked.contains(&format!("n (Integer) = {count}\n")), "{slug} {count}: {walked}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gdal_finds_the_right_place_in_pl_1992() {
    let town = Town::empty().await;
    sqlx::query(
        "insert into asset (id, kind, geom, source, source_id, updated_at)
         values (gen_random_uuid(), 'lamps', st_setsrid(st_makepoint(21.006111, 52.231667), 4326), 'test', '1', now())",
    )
    .execute(town.pool())
    .await
    .unwrap();
    town.app.feed.refresh().await.unwrap();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("lamps.csv");
    // Debian's GDAL asks for CRS84 and transforms by itself; it must come to the place that this server states too.
    let status = tokio::task::block_in_place(|| {
        Command::new("ogr2ogr")
            .args(["-f", "CSV", "-lco", "GEOMETRY=AS_XY", "-t_srs", "EPSG:2180"])
            .arg(&file)
            .arg(format!("OAPIF:{}/ogc", town.base))
            .arg("lamps")
            .output()
            .expect("ogr2ogr is installed (gdal-bin)")
    });
    let told = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let row: Vec<f64> = told.lines().nth(1).unwrap().split(',').take(2).map(|n| n.parse().unwrap()).collect();
    // Easting first, as GDAL writes it; northing first, as EPSG says, in our answer.
    assert!((row[0] - 636_960.47).abs() < 0.05 && (row[1] - 486_964.37).abs() < 0.05, "{told}");
    let ours = town.json("/ogc/collections/lamps/items?crs=http://www.opengis.net/def/crs/EPSG/0/2180").await;
    let at = &ours["features"][0]["geometry"]["coordinates"];
    assert!(
        (at[0].as_f64().unwrap() - row[1]).abs() < 0.05 && (at[1].as_f64().unwrap() - row[0]).abs() < 0.05
    );
}
