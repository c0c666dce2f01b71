//! A picture of the crest as somebody sends it → the pictures that pages and phones show. Pure and slow.
//!
//! What is shown is made anew from pixels, so nothing else that the file held gets out. What a file unpacks to is known
//! from its head and refused there.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage,
    codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder},
    imageops::{self, FilterType},
};

use crate::platform::i18n::Texts;

/// Largest file that is taken, in bytes.
pub(super) const MOST_BYTES: usize = 5_000_000;
/// Most pixels of a picture.
const MOST_PIXELS: u64 = 24_000_000;
/// Longest side of a picture.
const LONGEST_SIDE_PX: u32 = 10_000;
/// Shortest long side: less is a blur on a phone's screen.
const SHORTEST_SIDE_PX: u32 = 64;
/// Most bytes to which the pixels of a file may unpack: eight for each pixel, and some for the decoder.
const MOST_UNPACKED_BYTES: u64 = 200 * 1024 * 1024;
/// Long side of the picture in the head of each page; it is shown at 40 pixels, on fine screens at three times that.
const CREST_PX: u32 = 240;

/// Names of the pictures that are made of each crest.
pub(super) const FILES: [&str; 5] =
    ["crest.png", "icon-180.png", "icon-192.png", "icon-512.png", "icon-maskable-512.png"];

/// Why a file becomes no crest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    TooManyBytes,
    NoPicture,
    Drawing,
    TooManyPixels,
    TooSmall,
    Damaged,
}

impl Refusal {
    /// What is wrong and what to do.
    pub(super) fn words(self, t: &Texts) -> String {
        match self {
            Self::TooManyBytes => t.get("town-crest-bytes"),
            Self::NoPicture => t.get("town-crest-type"),
            Self::Drawing => t.get("town-crest-svg"),
            Self::TooManyPixels => t.get("town-crest-pixels"),
            Self::TooSmall => t.get("town-crest-small"),
            Self::Damaged => t.get("town-crest-damaged"),
        }
    }
}

/// Makes the pictures of a crest, in the order of [`FILES`].
pub(super) fn draw(bytes: &[u8]) -> Result<Vec<(&'static str, Vec<u8>)>, Refusal> {
    let crest = open(bytes)?;
    let pictures = [
        fitted(&crest, CREST_PX),
        // Apple fills what is transparent with black, so there is white behind it.
        on_square(&crest, 180, 148, Some(WHITE)),
        on_square(&crest, 192, 184, None),
        on_square(&crest, 512, 492, None),
        // Whatever shape a phone cuts out, the circle of four fifths stays (Web App Manifest, "maskable").
        on_square(&crest, 512, 320, Some(WHITE)),
    ];
    FILES.into_iter().zip(pictures).map(|(name, picture)| Ok((name, encoded(&picture)?))).collect()
}

const WHITE: Rgba<u8> = Rgba([255; 4]);

/// Unpacks a file that is not too large by its own head, and turns it upright.
fn open(bytes: &[u8]) -> Result<RgbaImage, Refusal> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Refusal::Damaged)?;
    match reader.format() {
        Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) => {}
        _ if is_drawing(bytes) => return Err(Refusal::Drawing),
        _ => return Err(Refusal::NoPicture),
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE_PX);
    limits.max_image_height = Some(LONGEST_SIDE_PX);
    limits.max_alloc = Some(MOST_UNPACKED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_UNPACKED_BYTES {
        return Err(Refusal::TooManyPixels);
    }
    if width.max(height) < SHORTEST_SIDE_PX {
        return Err(Refusal::TooSmall);
    }
    let orientation = decoder.orientation().map_err(refusal)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    // Shrunk before it is turned: the same with less work.
    let most = 2 * 512;
    let mut picture =
        if picture.width().max(picture.height()) > most { picture.thumbnail(most, most) } else { picture };
    picture.apply_orientation(orientation);
    Ok(picture.into_rgba8())
}

/// Whether a file looks like SVG, which may hold scripts and is not taken.
fn is_drawing(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..1024.min(bytes.len())).unwrap_or_default());
    head.contains("<svg") || head.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml")
}

fn refusal(error: image::ImageError) -> Refusal {
    match error {
        image::ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Damaged,
    }
}

