//! Photos: what is taken, what is refused, what everybody sees and what nobody but the staff does.

use std::time::Instant;

use image::{ImageEncoder, RgbImage};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, Town, data};

/// Some asset of a kind.
async fn asset_of(town: &Town, kind: &str) -> String {
    let id: uuid::Uuid = sqlx::query_scalar("select id from asset where kind = $1 order by id limit 1")
        .bind(kind)
        .fetch_one(town.pool())
        .await
        .unwrap();
    id.to_string()
}

async fn send(staff: &Client, asset: &str, bytes: Vec<u8>) -> Response {
    staff
        .request(Method::POST, &format!("/api/desk/assets/{asset}/photos"))
        .header("content-type", "image/jpeg")
        .header("x-file-name", "%2Ftmp%2Fgr%C3%B3b.jpg")
        .body(bytes)
        .send()
        .await
        .unwrap()
}

/// Sends a file that is taken, and answers the photo.
async fn added(staff: &Client, asset: &str, bytes: Vec<u8>) -> Value {
    let response = send(staff, asset, bytes).await;
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Sends a file that is refused, and answers the problem.
async fn refused(staff: &Client, asset: &str, bytes: Vec<u8>, status: u16) -> Value {
    let response = send(staff, asset, bytes).await;
    assert_eq!(response.status(), status, "{}", response.text().await.unwrap());
    response.json().await.unwrap()
}

fn sample(name: &str) -> Option<Vec<u8>> {
    data::file(&format!("photos/{name}")).map(|path| std::fs::read(path).unwrap())
}

/// A picture of our own, so that each test needs no other.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 90]))
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 85)
        .write_image(picture.as_raw(), picture.width(), picture.height(), image::ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

async fn bytes_of(town: &Town, path: &str) -> Vec<u8> {
    let response = town.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.bytes().await.unwrap().to_vec()
}

fn path_of(photo: &Value, file: &str) -> String {
    format!("/photos/{}/{file}", photo["id"].as_str().unwrap())
}

#[tokio::test]
async fn place_and_time_come_from_the_camera() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let lamp = asset_of(&town, "lamps").await;
    let expected = [
        ("DSCN0010.jpg", 11.885_126_666_7, 43.467_448_333_3, "2008-10-22T14:28:39Z"),
        ("DSCN0012.jpg", 11.885_395_000_0, 43.467_156_666_7, "2008-10-22T14:29:49Z"),
        ("DSCN0021.jpg", 11.884_538_333_3, 43.467_081_666_7, "2008-10-22T14:38:20Z"),
        ("DSCN0025.jpg", 11.881_635_000_0, 43.468_365_000_0, "2008-10-22T14:43:21Z"),
    ];
    for (name, lon, lat, taken_at) in expected {
        let Some(bytes) = sample(&format!("gps/{name}")) else { return };
        let photo = added(&editor, &lamp, bytes).await;
        let at = |index: usize| photo["position"][index].as_f64().unwrap();
        assert!((at(0) - lon).abs() < 1e-4 && (at(1) - lat).abs() < 1e-4, "{name}: {photo}");
        assert_eq!(photo["taken_at"], taken_at, "{name}");
        assert_eq!((photo["width"].as_u64(), photo["height"].as_u64()), (Some(640), Some(480)), "{name}");
    }
    let listed =
        serde_json::from_str::<Value>(&editor.page(&format!("/api/desk/assets/{lamp}/photos")).await)
            .unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 4);
    assert_eq!(listed[0]["taken_at"], expected[3].3, "the latest is first");
    assert_eq!(listed[0]["file_name"], "grób.jpg");
    let card = town.json(&format!("/api/assets/{lamp}")).await;
    assert_eq!(card["photos"].as_array().unwrap().len(), 4);
    assert_eq!(card["photos"][0]["taken_on"], "2008-10-22");
    assert!(card["photos"][0].get("position").is_none(), "where the camera stood is not told: {card}");
}

/// Mean lightness of the cell (`column`, `row`) of a grid of four by four, 0 to 1, with its curve unbent.
fn lightness(picture: &RgbImage, gamma: f64, column: u32, row: u32) -> f64 {
    let (w, h) = (picture.width() / 4, picture.height() / 4);
    let mut sum = 0.0;
    for y in row * h..(row + 1) * h {
        for x in column * w..(column + 1) * w {
            sum += picture
                .get_pixel(x, y)
                .0
                .map(|channel| (f64::from(channel) / 255.0).powf(gamma))
                .iter()
                .sum::<f64>();
        }
    }
    sum / f64::from(w * h * 3)
}

