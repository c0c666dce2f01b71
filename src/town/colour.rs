//! Whether text can be read in a colour. Pure.
//!
//! Relative luminance and contrast are those of WCAG 2.2 ("relative luminance", "contrast ratio"); text needs 4.5:1
//! (success criterion 1.4.3).

use std::fmt;

use crate::platform::look::is_colour;

/// Least contrast of text with what lies behind it.
pub(super) const LEAST_CONTRAST: f64 = 4.5;
/// The ground of the foot and of quiet boxes, `--ground` of the style sheet.
const GROUND: Colour = Colour([0xf6, 0xf5, 0xf2]);
const WHITE: Colour = Colour([0xff; 3]);
/// How much of the accent is mixed into white for its palest ground, `--accent-pale` of the style sheet.
const PALE_SHARE: f64 = 0.07;

/// A colour of the screen: red, green, blue in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// Reads `#1a2b3c`; the sign may be missing, letters may be large.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = if text.starts_with('#') { text.to_owned() } else { format!("#{text}") };
        if !is_colour(&text) {
            return None;
        }
        let number = u32::from_str_radix(text.trim_start_matches('#'), 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// How much light the colour gives, from 0 (black) to 1 (white).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast with another colour, from 1 to 21.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// White with a little of this colour.
    fn pale(self) -> Self {
        Self(self.0.map(|channel| {
            let mixed = 255.0 * (1.0 - PALE_SHARE) + f64::from(channel) * PALE_SHARE;
            mixed.round() as u8
        }))
    }

    /// The least contrast that an accent of this colour has on our pages: as text on white and on the two tinted grounds, and
    /// behind white text.
    pub(super) fn least_contrast(self) -> f64 {
        [WHITE, GROUND, self.pale()].into_iter().map(|ground| self.contrast(ground)).fold(21.0, f64::min)
    }

    /// Whether the colour will do as an accent.
    pub(super) fn is_readable(self) -> bool {
        self.least_contrast() >= LEAST_CONTRAST
    }

    /// The lightest colour of the same tint that will do: the same light, only less of it.
    pub(super) fn nearest_readable(self) -> Self {
        let (mut dark, mut light) = (0.0, 1.0);
        // Halved until no channel can change any more.
        for _ in 0..16 {
            let middle = (dark + light) / 2.0;
            if self.dimmed(middle).is_readable() { dark = middle } else { light = middle }
        }
        if self.is_readable() { self } else { self.dimmed(dark) }
    }

    /// The same colour in a share of the light.
    fn dimmed(self, share: f64) -> Self {
        Self(self.0.map(|channel| (encoded(linear(channel) * share) * 255.0).floor() as u8))
    }
}

/// The light of a channel, from 0 to 1.
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// The channel of a light, from 0 to 1.
fn encoded(light: f64) -> f64 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let with_white = |text: &str| (colour(text).contrast(WHITE) * 100.0).round() / 100.0;
        assert_eq!(with_white("#000000"), 21.0);
        assert_eq!(with_white("#ffffff"), 1.0);
        // Known pairs: the greys on both sides of the limit, and pure red.
        assert_eq!(with_white("#767676"), 4.54);
        assert_eq!(with_white("#777777"), 4.48);
        assert_eq!(with_white("#ff0000"), 4.0);
    }

    #[test]
    fn colours_are_read_as_people_write_them() {
        assert_eq!(colour(" 0D5C63 ").to_string(), "#0d5c63");
        for nonsense in ["", "#", "#12345", "#1234567", "red", "#12345g", "##12345"] {
            assert_eq!(Colour::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_colour_that_passes_on_white_alone_is_not_enough() {
        assert!(colour("#767676").contrast(WHITE) >= LEAST_CONTRAST && !colour("#767676").is_readable());
        assert!(colour(crate::ui::ACCENT).is_readable());
    }

    #[test]
    fn the_proposal_passes_and_nothing_lighter_does() {
        for text in ["#ffcc00", "#e30613", "#00a0e3", "#7fff00", "#ffffff", "#ff00ff", "#777777"] {
            let proposed = colour(text).nearest_readable();
            assert!(proposed.is_readable(), "{text} → {proposed}: {}", proposed.least_contrast());
            let Colour(channels) = proposed;
            let lighter = Colour(channels.map(|channel| channel.saturating_add(2)));
            assert!(!lighter.is_readable(), "{text} → {proposed} could be lighter");
        }
        assert_eq!(colour("#0d5c63").nearest_readable(), colour("#0d5c63"), "what passes stays");
    }

    #[test]
    fn the_proposal_keeps_the_tint() {
        let Colour([red, green, blue]) = colour("#ffcc00").nearest_readable();
        assert!(red > green && green > blue && blue == 0, "{red} {green} {blue}");
    }
}