/// The crest with a long side of so many pixels; a small one is not enlarged.
fn fitted(crest: &RgbaImage, long_side_px: u32) -> RgbaImage {
    let (width, height) = crest.dimensions();
    let long_side = width.max(height);
    if long_side <= long_side_px {
        return crest.clone();
    }
    let scaled = |side: u32| {
        let scaled = u64::from(side) * u64::from(long_side_px) / u64::from(long_side);
        u32::try_from(scaled).unwrap_or(long_side_px).max(1)
    };
    imageops::resize(crest, scaled(width), scaled(height), FilterType::CatmullRom)
}

/// The crest in the middle of a square.
fn on_square(crest: &RgbaImage, side_px: u32, crest_px: u32, ground: Option<Rgba<u8>>) -> RgbaImage {
    let crest = fitted(crest, crest_px);
    let mut square = RgbaImage::from_pixel(side_px, side_px, ground.unwrap_or(Rgba([255, 255, 255, 0])));
    let middle = |side: u32| i64::from(side_px.saturating_sub(side) / 2);
    imageops::overlay(&mut square, &crest, middle(crest.width()), middle(crest.height()));
    square
}

fn encoded(picture: &RgbaImage) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, PngFilter::Adaptive);
    picture.write_with_encoder(encoder).map_err(refusal)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        match format {
            ImageFormat::Jpeg => {
                DynamicImage::ImageRgba8(picture.clone()).into_rgb8().write_to(&mut bytes, format)
            }
            _ => picture.write_to(&mut bytes, format),
        }
        .unwrap();
        bytes.into_inner()
    }

    fn crest() -> RgbaImage {
        RgbaImage::from_fn(
            300,
            400,
            |x, y| if (x + y) % 50 < 25 { Rgba([200, 0, 0, 255]) } else { Rgba([0; 4]) },
        )
    }

    #[test]
    fn every_format_becomes_five_pictures() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let made = draw(&file(&crest(), format)).unwrap();
            let sizes: Vec<_> = made
                .iter()
                .map(|(name, bytes)| {
                    (*name, image::load_from_memory(bytes).unwrap().into_rgba8().dimensions())
                })
                .collect();
            let expected = [(180, 240), (180, 180), (192, 192), (512, 512), (512, 512)];
            assert_eq!(sizes, FILES.into_iter().zip(expected).collect::<Vec<_>>(), "{format:?}");
        }
    }

    #[test]
    fn a_small_crest_is_neither_enlarged_nor_moved_off_the_middle() {
        let small = RgbaImage::from_pixel(80, 100, Rgba([0, 0, 200, 255]));
        let made = draw(&file(&small, ImageFormat::Png)).unwrap();
        let icon = image::load_from_memory(&made[3].1).unwrap().into_rgba8();
        assert_eq!(icon.get_pixel(256, 256).0, [0, 0, 200, 255]);
        assert_eq!(icon.get_pixel(256, 200).0[3], 0);
    }

    #[test]
    fn apple_and_masks_get_a_ground() {
        let made = draw(&file(&crest(), ImageFormat::Png)).unwrap();
        for at in [1, 4] {
            let icon = image::load_from_memory(&made[at].1).unwrap().into_rgba8();
            assert_eq!(icon.get_pixel(0, 0).0, [255; 4], "{}", made[at].0);
        }
    }

    #[test]
    fn other_files_are_refused_by_what_they_are() {
        assert_eq!(draw(b"<?xml version='1.0'?><svg onload='x()'/>").err(), Some(Refusal::Drawing));
        assert_eq!(draw(b"%PDF-1.7").err(), Some(Refusal::NoPicture));
        assert_eq!(draw(b"").err(), Some(Refusal::NoPicture));
        let png = file(&crest(), ImageFormat::Png);
        assert_eq!(draw(&png[..png.len() / 2]).err(), Some(Refusal::Damaged));
        let tiny = RgbaImage::from_pixel(63, 10, WHITE);
        assert_eq!(draw(&file(&tiny, ImageFormat::Png)).err(), Some(Refusal::TooSmall));
    }

    #[test]
    fn a_bomb_is_refused_by_its_head() {
        // Twenty-five million pixels of one colour: a small file.
        let mut bytes = Cursor::new(Vec::new());
        image::GrayImage::new(5000, 5000).write_to(&mut bytes, ImageFormat::Png).unwrap();
        let bytes = bytes.into_inner();
        assert!(bytes.len() < MOST_BYTES, "{}", bytes.len());
        assert_eq!(draw(&bytes).err(), Some(Refusal::TooManyPixels));
    }
}