/// How far two pictures differ when one is turned: the cell of `raw` is looked up for each cell of `upright`.
fn difference(upright: &RgbImage, raw: &RgbImage, turn: fn(u32, u32) -> (u32, u32)) -> f64 {
    let cells = (0..4).flat_map(|y| (0..4).map(move |x| (x, y)));
    cells
        .map(|(x, y)| {
            let (column, row) = turn(x, y);
            // The samples hold a colour profile with the curve of old Macintoshes.
            (lightness(upright, 2.2, x, y) - lightness(raw, 1.8, column, row)).abs()
        })
        .sum()
}

type Turn = fn(u32, u32) -> (u32, u32);
// For a cell of the upright picture, the cell of the stored one.
const AS_IT_IS: Turn = |x, y| (x, y);
const UPSIDE_DOWN: Turn = |x, y| (3 - x, 3 - y);
const TO_THE_RIGHT: Turn = |x, y| (y, 3 - x);
const TO_THE_LEFT: Turn = |x, y| (3 - y, x);

#[tokio::test]
async fn photos_are_turned_upright() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let bench = asset_of(&town, "benches").await;
    for (name, upright, turn) in [
        ("landscape_3.jpg", (600, 450), UPSIDE_DOWN),
        ("portrait_6.jpg", (450, 600), TO_THE_RIGHT),
        ("landscape_8.jpg", (600, 450), TO_THE_LEFT),
    ] {
        let Some(bytes) = sample(&format!("orientation/{name}")) else { return };
        let raw = image::load_from_memory(&bytes).unwrap().into_rgb8();
        let photo = added(&editor, &bench, bytes).await;
        assert_eq!((photo["width"].as_u64(), photo["height"].as_u64()), (Some(upright.0), Some(upright.1)));
        assert_eq!((photo["position"].clone(), photo["taken_at"].clone()), (Value::Null, Value::Null));
        for ending in ["jpg", "webp"] {
            let made = bytes_of(&town, &path_of(&photo, &format!("2048.{ending}"))).await;
            let made = image::load_from_memory(&made).unwrap().into_rgb8();
            assert_eq!(
                (u64::from(made.width()), u64::from(made.height())),
                upright,
                "{name} is not enlarged"
            );
            let right = difference(&made, &raw, turn);
            assert!(right < 0.3, "{name} {ending}: {right}");
            for other in [AS_IT_IS, UPSIDE_DOWN, TO_THE_RIGHT, TO_THE_LEFT] {
                if !std::ptr::fn_addr_eq(other, turn) {
                    let wrong = difference(&made, &raw, other);
                    assert!(wrong > 3.0 * right, "{name} {ending}: {right}, turned otherwise {wrong}");
                }
            }
            let small = bytes_of(&town, &path_of(&photo, &format!("320.{ending}"))).await;
            let small = image::load_from_memory(&small).unwrap();
            assert_eq!(small.width().max(small.height()), 320, "{name}");
        }
    }
}

