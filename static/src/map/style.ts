import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

/** Families as the style sheet declares them; labels are drawn from them in the browser, so no glyph files. */
export const FONT = ["Reeve Sans"];
export const FONT_STRONG = ["Reeve Sans Semibold"];

/** Source of our own basemap, one tile with a layer for each part. */
const SOURCE = "basemap";

/** Pale ground, so that the town's things stand out; labels keep at least 4.5:1 against it. */
const COLOUR = {
  ground: "#f4f2ed",
  built: "#efece6",
  industry: "#ece9ea",
  field: "#f3f1e2",
  grass: "#e4eddb",
  wood: "#d6e5cc",
  cemetery: "#dfe8dc",
  play: "#e9efd9",
  parking: "#ebebee",
  sand: "#f2e9d0",
  water: "#c9dfeb",
  building: "#e2ddd5",
  building_edge: "#cfc8bd",
  public: "#dcd2c6",
  road: "#ffffff",
  road_edge: "#d6d0c6",
  main: "#fdf3dc",
  main_edge: "#dfcfa6",
  walk: "#b9a892",
  rail: "#b5b3b6",
  label: "#3a434c",
  place: "#1d262e",
  water_label: "#2f5f7a",
  halo: "#fbfaf7",
} as const;

const MAIN = ["motorway", "trunk", "primary", "secondary", "tertiary"];
const STREET = ["residential", "living_street", "unclassified", "pedestrian"];
const MINOR = ["service", "track"];
const WALK = ["footway", "path", "cycleway", "steps"];
const RAIL = ["rail", "tram"];

const classIn = (classes: readonly string[]): ExpressionSpecification => [
  "in",
  ["get", "class"],
  ["literal", [...classes]],
];

/** A width that doubles with every zoom from 14 on, as things on the ground do. */
const width = (at14: number, at18: number): ExpressionSpecification => [
  "interpolate",
  ["exponential", 1.6],
  ["zoom"],
  10,
  at14 * 0.35,
  14,
  at14,
  18,
  at18,
  20,
  at18 * 2.6,
];

interface Road {
  id: string;
  classes: readonly string[];
  fill: string;
  edge: string;
  at14: number;
  at18: number;
  min_zoom: number;
}

const ROADS: readonly Road[] = [
  {
    id: "minor",
    classes: MINOR,
    fill: COLOUR.road,
    edge: COLOUR.road_edge,
    at14: 1.2,
    at18: 7,
    min_zoom: 13,
  },
  {
    id: "street",
    classes: STREET,
    fill: COLOUR.road,
    edge: COLOUR.road_edge,
    at14: 3,
    at18: 14,
    min_zoom: 11,
  },
  { id: "main", classes: MAIN, fill: COLOUR.main, edge: COLOUR.main_edge, at14: 4.5, at18: 20, min_zoom: 6 },
];

function land(): LayerSpecification[] {
  return [
    { id: "ground", type: "background", paint: { "background-color": COLOUR.ground } },
    {
      id: "land",
      type: "fill",
      source: SOURCE,
      "source-layer": "land",
      paint: {
        "fill-antialias": false,
        "fill-color": [
          "match",
          ["get", "class"],
          ["residential", "square", "school"],
          COLOUR.built,
          "industrial",
          COLOUR.industry,
          "farmland",
          COLOUR.field,
          "forest",
          COLOUR.wood,
          ["grass", "park"],
          COLOUR.grass,
          "cemetery",
          COLOUR.cemetery,
          ["pitch", "playground"],
          COLOUR.play,
          "parking",
          COLOUR.parking,
          "sand",
          COLOUR.sand,
          COLOUR.ground,
        ],
      },
    },
    {
      id: "water",
      type: "fill",
      source: SOURCE,
      "source-layer": "water",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": COLOUR.water },
    },
    {
      id: "waterway",
      type: "line",
      source: SOURCE,
      "source-layer": "water",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": COLOUR.water,
        "line-width": [
          "interpolate",
          ["exponential", 1.5],
          ["zoom"],
          11,
          ["match", ["get", "class"], "river", 2, 0.6],
          18,
          ["match", ["get", "class"], "river", 22, 5],
        ],
      },
    },
    {
      id: "buildings",
      type: "fill",
      source: SOURCE,
      "source-layer": "buildings",
      minzoom: 13,
      paint: {
        "fill-color": [
          "match",
          ["get", "class"],
          ["church", "chapel", "public"],
          COLOUR.public,
          COLOUR.building,
        ],
        "fill-outline-color": COLOUR.building_edge,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.4, 15, 1],
      },
    },
  ];
}

