//! The formats and their names.

use crate::WriteError;

/// Formats that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// GeoJSON, one document (RFC 7946).
    Geojson,
    /// One GeoJSON feature a line.
    Geojsonl,
    /// FlatGeobuf with a spatial index.
    Flatgeobuf,
    /// OGC GeoPackage 1.3.
    Gpkg,
    /// Separated values in UTF-8.
    Csv,
    /// Office Open XML workbook.
    Xlsx,
    /// ESRI Shapefiles in a ZIP archive.
    Shapefile,
    /// KML 2.2.
    Kml,
    /// GPX 1.1.
    Gpx,
}

impl Format {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Xlsx,
        Self::Csv,
        Self::Gpkg,
        Self::Geojson,
        Self::Geojsonl,
        Self::Flatgeobuf,
        Self::Shapefile,
        Self::Kml,
        Self::Gpx,
    ];

    /// Its name in addresses and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Geojson => "geojson",
            Self::Geojsonl => "geojsonl",
            Self::Flatgeobuf => "fgb",
            Self::Gpkg => "gpkg",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Shapefile => "shp",
            Self::Kml => "kml",
            Self::Gpx => "gpx",
        }
    }

    /// Its name as people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Geojson => "GeoJSON",
            Self::Geojsonl => "GeoJSON Lines",
            Self::Flatgeobuf => "FlatGeobuf",
            Self::Gpkg => "GeoPackage",
            Self::Csv => "CSV",
            Self::Xlsx => "Excel (XLSX)",
            Self::Shapefile => "Shapefile (ZIP)",
            Self::Kml => "KML",
            Self::Gpx => "GPX",
        }
    }

    /// How names of its files end, without the first dot.
    #[must_use]
    pub const fn file_ending(self) -> &'static str {
        match self {
            Self::Shapefile => "shp.zip",
            other => other.name(),
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Geojson => "application/geo+json",
            Self::Geojsonl => "application/x-ndjson",
            Self::Flatgeobuf => "application/flatgeobuf",
            Self::Gpkg => "application/geopackage+sqlite3",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Shapefile => "application/zip",
            Self::Kml => "application/vnd.google-earth.kml+xml",
            Self::Gpx => "application/gpx+xml",
        }
    }

    /// The format of a name, of a file's ending, or of another common name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "geojson" | "json" => Self::Geojson,
            "geojsonl" | "ndjson" | "geojsons" => Self::Geojsonl,
            "fgb" | "flatgeobuf" => Self::Flatgeobuf,
            "gpkg" | "geopackage" => Self::Gpkg,
            "csv" => Self::Csv,
            "xlsx" | "excel" => Self::Xlsx,
            "shp" | "shp.zip" | "shapefile" | "zip" => Self::Shapefile,
            "kml" => Self::Kml,
            "gpx" => Self::Gpx,
            _ => return None,
        })
    }

    /// Whether its coordinates are longitude and latitude, whatever else one would like.
    #[must_use]
    pub const fn only_degrees(self) -> bool {
        matches!(self, Self::Kml | Self::Gpx)
    }

    /// Refuses coordinates that the format does not take.
    pub(crate) fn check_crs(self, crs: u32) -> Result<(), WriteError> {
        if self.only_degrees() && crs != 4326 {
            return Err(WriteError::Crs { format: self.title(), crs });
        }
        Ok(())
    }
}