/// Names of the segments of a JPEG before its picture.
fn jpeg_segments(bytes: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    let mut at = 2;
    while bytes[at + 1] != 0xda {
        assert_eq!(bytes[at], 0xff);
        found.push(bytes[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
    }
    found
}

#[tokio::test]
async fn renditions_hold_pixels_and_nothing_else() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let tree = asset_of(&town, "trees").await;
    for name in ["gps/DSCN0010.jpg", "orientation/portrait_6.jpg"] {
        let Some(bytes) = sample(name) else { return };
        let photo = added(&editor, &tree, bytes.clone()).await;
        for size in [320, 1024, 2048] {
            let made = bytes_of(&town, &path_of(&photo, &format!("{size}.jpg"))).await;
            let segments = jpeg_segments(&made);
            assert!(
                segments.iter().all(|segment| matches!(segment, 0xe0 | 0xdb | 0xc0 | 0xc4 | 0xdd)),
                "{name} {size}: {segments:x?}"
            );
            let webp = bytes_of(&town, &path_of(&photo, &format!("{size}.webp"))).await;
            assert_eq!((&webp[..4], &webp[8..16]), (&b"RIFF"[..], &b"WEBPVP8 "[..]), "{name} {size}");
            let length = u32::from_le_bytes(webp[16..20].try_into().unwrap()) as usize;
            assert!(webp.len() - 20 - length <= 1, "nothing comes after the pixels");
            for made in [&made, &webp] {
                for word in
                    [&b"Exif"[..], b"GPS", b"ns.adobe", b"Photoshop", b"ICC_PROFILE", b"NIKON", b"2008"]
                {
                    assert!(!made.windows(word.len()).any(|part| part == word), "{name} {size}: {word:?}");
                }
            }
        }
        let original = editor.get(photo["original"].as_str().unwrap()).await;
        assert!(original.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
        assert_eq!(original.headers()["cache-control"], "no-store");
        assert_eq!(original.bytes().await.unwrap(), bytes, "the original is kept as it came");
    }
}

#[tokio::test]
async fn damaged_files_are_answered_in_time() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let bin = asset_of(&town, "bins").await;
    for name in ["image01137.jpg", "image01713.jpg", "image02206.jpg"] {
        let Some(bytes) = sample(&format!("invalid/{name}")) else { return };
        let started = Instant::now();
        let response = send(&editor, &bin, bytes).await;
        assert!(started.elapsed().as_secs() < 10, "{name} took {:?}", started.elapsed());
        let status = response.status().as_u16();
        assert!(matches!(status, 201 | 422), "{name}: {status} {}", response.text().await.unwrap());
    }
    let whole = jpeg(&picture(400, 300));
    for part in [3, 20, 200, whole.len() / 2, whole.len() - 5] {
        let status = send(&editor, &bin, whole[..part].to_vec()).await.status().as_u16();
        assert!(matches!(status, 201 | 422), "the first {part} bytes: {status}");
    }
    assert_eq!(
        refused(&editor, &bin, whole[..20].to_vec(), 422).await["type"],
        "urn:reeve:problem:photo-damaged"
    );
}

/// One chunk of a PNG.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [name.as_slice(), content].concat();
    let mut sum = flate2::Crc::new();
    sum.update(&body);
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [length.as_slice(), &body, &sum.sum().to_be_bytes()].concat()
}

/// A PNG of grey zeros: small to send, large to unpack.
pub fn png_of_zeros(width: u32, height: u32, extra: &[Vec<u8>]) -> Vec<u8> {
    let length = (width as usize + 1) * height as usize;
    // A piece that stands for itself, as often as needed, and the sum of so many zeros.
    const PIECE: usize = 1_000_000;
    let packed = |zeros: usize| {
        let mut packer = flate2::Compress::new(flate2::Compression::best(), false);
        let mut piece = Vec::with_capacity(zeros / 100 + 100);
        packer.compress_vec(&vec![0; zeros], &mut piece, flate2::FlushCompress::Full).unwrap();
        piece
    };
    let sum = (u32::try_from(length % 65_521).unwrap() << 16) | 1;
    let zeros = [
        &[0x78, 0x01][..],
        &packed(PIECE).repeat(length / PIECE),
        &packed(length % PIECE),
        // The last block, which is empty.
        &[0x03, 0x00],
        &sum.to_be_bytes(),
    ]
    .concat();
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let mut file = [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head)].concat();
    for one in extra {
        file.extend_from_slice(one);
    }
    file.extend_from_slice(&chunk(b"IDAT", &zeros));
    file.extend_from_slice(&chunk(b"IEND", &[]));
    file
}

#[tokio::test]
async fn bombs_are_refused_before_they_are_unpacked() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let lamp = asset_of(&town, "lamps").await;
    let bomb = png_of_zeros(30_000, 30_000, &[]);
    assert!(bomb.len() < 8_000_000, "{}", bomb.len());
    let small = image::load_from_memory(&png_of_zeros(300, 200, &[])).unwrap();
    assert_eq!((small.width(), small.height()), (300, 200), "the tests' own files are whole");
    // The head of a real JPEG that claims 200 megapixels.
    let mut claims = jpeg(&picture(64, 64));
    let frame = claims.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    claims[frame + 5..frame + 9].copy_from_slice(&[0x27, 0x10, 0x4e, 0x20]);
    let narrow = png_of_zeros(20_001, 2, &[]);
    for (name, bytes) in [("zeros", bomb), ("200 megapixels", claims), ("a long side", narrow)] {
        let started = Instant::now();
        let problem = refused(&editor, &lamp, bytes, 422).await;
        assert_eq!(problem["type"], "urn:reeve:problem:photo-too-many-pixels", "{name}");
        assert!(problem["detail"].as_str().unwrap().contains("60 megapikseli"), "{name}: {problem}");
        assert!(started.elapsed().as_secs() < 5, "{name} took {:?}", started.elapsed());
    }
    let moving = png_of_zeros(20, 20, &[chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0])]);
    let problem = refused(&editor, &lamp, moving, 422).await;
    assert_eq!(problem["type"], "urn:reeve:problem:photo-animated");
}

