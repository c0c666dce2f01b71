//! A file as it came → upright pictures in a few sizes, without anything else that the file held. Pure and slow.
//!
//! Memory: what a file unpacks to is known from its head and refused there; the largest one that is taken needs some
//! 600 MB (a progressive JPEG of 60 megapixels), and the caller lets two be worked on at once.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, Limits, RgbImage,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::PngDecoder,
        webp::WebPDecoder,
    },
    imageops::FilterType,
    metadata::Orientation,
};

use super::model::{
    Format, LONGEST_SIDE_PX, MOST_PIXELS, MediaType, Refusal, Rendition, SIZES_PX, fitted, sizes_of,
};

/// Most bytes to which the pixels of a file may unpack.
const MOST_UNPACKED_BYTES: u64 = 300 * 1024 * 1024;
/// Quality of the renditions, of 100.
const QUALITY: u8 = 80;
/// Larger colour profiles are no profiles.
const MOST_PROFILE_BYTES: usize = 4 * 1024 * 1024;

/// What was made of a file.
#[derive(Debug)]
pub(super) struct Rendered {
    /// Width of the original in pixels, turned upright.
    pub width: u32,
    /// Height of the original in pixels, turned upright.
    pub height: u32,
    /// The renditions.
    pub files: Vec<(Rendition, Vec<u8>)>,
}

/// Makes the renditions of a file.
pub(super) fn render(
    bytes: &[u8],
    media_type: MediaType,
    orientation: Orientation,
) -> Result<Rendered, Refusal> {
    let Opened { picture, profile } = open(bytes, media_type)?;
    let (width, height) = turned(picture.width(), picture.height(), orientation);
    let largest = sizes_of(width, height).last().unwrap_or(SIZES_PX[0]);
    // Shrunk before it is turned and its colours are converted: the same, with a tenth of the work.
    let mut upright = shrunk(&picture, largest);
    drop(picture);
    upright.apply_orientation(orientation);
    if let Some(profile) = profile {
        upright = in_srgb(upright.into_rgb8(), &profile).into();
    }
    let mut files = Vec::new();
    for size_px in sizes_of(width, height) {
        let made = shrunk(&upright, size_px).into_rgb8();
        for format in Format::ALL {
            files.push((Rendition { size_px, format }, encoded(&made, format)?));
        }
    }
    Ok(Rendered { width, height, files })
}

struct Opened {
    /// Of three channels with eight bits.
    picture: DynamicImage,
    profile: Option<Vec<u8>>,
}

/// Unpacks a file that is not too large by its own head.
fn open(bytes: &[u8], media_type: MediaType) -> Result<Opened, Refusal> {
    let reader = Cursor::new(bytes);
    match media_type {
        MediaType::Jpeg => unpack(JpegDecoder::new(reader).map_err(refusal)?),
        MediaType::Png => {
            let decoder = PngDecoder::with_limits(reader, limits()).map_err(refusal)?;
            if decoder.is_apng().map_err(refusal)? {
                return Err(Refusal::Animated);
            }
            unpack(decoder)
        }
        MediaType::Webp => {
            let decoder = WebPDecoder::new(reader).map_err(refusal)?;
            if decoder.has_animation() {
                return Err(Refusal::Animated);
            }
            unpack(decoder)
        }
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE_PX);
    limits.max_image_height = Some(LONGEST_SIDE_PX);
    limits.max_alloc = Some(MOST_UNPACKED_BYTES);
    limits
}

fn unpack(mut decoder: impl ImageDecoder) -> Result<Opened, Refusal> {
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    if width.max(height) > LONGEST_SIDE_PX
        || u64::from(width) * u64::from(height) > MOST_PIXELS
        || decoder.total_bytes() > MOST_UNPACKED_BYTES
    {
        return Err(Refusal::TooManyPixels);
    }
    decoder.set_limits(limits()).map_err(refusal)?;
    // A profile that cannot be read costs a shade of colour, not the photo.
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| profile.len() <= MOST_PROFILE_BYTES);
    let picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    Ok(Opened { picture: on_white(picture).into(), profile })
}

fn refusal(error: image::ImageError) -> Refusal {
    match error {
        image::ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Damaged,
    }
}

