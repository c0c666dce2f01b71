//! The project: layers in groups, the order in which they lie upon each other, where it opens.

use std::sync::Arc;

use super::{basemap::Basemap, element::Element, fields, labels::labels_of, symbols};
use crate::{
    kernel::Lang,
    registry::{Domain, GeometryType, Kind, Sight},
};

/// The version that wrote the format as it is written here. QGIS reads projects of older versions than its own.
const VERSION: &str = "3.22.0-Białowieża";
/// Id of the layer beneath.
const BASEMAP_ID: &str = "reeve_basemap";
/// How many steps of zoom earlier than on the map of the browser a layer is shown: QGIS loads single things where the
/// browser shows them counted together, but its window is larger.
const EARLIER_ZOOMS: f64 = 2.0;
/// From so many on, each is drawn smaller.
const MANY: i64 = 1000;

/// One layer of the project.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// The kind.
    pub kind: Arc<Kind>,
    /// Which of its attributes are named.
    pub sight: Sight,
    /// Whether whoever asked may change it.
    pub writable: bool,
    /// How many things there are.
    pub count: i64,
}

/// What the project is made of.
#[derive(Debug, Clone)]
pub(super) struct Project<'a> {
    /// Address of the service.
    pub base: &'a str,
    /// "Nowe Zmyślone".
    pub title: String,
    /// Language of titles.
    pub lang: Lang,
    /// Layers in the order of the legend.
    pub layers: Vec<Layer>,
    /// West, south, east, north in degrees.
    pub extent: [f64; 4],
    /// Whom to name.
    pub credit: String,
    /// The map beneath.
    pub basemap: Option<Basemap<'a>>,
    /// Name of a sign-in that is kept in the reader's own QGIS; never a secret itself.
    pub authcfg: Option<String>,
}

/// A system of coordinates: its name, by which QGIS finds the rest, and its number in QGIS's own list, without which
/// the name is not looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct System(&'static str, u32);

/// Longitude and latitude, in this order.
const CRS84: System = System("OGC:CRS84", 63159);
/// Degrees, for the view.
const WGS84: System = System("EPSG:4326", 3452);
/// PL-1992, in which Polish offices work.
const PL_1992: System = System("EPSG:2180", 171);
/// The system of tiles.
pub(super) const WEB_MERCATOR: System = System("EPSG:3857", 3857);

impl System {
    /// As a layer's own.
    pub(super) fn of_layer(self) -> Element {
        Element::new("srs").and(self.element())
    }

    fn element(self) -> Element {
        Element::new("spatialrefsys")
            .and(Element::of_text("srsid", self.1.to_string()))
            .and(Element::of_text("authid", self.0))
    }
}