#[tokio::test]
async fn what_is_no_photo_is_told_by_its_bytes() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let lamp = asset_of(&town, "lamps").await;
    for (name, bytes, words) in [
        ("a ZIP", b"PK\x03\x04\x14\0\0\0\x08\0photo.jpg".to_vec(), "nie jest zdjęcie"),
        ("SVG", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".to_vec(), "nie jest zdjęcie"),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "Najbardziej zgodny"),
    ] {
        let problem = refused(&editor, &lamp, bytes, 415).await;
        assert!(problem["detail"].as_str().unwrap().contains(words), "{name}: {problem}");
    }
    assert_eq!(refused(&editor, &lamp, Vec::new(), 422).await["type"], "urn:reeve:problem:photo-empty");
    let mut large = jpeg(&picture(64, 64));
    large.resize(41_000_000, 0);
    let problem = refused(&editor, &lamp, large, 413).await;
    assert!(problem["detail"].as_str().unwrap().contains("40 MB"), "{problem}");
    assert_eq!(town.number("select count(*) from photo").await, 0);
}

#[tokio::test]
async fn the_same_file_again_is_the_same_photo() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let (lamp, bench) = (asset_of(&town, "lamps").await, asset_of(&town, "benches").await);
    let bytes = jpeg(&picture(500, 400));
    let first = added(&editor, &lamp, bytes.clone()).await;
    let again = send(&editor, &lamp, bytes.clone()).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.json::<Value>().await.unwrap()["id"], first["id"]);
    let other = added(&editor, &bench, bytes.clone()).await;
    assert_ne!(other["id"], first["id"], "a photo of another thing is another photo");
    let address = format!("/api/desk/photos/{}", first["id"].as_str().unwrap());
    assert_eq!(editor.request(Method::DELETE, &address).send().await.unwrap().status(), 204);
    for path in [path_of(&first, "320.webp"), format!("{address}/original")] {
        assert_eq!(editor.get(&path).await.status(), 404, "{path} of a removed photo");
    }
    assert_eq!(editor.request(Method::DELETE, &address).send().await.unwrap().status(), 404);
    let back = added(&editor, &lamp, bytes).await;
    assert_eq!(back["id"], first["id"], "the same file brings it back");
    let events: Vec<String> =
        sqlx::query_scalar("select what from photo_event where photo_id = $1 order by id")
            .bind(first["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap())
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert_eq!(events, ["added", "removed", "restored"]);
    assert!(sqlx::query("delete from photo").execute(town.pool()).await.is_err());
    assert!(sqlx::query("update photo_event set who = 'x'").execute(town.pool()).await.is_err());
}

#[tokio::test]
async fn two_at_once_with_the_same_file_are_one_photo() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let lamp = asset_of(&town, "lamps").await;
    let bytes = jpeg(&picture(800, 600));
    let sent = futures::future::join_all((0..4).map(|_| send(&editor, &lamp, bytes.clone()))).await;
    let created = sent.iter().filter(|response| response.status() == 201).count();
    assert_eq!(created, 1);
    assert!(sent.iter().all(|response| response.status().is_success()));
    assert_eq!(town.number("select count(*) from photo").await, 1);
}