/// Without transparency, which a JPEG cannot hold.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let see_through = picture.into_rgba8();
    RgbImage::from_fn(see_through.width(), see_through.height(), |x, y| {
        let image::Rgba([red, green, blue, alpha]) = *see_through.get_pixel(x, y);
        let over = |channel: u8| {
            let mixed = u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

fn turned(width: u32, height: u32, orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    }
}

/// A picture whose long side is at most so long.
fn shrunk(picture: &DynamicImage, size_px: u32) -> DynamicImage {
    let (width, height) = fitted(picture.width(), picture.height(), size_px);
    if (width, height) == (picture.width(), picture.height()) {
        return picture.clone();
    }
    // A large step is made in two: averages first, which need no memory, then the sharp filter.
    let half_way = (width.saturating_mul(2), height.saturating_mul(2));
    if picture.width() > half_way.0 && picture.height() > half_way.1 {
        let smaller = picture.thumbnail_exact(half_way.0, half_way.1);
        return smaller.resize_exact(width, height, FilterType::CatmullRom);
    }
    picture.resize_exact(width, height, FilterType::CatmullRom)
}

/// The colours as every screen shows them; the picture as it is when its profile makes no sense.
fn in_srgb(picture: RgbImage, profile: &[u8]) -> RgbImage {
    let converted = || {
        let from = moxcms::ColorProfile::new_from_slice(profile).ok()?;
        if from.color_space != moxcms::DataColorSpace::Rgb {
            return None;
        }
        let layout = moxcms::Layout::Rgb;
        let to = moxcms::ColorProfile::new_srgb();
        let transform = from.create_transform_8bit(layout, &to, layout, Default::default()).ok()?;
        let mut pixels = vec![0; picture.as_raw().len()];
        transform.transform(picture.as_raw(), &mut pixels).ok()?;
        RgbImage::from_raw(picture.width(), picture.height(), pixels)
    };
    converted().unwrap_or(picture)
}

fn encoded(picture: &RgbImage, format: Format) -> Result<Vec<u8>, Refusal> {
    let (width, height) = picture.dimensions();
    match format {
        Format::Jpeg => {
            let mut bytes = Vec::new();
            JpegEncoder::new_with_quality(&mut bytes, QUALITY)
                .write_image(picture.as_raw(), width, height, image::ExtendedColorType::Rgb8)
                .map_err(refusal)?;
            Ok(bytes)
        }
        Format::Webp => webp::Encoder::from_rgb(picture.as_raw(), width, height)
            .encode_simple(false, f32::from(QUALITY))
            .map(|memory| memory.to_vec())
            .map_err(|_| Refusal::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red, green, blue and white, clockwise from the upper left corner.
    fn corners() -> RgbImage {
        RgbImage::from_fn(80, 60, |x, y| match (x < 40, y < 30) {
            (true, true) => image::Rgb([255, 0, 0]),
            (false, true) => image::Rgb([0, 255, 0]),
            (false, false) => image::Rgb([0, 0, 255]),
            (true, false) => image::Rgb([255, 255, 255]),
        })
    }

    fn file(picture: DynamicImage, format: image::ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// Which of the four colours are where, clockwise from the upper left corner.
    fn seen(bytes: &[u8]) -> String {
        let picture = image::load_from_memory(bytes).unwrap().into_rgb8();
        let (w, h) = picture.dimensions();
        [(8, 8), (w - 8, 8), (w - 8, h - 8), (8, h - 8)]
            .map(|(x, y)| match picture.get_pixel(x, y).0.map(|channel| channel > 127) {
                [true, true, true] => 'w',
                [true, _, _] => 'r',
                [_, true, _] => 'g',
                _ => 'b',
            })
            .iter()
            .collect()
    }

    #[test]
    fn all_eight_orientations_come_out_upright() {
        // What a viewer shows of the stored rgbw for each value of the field.
        let expected = ["rgbw", "grwb", "bwrg", "wbgr", "rwbg", "wrgb", "bgrw", "gbwr"];
        let bytes = file(corners().into(), image::ImageFormat::Png);
        for (number, expected) in (1..).zip(expected) {
            let orientation = Orientation::from_exif(number).unwrap();
            let made = render(&bytes, MediaType::Png, orientation).unwrap();
            let upright = if number < 5 { (80, 60) } else { (60, 80) };
            assert_eq!((made.width, made.height), upright, "orientation {number}");
            assert_eq!(made.files.len(), 2);
            for (_, rendition) in &made.files {
                assert_eq!(seen(rendition), expected, "orientation {number}");
            }
        }
    }

    #[test]
    fn transparency_becomes_white_and_sixteen_bits_become_eight() {
        let clear = image::RgbaImage::from_pixel(40, 40, image::Rgba([0, 0, 0, 0]));
        let deep = DynamicImage::ImageRgba8(clear).into_rgba16();
        let made =
            render(&file(deep.into(), image::ImageFormat::Png), MediaType::Png, Orientation::NoTransforms)
                .unwrap();
        assert_eq!(seen(&made.files[1].1), "wwww");
    }

    #[test]
    fn webp_is_read() {
        let bytes = file(corners().into(), image::ImageFormat::WebP);
        let made = render(&bytes, MediaType::Webp, Orientation::NoTransforms).unwrap();
        assert_eq!(seen(&made.files[0].1), "rgbw");
    }

    #[test]
    fn a_cut_file_is_refused_or_drawn_as_far_as_it_goes() {
        let bytes = file(corners().into(), image::ImageFormat::Png);
        let cut = &bytes[..bytes.len() / 2];
        assert_eq!(render(cut, MediaType::Png, Orientation::NoTransforms).err(), Some(Refusal::Damaged));
    }

    #[test]
    fn colours_of_a_wide_profile_are_converted() {
        let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
        let grey_green = RgbImage::from_pixel(4, 4, image::Rgb([100, 180, 100]));
        let converted = in_srgb(grey_green.clone(), &profile);
        assert!(converted.get_pixel(0, 0).0[0] < 95, "{:?}", converted.get_pixel(0, 0));
        assert_eq!(in_srgb(grey_green.clone(), b"no profile"), grey_green);
    }
}
