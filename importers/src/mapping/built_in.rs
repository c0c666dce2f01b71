//! The mappings that come with Reeve.

macro_rules! maps {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../maps/", $name, ".toml")))),*]
    };
}

/// Names and texts of the mappings in `importers/maps`.
const BUILT_IN: [(&str, &str); 17] = maps![
    "brzesko-graves",
    "egib",
    "egib-wfs",
    "grenoble-trees",
    "kozelshchyna-graves",
    "krakow-buildings",
    "krakow-parcels",
    "krakow-trees",
    "podrzecze-graves",
    "powazki-people",
    "prg-2012",
    "prg-2021",
    "terc",
    "vancouver-trees",
    "warsaw-cemeteries",
    "warsaw-graves",
    "warsaw-trees",
];

/// The text of a mapping that comes with Reeve, by its name without ending.
#[must_use]
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Names of the mappings that come with Reeve.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}