#[tokio::test]
async fn a_private_photo_is_for_the_staff_at_every_door() {
    let town = Town::village().await;
    let (editor, viewer) = (town.staff("editor").await, town.staff("viewer").await);
    let grave = asset_of(&town, "graves").await;
    let photo = added(&editor, &grave, jpeg(&picture(700, 500))).await;
    let id = photo["id"].as_str().unwrap();
    let page = town.page(&format!("/graves/{grave}")).await;
    assert!(page.contains(&path_of(&photo, "320.webp")) && page.contains("alt=\"Zdjęcie: "), "{page}");
    let hidden = editor
        .request(Method::PATCH, &format!("/api/desk/photos/{id}"))
        .json(&json!({ "public": false, "caption": "  Od  strony alei " }))
        .send()
        .await
        .unwrap();
    assert_eq!(hidden.status(), 200);
    let hidden: Value = hidden.json().await.unwrap();
    assert_eq!((&hidden["public"], &hidden["caption"]), (&json!(false), &json!("Od strony alei")));
    for file in ["320.webp", "320.jpg", "1024.webp", "2048.jpg"] {
        assert_eq!(town.get(&path_of(&photo, file)).await.status(), 404, "{file}");
        let seen = viewer.get(&path_of(&photo, file)).await;
        assert_eq!(
            (seen.status(), &seen.headers()["cache-control"]),
            (StatusCode::OK, &"private, no-cache".parse().unwrap())
        );
    }
    for page in [format!("/graves/{grave}"), format!("/assets/{grave}"), format!("/api/assets/{grave}")] {
        assert!(!town.page(&page).await.contains(id), "{page}");
    }
    for path in [format!("/api/desk/assets/{grave}/photos"), format!("/api/desk/photos/{id}/original")] {
        assert_eq!(town.get(&path).await.status(), 401, "{path}");
        assert_eq!(viewer.get(&path).await.status(), 200, "{path}");
    }
    assert_eq!(town.get(&format!("/desk/assets/{grave}/photos")).await.status(), 303);
    let panel = viewer.page(&format!("/desk/assets/{grave}/photos")).await;
    assert!(panel.contains("Tylko dla pracowników") && !panel.contains("data-photos-form"), "{panel}");
}

#[tokio::test]
async fn photos_of_private_kinds_and_removed_things_are_not_public() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let (lamp, bench) = (asset_of(&town, "lamps").await, asset_of(&town, "benches").await);
    let of_lamp = added(&editor, &lamp, jpeg(&picture(300, 200))).await;
    let of_bench = added(&editor, &bench, jpeg(&picture(300, 200))).await;
    for photo in [&of_lamp, &of_bench] {
        assert_eq!(town.get(&path_of(photo, "320.jpg")).await.status(), 200);
    }
    sqlx::query("update asset set status = 'removed', rev = rev + 1, updated_at = now() where id = $1")
        .bind(lamp.parse::<uuid::Uuid>().unwrap())
        .execute(town.pool())
        .await
        .unwrap();
    sqlx::query("update kind set definition = definition || '{\"public\": false}' where slug = 'benches'")
        .execute(town.pool())
        .await
        .unwrap();
    let deadline = Instant::now() + std::time::Duration::from_secs(20);
    while town.app.registry.kinds().public("benches").is_some() {
        assert!(Instant::now() < deadline, "the kind is still public");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for photo in [&of_lamp, &of_bench] {
        assert_eq!(town.get(&path_of(photo, "320.jpg")).await.status(), 404);
        assert_eq!(editor.get(&path_of(photo, "320.jpg")).await.status(), 200);
    }
    let status = send(&editor, &lamp, jpeg(&picture(310, 200))).await.status();
    assert_eq!(status, 404, "a removed thing gets no more photos");
}

#[tokio::test]
async fn who_may_not_is_refused() {
    let town = Town::village().await;
    let (editor, surveyor, viewer) =
        (town.staff("editor").await, town.staff("surveyor").await, town.staff("viewer").await);
    let lamp = asset_of(&town, "lamps").await;
    let address = format!("/api/desk/assets/{lamp}/photos");
    let visitor =
        town.http.post(format!("{}{address}", town.base)).body(jpeg(&picture(9, 9))).send().await.unwrap();
    assert_eq!(visitor.status(), 401);
    assert_eq!(send(&viewer, &lamp, jpeg(&picture(9, 9))).await.status(), 403);
    let own = added(&surveyor, &lamp, jpeg(&picture(90, 90))).await;
    let others = added(&editor, &lamp, jpeg(&picture(91, 90))).await;
    let patch = |staff: &Client, photo: &Value| {
        staff
            .request(Method::PATCH, &format!("/api/desk/photos/{}", photo["id"].as_str().unwrap()))
            .json(&json!({ "caption": "x" }))
            .send()
    };
    assert_eq!(patch(&surveyor, &own).await.unwrap().status(), 200, "one's own photo");
    assert_eq!(patch(&surveyor, &others).await.unwrap().status(), 403, "somebody else's");
    assert_eq!(patch(&viewer, &own).await.unwrap().status(), 403);
    assert_eq!(patch(&editor, &own).await.unwrap().status(), 200);
    let long = editor
        .request(Method::PATCH, &format!("/api/desk/photos/{}", own["id"].as_str().unwrap()))
        .json(&json!({ "caption": "x".repeat(501) }))
        .send()
        .await
        .unwrap();
    assert_eq!(long.status(), 422);
    assert_eq!(long.json::<Value>().await.unwrap()["errors"][0]["field"], "caption");
    let nowhere = uuid::Uuid::now_v7().to_string();
    assert_eq!(send(&editor, &nowhere, jpeg(&picture(9, 9))).await.status(), 404);
}