function roads(): LayerSpecification[] {
  const line = (
    id: string,
    classes: readonly string[],
    min_zoom: number,
    paint: Record<string, unknown>,
    cap: "round" | "butt" = "round",
  ): LayerSpecification => ({
    id,
    type: "line",
    source: SOURCE,
    "source-layer": "roads",
    minzoom: min_zoom,
    filter: classIn(classes),
    layout: { "line-cap": cap, "line-join": "round" },
    paint,
  });
  const edges = ROADS.map((road) =>
    line(`${road.id}-edge`, road.classes, Math.max(road.min_zoom, 12), {
      "line-color": road.edge,
      "line-gap-width": width(road.at14, road.at18),
      "line-width": ["interpolate", ["linear"], ["zoom"], 12, 0.4, 18, 1.2],
    }),
  );
  const fills = ROADS.map((road) =>
    line(road.id, road.classes, road.min_zoom, {
      "line-color": ["step", ["zoom"], road.id === "main" ? road.edge : road.fill, 12, road.fill],
      "line-width": width(road.at14, road.at18),
    }),
  );
  return [
    line(
      "walk",
      WALK,
      14,
      {
        "line-color": COLOUR.walk,
        "line-width": ["interpolate", ["linear"], ["zoom"], 14, 0.6, 18, 2],
        "line-dasharray": [3, 2],
        "line-opacity": 0.8,
      },
      "butt",
    ),
    ...edges,
    ...fills,
    line("rail", RAIL, 11, {
      "line-color": COLOUR.rail,
      "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.8, 18, 3],
    }),
    line(
      "rail-ties",
      ["rail"],
      14,
      {
        "line-color": COLOUR.halo,
        "line-width": ["interpolate", ["linear"], ["zoom"], 14, 0.8, 18, 1.8],
        "line-dasharray": [4, 4],
      },
      "butt",
    ),
  ];
}

/** Labels lie above the town's things on purpose only for names of places; streets stay beneath them. */
function labels(): LayerSpecification[] {
  const halo = { "text-halo-color": COLOUR.halo, "text-halo-width": 1.6, "text-halo-blur": 0.2 };
  return [
    {
      id: "housenumbers",
      type: "symbol",
      source: SOURCE,
      "source-layer": "housenumbers",
      minzoom: 17.5,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-padding": 4 },
      paint: { "text-color": COLOUR.label, ...halo },
    },
    {
      id: "water-names",
      type: "symbol",
      source: SOURCE,
      "source-layer": "water",
      minzoom: 12,
      filter: ["has", "name"],
      layout: {
        "symbol-placement": "line",
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": 13,
        "text-letter-spacing": 0.08,
        "symbol-spacing": 400,
      },
      paint: { "text-color": COLOUR.water_label, ...halo },
    },
    {
      id: "street-names",
      type: "symbol",
      source: SOURCE,
      "source-layer": "roads",
      minzoom: 13.5,
      filter: ["has", "name"],
      layout: {
        "symbol-placement": "line",
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 14, 11.5, 18, 15],
        "symbol-spacing": 320,
        "text-max-angle": 35,
        "text-padding": 6,
      },
      paint: { "text-color": COLOUR.label, ...halo },
    },
    {
      id: "place-names",
      type: "symbol",
      source: SOURCE,
      "source-layer": "places",
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT_STRONG,
        "text-size": ["match", ["get", "class"], "city", 22, "town", 19, ["suburb", "village"], 15, 13],
        "text-max-width": 8,
        "text-padding": 8,
        "symbol-sort-key": ["match", ["get", "class"], "city", 0, "town", 1, "suburb", 2, "village", 3, 9],
      },
      paint: { "text-color": COLOUR.place, ...halo },
    },
  ];
}

/** Where the base layers come from. */
export interface BaseSource {
  /** Address of the TileJSON of our own basemap. */
  tilejson: string;
  raster_url: string | null;
}

/** Builds the quiet style: our own tiles, or a foreign raster in their place. */
export function baseStyle({ tilejson, raster_url }: BaseSource): StyleSpecification {
  if (raster_url) {
    return {
      version: 8,
      sources: { raster: { type: "raster", tiles: [raster_url], tileSize: 256, maxzoom: 19 } },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": COLOUR.ground } },
        { id: "raster", type: "raster", source: "raster", paint: { "raster-saturation": -0.35 } },
      ],
    };
  }
  return {
    version: 8,
    sources: { [SOURCE]: { type: "vector", url: tilejson } },
    layers: [...land(), ...roads(), ...labels()],
  };
}

/** The layer before which the town's things go, so that labels stay readable; none in foreign styles. */
export const FIRST_LABEL = "housenumbers";
