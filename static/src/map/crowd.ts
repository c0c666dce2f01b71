// Squares with numbers of people, drawn as heat or as circles that join. Both are made of the middles of the squares that are
// published, and of nothing else: no view says more than the squares do.
import type { Feature, FeatureCollection, Point } from "geojson";
import type { GeoJSONSourceSpecification, LayerSpecification } from "maplibre-gl";
import { boundsOf, positions } from "../lib/geo";
import { FONT_STRONG } from "./style";

/** Ways to draw them. */
export type CrowdView = "squares" | "heat" | "clusters";

/** The middles of squares with their numbers of people. */
export type Crowd = FeatureCollection<Point, { people: number }>;

/** Colours from few to many, as those of the squares; the style sheet has the same for the legend. */
const HEAT = ["#a5d8db", "#4aa3aa", "#1f828a", "#0d5c63", "#083a3f"] as const;

/** Least width of the heat of one square in CSS pixels, so that it is seen from afar. */
const LEAST_PX = 16;
/** How far the heat of a square reaches: so many times its width. */
const REACH = 1.5;
/** Makes the fullest square alone nearly as dark as can be: the middle of the map's bell curve is 0.4. */
const INTENSITY = 2;
/** Within how many CSS pixels circles join. */
const JOIN_PX = 56;
const MOST_ZOOM = 22;
/** The length of the equator, and the pixels in which a map shows it at zoom 0. */
const EQUATOR_M = 40_075_016.7;
const WORLD_PX = 512;

/** The middles of squares. */
export function crowdOf(squares: FeatureCollection): Crowd {
  const features = squares.features.flatMap((square): Feature<Point, { people: number }>[] => {
    const bounds = boundsOf(positions(square.geometry as never));
    const people = Number(square.properties?.people);
    if (!bounds || !(people > 0)) return [];
    const [west, south, east, north] = bounds;
    const middle = [(west + east) / 2, (south + north) / 2];
    return [{ type: "Feature", properties: { people }, geometry: { type: "Point", coordinates: middle } }];
  });
  return { type: "FeatureCollection", features };
}

/** A length on the ground in CSS pixels at zoom 0; it doubles with every zoom. */
export function pixels(length_m: number, latitude: number): number {
  return (length_m * WORLD_PX) / (EQUATOR_M * Math.cos((latitude * Math.PI) / 180));
}

/** The source of the heat. */
export function heatSource(data: Crowd): GeoJSONSourceSpecification {
  return { type: "geojson", data };
}

/** The source of the circles, in which numbers of what joins are added. */
export function circleSource(data: Crowd): GeoJSONSourceSpecification {
  return {
    type: "geojson",
    data,
    cluster: true,
    clusterRadius: JOIN_PX,
    clusterMaxZoom: MOST_ZOOM - 1,
    clusterProperties: { people: ["+", ["get", "people"]] },
  };
}

/** The heat of squares of a width; `most` is the number of the fullest. */
export function heatLayer(width_m: number, latitude: number, most: number): LayerSpecification {
  const at0 = pixels(width_m * REACH, latitude);
  // Below this zoom the heat keeps its width; from there on it grows as the ground does.
  const least_zoom = Math.min(Math.log2(LEAST_PX / at0), MOST_ZOOM - 1);
  const ramp = HEAT.flatMap((colour, i) => [0.15 + (i * 0.85) / (HEAT.length - 1), colour]);
  return {
    id: "crowd-heat",
    type: "heatmap",
    source: "crowd-heat",
    layout: { visibility: "none" },
    paint: {
      "heatmap-weight": ["/", ["get", "people"], Math.max(most, 1)],
      "heatmap-intensity": INTENSITY,
      "heatmap-radius": [
        "interpolate",
        ["exponential", 2],
        ["zoom"],
        least_zoom,
        at0 * 2 ** least_zoom,
        MOST_ZOOM,
        at0 * 2 ** MOST_ZOOM,
      ],
      "heatmap-color": [
        "interpolate",
        ["linear"],
        ["heatmap-density"],
        0,
        "rgba(165, 216, 219, 0)",
        ...ramp,
      ] as never,
      "heatmap-opacity": 0.75,
    },
  };
}

/** Circles as large as the number in them, and the number. */
export function circleLayers(most: number): LayerSpecification[] {
  const root = ["sqrt", ["get", "people"]] as never;
  return [
    {
      id: "crowd-circle",
      type: "circle",
      source: "crowd-circles",
      layout: { visibility: "none" },
      paint: {
        "circle-color": "#0d5c63",
        "circle-opacity": 0.9,
        "circle-radius": ["interpolate", ["linear"], root, 1, 13, Math.max(Math.sqrt(most), 2) * 2, 34],
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    },
    {
      id: "crowd-number",
      type: "symbol",
      source: "crowd-circles",
      layout: {
        visibility: "none",
        "text-field": ["to-string", ["get", "people"]],
        "text-font": FONT_STRONG,
        "text-size": 15,
        "text-allow-overlap": true,
      },
      paint: { "text-color": "#ffffff" },
    },
  ];
}

/** The number of the fullest square. */
export function fullest({ features }: Crowd): number {
  return features.reduce((most, { properties }) => Math.max(most, properties.people), 1);
}