#[tokio::test]
async fn pictures_may_be_kept_and_are_told_by_their_tags() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let lamp = asset_of(&town, "lamps").await;
    let photo = added(&editor, &lamp, jpeg(&picture(2100, 700))).await;
    for (file, kind, size) in
        [("320.webp", "image/webp", 320), ("1024.jpg", "image/jpeg", 1024), ("2048.webp", "image/webp", 2048)]
    {
        let path = path_of(&photo, file);
        let response = town.get(&path).await;
        let headers = response.headers().clone();
        assert_eq!(headers["content-type"], kind);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["content-disposition"], "inline");
        assert_eq!(headers["cache-control"], "public, max-age=86400, immutable");
        let made = image::load_from_memory(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(made.width(), size, "{file}");
        let again = town
            .http
            .get(format!("{}{path}", town.base))
            .header("if-none-match", &headers["etag"])
            .send()
            .await
            .unwrap();
        assert_eq!((again.status(), &again.headers()["etag"]), (StatusCode::NOT_MODIFIED, &headers["etag"]));
    }
    for file in ["500.jpg", "320.png", "original", "320", "..%2F..%2Foriginals"] {
        assert_eq!(town.get(&path_of(&photo, file)).await.status(), 404, "{file}");
    }
    let page = town.page(&format!("/assets/{lamp}?lang=en")).await;
    assert!(page.contains("<picture>") && page.contains("2048w"), "{page}");
    assert!(page.contains("Photo of "), "{page}");
}

#[tokio::test]
async fn several_files_go_by_a_form_without_scripts() {
    let town = Town::village().await;
    let editor = town.staff("editor").await;
    let lamp = asset_of(&town, "lamps").await;
    let page = editor.page(&format!("/desk/assets/{lamp}/photos")).await;
    assert!(page.contains(&editor.form_token), "the form proves where it comes from");
    let form = |token: &str| {
        let part = |name: &str, content: &[u8]| {
            [format!("--edge\r\ncontent-disposition: form-data; {name}\r\n\r\n").as_bytes(), content, b"\r\n"]
                .concat()
        };
        [
            part("name=\"form_token\"", token.as_bytes()),
            part("name=\"file\"; filename=\"a.jpg\"", &jpeg(&picture(640, 400))),
            part("name=\"file\"; filename=\"<b>spis\"", b"PK\x03\x04"),
            part("name=\"file\"; filename=\"c.jpg\"", &jpeg(&picture(400, 640))),
            b"--edge--\r\n".to_vec(),
        ]
        .concat()
    };
    let post = |body: Vec<u8>| {
        editor
            .request(Method::POST, &format!("/desk/assets/{lamp}/photos"))
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(body)
            .send()
    };
    assert_eq!(post(form("somebody-elses")).await.unwrap().status(), 403);
    assert_eq!(town.number("select count(*) from photo").await, 0);
    let answer = post(form(&editor.form_token)).await.unwrap();
    assert_eq!(answer.status(), 422);
    let text = answer.text().await.unwrap();
    assert!(text.contains("Dodano 2 zdjęcia") && text.contains("to nie jest zdjęcie JPEG"), "{text}");
    assert!(!text.contains("<b>spis"), "names are escaped");
    assert_eq!(town.number("select count(*) from photo").await, 2);

    let id: uuid::Uuid =
        sqlx::query_scalar("select id from photo limit 1").fetch_one(town.pool()).await.unwrap();
    let changed = editor.post_form(&format!("/desk/photos/{id}"), &[("caption", "Od frontu")]).await;
    assert_eq!(changed.status(), 303);
    assert_eq!(town.number("select count(*) from photo where caption = 'Od frontu' and not public").await, 1);
    let removed = editor.post_form(&format!("/desk/photos/{id}/remove"), &[]).await;
    assert_eq!(removed.status(), 303);
    assert_eq!(town.number("select count(*) from photo where removed_at is not null").await, 1);
}
