// Layers that the editor adds to the town's map: things from their own data, marks of the draft, what is selected,
// and the sketch of what is being drawn.
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Kind } from "../map/config";
import { kindLayers } from "../map/kind_layers";
import { FONT_STRONG } from "../map/style";

/** Name of the source that holds a kind's loaded things. */
export const liveSource = (slug: string): string => `live-${slug}`;

export const MARKS = "marks";
export const SELECTED = "selected";
export const SKETCH = "sketch";

/** Colours of the draft's marks; a sign and a dash say the same. */
export const MARK_COLOUR = { new: "#17653f", changed: "#8a5200", removed: "#a1271f" } as const;
const INK = "#0b0c0c";
const ACTIVE = "#1d5fa8";

/** The layers of a kind, drawn from its loaded things in place of tiles. */
export function liveLayers(kind: Kind): LayerSpecification[] {
  return kindLayers(kind).map((layer) => {
    const { "source-layer": _tiles, ...rest } = layer as LayerSpecification & { "source-layer"?: string };
    return { ...rest, id: `live:${layer.id}`, source: liveSource(kind.slug) } as LayerSpecification;
  });
}

const get = (name: string): ExpressionSpecification => ["get", name];
const byMark: ExpressionSpecification = [
  "match",
  get("mark"),
  "new",
  MARK_COLOUR.new,
  "removed",
  MARK_COLOUR.removed,
  MARK_COLOUR.changed,
];
const isPoint: ExpressionSpecification = ["==", ["geometry-type"], "Point"];
const isLine: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
const role = (name: string): ExpressionSpecification => ["==", get("role"), name];
const roleIn = (...names: string[]): ExpressionSpecification => ["in", get("role"), ["literal", names]];
const round = { "line-cap": "round" as const, "line-join": "round" as const };

/** Marks of what the draft made, changed and removed. */
export function markLayers(): LayerSpecification[] {
  const removed: ExpressionSpecification = ["==", get("mark"), "removed"];
  return [
    {
      id: "marks-area",
      type: "fill",
      source: MARKS,
      filter: ["all", isArea, removed],
      paint: { "fill-color": MARK_COLOUR.removed, "fill-opacity": 0.12 },
    },
    {
      id: "marks-line",
      type: "line",
      source: MARKS,
      filter: ["all", ["!", isPoint], ["!", removed]],
      layout: round,
      paint: { "line-color": byMark, "line-width": 7, "line-opacity": 0.35 },
    },
    {
      id: "marks-gone",
      type: "line",
      source: MARKS,
      filter: ["all", ["!", isPoint], removed],
      paint: { "line-color": MARK_COLOUR.removed, "line-width": 3, "line-dasharray": [2, 2] },
    },
    {
      id: "marks-point",
      type: "circle",
      source: MARKS,
      filter: isPoint,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 5, 16, 12, 19, 17],
        "circle-color": byMark,
        "circle-opacity": 0.16,
        "circle-stroke-color": byMark,
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: "marks-sign",
      type: "symbol",
      source: MARKS,
      filter: isPoint,
      minzoom: 16,
      layout: {
        "text-field": ["match", get("mark"), "new", "+", "removed", "×", "~"],
        "text-font": FONT_STRONG,
        "text-size": 18,
        "text-offset": [1.1, -1],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": byMark, "text-halo-color": "#ffffff", "text-halo-width": 2 },
    },
  ];
}

/** A ring around what is selected. */
export function selectedLayers(): LayerSpecification[] {
  return [
    {
      id: "selected-area",
      type: "fill",
      source: SELECTED,
      filter: isArea,
      paint: { "fill-color": INK, "fill-opacity": 0.08 },
    },
    {
      id: "selected-line",
      type: "line",
      source: SELECTED,
      filter: ["!", isPoint],
      layout: round,
      paint: { "line-color": INK, "line-width": 4 },
    },
    {
      id: "selected-point",
      type: "circle",
      source: SELECTED,
      filter: isPoint,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 6, 16, 14, 19, 19],
        "circle-opacity": 0,
        "circle-stroke-color": INK,
        "circle-stroke-width": 4,
      },
    },
  ];
}

/** What is being drawn, its handles, and what it would catch on. */
export function sketchLayers(): LayerSpecification[] {
  return [
    {
      id: "sketch-area",
      type: "fill",
      source: SKETCH,
      filter: isArea,
      paint: {
        "fill-color": ["match", get("role"), "theirs", MARK_COLOUR.removed, ACTIVE],
        "fill-opacity": 0.16,
      },
    },
    {
      id: "sketch-line",
      type: "line",
      source: SKETCH,
      filter: ["all", ["any", isLine, isArea], ["!", roleIn("band", "theirs")]],
      layout: round,
      paint: { "line-color": ACTIVE, "line-width": 3 },
    },
    {
      id: "sketch-band",
      type: "line",
      source: SKETCH,
      filter: ["all", ["any", isLine, isArea], roleIn("band", "theirs")],
      paint: {
        "line-color": ["match", get("role"), "theirs", MARK_COLOUR.removed, ACTIVE],
        "line-width": 2.5,
        "line-dasharray": [2, 1.5],
      },
    },
    {
      id: "sketch-point",
      type: "circle",
      source: SKETCH,
      filter: ["all", isPoint, roleIn("shape", "theirs", "here")],
      paint: {
        "circle-radius": 9,
        "circle-color": ["match", get("role"), "theirs", MARK_COLOUR.removed, ACTIVE],
        "circle-opacity": 0.7,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: "sketch-middle",
      type: "circle",
      source: SKETCH,
      filter: ["all", isPoint, role("middle")],
      paint: {
        "circle-radius": 4.5,
        "circle-color": "#ffffff",
        "circle-stroke-color": ACTIVE,
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "sketch-vertex",
      type: "circle",
      source: SKETCH,
      filter: ["all", isPoint, roleIn("vertex", "chosen")],
      paint: {
        "circle-radius": ["match", get("role"), "chosen", 9, 6.5],
        "circle-color": ["match", get("role"), "chosen", "#ffd84d", "#ffffff"],
        "circle-stroke-color": ["match", get("role"), "chosen", INK, ACTIVE],
        "circle-stroke-width": 3,
      },
    },
    {
      id: "sketch-snap",
      type: "circle",
      source: SKETCH,
      filter: ["all", isPoint, role("snap")],
      paint: {
        "circle-radius": 11,
        "circle-opacity": 0,
        "circle-stroke-color": "#a1271f",
        "circle-stroke-width": 2.5,
      },
    },
  ];
}