impl Project<'_> {
    /// The document.
    pub(super) fn write(&self) -> std::io::Result<Vec<u8>> {
        let mut layers: Vec<Element> = self.layers.iter().map(|layer| self.layer(layer)).collect();
        layers.extend(
            self.basemap.map(|basemap| basemap.layer(BASEMAP_ID, self.basemap_title(), &self.credit)),
        );
        let [west, south, east, north] = self.extent;
        let view = Element::new("ProjectViewSettings").with("UseProjectScales", 0).and(
            Element::new("DefaultViewExtent")
                .with("xmin", west)
                .with("ymin", south)
                .with("xmax", east)
                .with("ymax", north)
                .and(WGS84.element()),
        );
        Element::new("qgis")
            .with("projectname", &self.title)
            .with("version", VERSION)
            .and(Element::new("homePath").with("path", ""))
            .and(Element::of_text("title", &self.title))
            .and(Element::new("projectCrs").and(PL_1992.element()))
            .and(self.tree())
            .and(Element::new("projectlayers").and_all(layers))
            .and(properties())
            .and(view)
            .to_document("qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'")
    }

    fn basemap_title(&self) -> &'static str {
        match self.lang {
            Lang::Pl => "Mapa podkładowa",
            Lang::En => "Background map",
        }
    }

    /// Groups as people look for things, and apart from them the order of drawing: points over lines over areas.
    fn tree(&self) -> Element {
        let domains = [Domain::Inventory, Domain::Cemetery, Domain::Network, Domain::Cadastre];
        let groups = domains.into_iter().filter_map(|domain| {
            let inside: Vec<_> = self.layers.iter().filter(|layer| layer.kind.domain == domain).collect();
            (!inside.is_empty()).then(|| {
                Element::new("layer-tree-group")
                    .with("name", domain_title(domain, self.lang))
                    .with("checked", "Qt::Checked")
                    .with("expanded", 1)
                    .and_all(inside.into_iter().map(|layer| {
                        leaf(
                            &id_of(&layer.kind),
                            layer.kind.title.get(self.lang),
                            "OAPIF",
                            &self.source(&layer.kind),
                        )
                    }))
            })
        });
        let mut drawn: Vec<&Layer> = self.layers.iter().collect();
        drawn.sort_by_key(|layer| depth(&layer.kind));
        let order = drawn
            .iter()
            .map(|layer| id_of(&layer.kind))
            .chain(self.basemap.map(|_| BASEMAP_ID.to_owned()))
            .map(|id| Element::of_text("item", id));
        Element::new("layer-tree-group")
            .and_all(groups)
            .and_all(
                self.basemap.map(|basemap| {
                    leaf(BASEMAP_ID, self.basemap_title(), basemap.provider(), &basemap.source())
                }),
            )
            .and(Element::new("custom-order").with("enabled", 1).and_all(order))
    }

    /// The address of a collection as QGIS takes it. Only what is in sight is loaded; coordinates come as longitude and
    /// latitude, whose order no version mistakes.
    fn source(&self, kind: &Kind) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
        let mut source = String::new();
        if let Some(id) = &self.authcfg {
            source += &format!("authcfg={id} ");
        }
        source
            + &format!(
                "pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84' typename='{}' url='{}/ogc'",
                quoted(kind.slug.as_str()),
                quoted(self.base)
            )
    }

    fn layer(&self, layer: &Layer) -> Element {
        let kind = layer.kind.as_ref();
        let (geometry, wkb) = match kind.geometry {
            GeometryType::Point => ("Point", "Point"),
            GeometryType::Line => ("Line", "MultiLineString"),
            GeometryType::Area => ("Polygon", "MultiPolygon"),
            GeometryType::Any => ("Unknown geometry", "Unknown"),
        };
        let ways =
            kind.slug.as_str() == "paths" && kind.keys(layer.sight).iter().any(|key| key == "step_free");
        let first_scale = symbols::scale_of((f64::from(kind.min_zoom) - EARLIER_ZOOMS).max(0.0));
        Element::new("maplayer")
            .with("type", "vector")
            .with("geometry", geometry)
            .with("wkbType", wkb)
            .with("labelsEnabled", 1)
            .with("readOnly", u8::from(!layer.writable))
            .with("hasScaleBasedVisibilityFlag", 1)
            .with("minScale", first_scale)
            .with("maxScale", 0)
            .and(Element::of_text("id", id_of(kind)))
            .and(Element::of_text("datasource", self.source(kind)))
            .and(Element::new("keywordList"))
            .and(Element::of_text("attribution", &self.credit))
            .and(Element::of_text("layername", kind.title.get(self.lang)))
            .and(CRS84.of_layer())
            .and(Element::of_text("provider", "OAPIF").with("encoding", "UTF-8"))
            .and(symbols::renderer(kind, ways, layer.count > MANY, self.lang))
            .and(labels_of(kind))
            .and(Element::of_text("blendMode", "0"))
            .and(Element::of_text("featureBlendMode", "0"))
            .and(Element::of_text("layerOpacity", "1"))
            .and_all(fields::elements(kind, layer.sight, self.lang))
            .and(Element::of_text("editorlayout", "generatedlayout"))
            .and(Element::of_text("previewExpression", "coalesce(\"label\", \"registry_number\")"))
    }
}

/// QGIS takes no id of ten letters or fewer.
fn id_of(kind: &Kind) -> String {
    format!("reeve_layer_{}", kind.slug.as_str())
}

fn depth(kind: &Kind) -> (u8, u8) {
    match kind.geometry {
        GeometryType::Point => (0, 0),
        GeometryType::Line => (1, 0),
        // Small things lie upon large ones.
        GeometryType::Area | GeometryType::Any => (2, u8::MAX - kind.min_zoom),
    }
}

fn domain_title(domain: Domain, lang: Lang) -> &'static str {
    match (domain, lang) {
        (Domain::Inventory, Lang::Pl) => "Majątek i zieleń",
        (Domain::Inventory, Lang::En) => "Inventory and greenery",
        (Domain::Cemetery, Lang::Pl) => "Cmentarze",
        (Domain::Cemetery, Lang::En) => "Cemeteries",
        (Domain::Network, Lang::Pl) => "Drogi",
        (Domain::Network, Lang::En) => "Ways",
        (Domain::Cadastre, Lang::Pl) => "Ewidencja i adresy",
        (Domain::Cadastre, Lang::En) => "Cadastre and addresses",
    }
}

fn leaf(id: &str, title: &str, provider: &str, source: &str) -> Element {
    Element::new("layer-tree-layer")
        .with("id", id)
        .with("name", title)
        .with("checked", "Qt::Checked")
        .with("expanded", 0)
        .with("providerKey", provider)
        .with("source", source)
}

/// The colour of the ground, as on our map; and that layers are to be brought into the project's system.
fn properties() -> Element {
    let number = |name, value| Element::of_text(name, value).with("type", "int");
    Element::new("properties")
        .and(
            Element::new("Gui")
                .and(number("CanvasColorRedPart", "244"))
                .and(number("CanvasColorGreenPart", "242"))
                .and(number("CanvasColorBluePart", "237")),
        )
        .and(Element::new("SpatialRefSys").and(number("ProjectionsEnabled", "1")))
}
