import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import type { Kind } from "./config";
import { FONT, FONT_STRONG } from "./style";

/** Name of the image that {@link drawIcon} makes for a kind. */
export const imageName = (slug: string): string => `kind-${slug}`;

/** Whether a way can be gone without steps, by colour and by dash, since colour alone is no sign. */
export const STEP_FREE = {
  yes: { colour: "#17653f", dash: null },
  unknown: { colour: "#6b6257", dash: [2.5, 1.5] },
  no: { colour: "#a1271f", dash: [0.6, 1] },
} as const;

const MANY: ExpressionSpecification = [">", ["coalesce", ["get", "count"], 1], 1];
const ONE: ExpressionSpecification = ["<=", ["coalesce", ["get", "count"], 1], 1];
const POINT: ExpressionSpecification = ["==", ["geometry-type"], "Point"];
const LINE: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
const AREA: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];

const all = (...parts: ExpressionSpecification[]): FilterSpecification =>
  ["all", ...parts] as FilterSpecification;

function layer(kind: Kind, part: string, rest: Record<string, unknown>): LayerSpecification {
  return {
    id: `${kind.slug}:${part}`,
    source: kind.slug,
    "source-layer": kind.slug,
    ...rest,
  } as LayerSpecification;
}

const HALO = { "text-halo-color": "#fbfaf7", "text-halo-width": 1.6 };

/** Zoom from which a kind shows its icon instead of a dot, where that is not 16. */
const NEAR_ZOOM: Readonly<Record<string, number>> = { cemeteries: 12, gates: 15, trees: 17, graves: 18 };

/** Points: from afar small dots, larger where one stands for many, the icon from near. */
function points(kind: Kind): LayerSpecification[] {
  const near = NEAR_ZOOM[kind.slug] ?? 16;
  // Where there are thousands, each is drawn smaller, so that they do not hide the rest.
  const size = kind.count > 1000 ? 0.75 : 1.3;
  return [
    layer(kind, "many", {
      type: "circle",
      filter: all(POINT, MANY),
      paint: {
        "circle-color": kind.colour,
        "circle-opacity": 0.75,
        "circle-radius": [
          "interpolate",
          ["linear"],
          ["sqrt", ["get", "count"]],
          1,
          2.2,
          4,
          3.2,
          12,
          4.5,
          40,
          6,
        ],
      },
    }),
    layer(kind, "dot", {
      type: "circle",
      maxzoom: near,
      filter: all(POINT, ONE),
      paint: {
        "circle-color": kind.colour,
        "circle-radius": [
          "interpolate",
          ["linear"],
          ["zoom"],
          12,
          size,
          14,
          1.8 * size,
          16,
          4.5 * size,
          18,
          6,
        ],
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 13, 0.2, 16, 1.2],
      },
    }),
    layer(kind, "icon", {
      type: "symbol",
      minzoom: near,
      filter: all(POINT, ONE),
      layout: {
        "icon-image": imageName(kind.slug),
        "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.62, 16, 0.68, 18, 0.9, 20, 1.1],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    }),
    layer(kind, "name", {
      type: "symbol",
      minzoom: kind.slug === "cemeteries" ? 13 : kind.slug === "gates" ? 16 : 18.5,
      filter: all(POINT, ONE, ["has", "label"]),
      layout: {
        "text-field": ["get", "label"],
        "text-font": FONT_STRONG,
        "text-size": 12,
        "text-anchor": "top",
        "text-offset": [0, 1.1],
        "text-max-width": 9,
        "text-optional": true,
      },
      paint: { "text-color": "#1d262e", ...HALO },
    }),
  ];
}

/** Areas: a tint, an edge, a name. Graves drawn as areas carry their number. */
function areas(kind: Kind): LayerSpecification[] {
  const grave = kind.slug === "graves";
  return [
    layer(kind, "area", {
      type: "fill",
      filter: AREA,
      paint: {
        "fill-color": kind.colour,
        "fill-opacity": grave ? 0.3 : kind.slug === "cemeteries" ? 0.04 : 0.1,
      },
    }),
    layer(kind, "edge", {
      type: "line",
      filter: AREA,
      paint: {
        "line-color": kind.colour,
        "line-width": grave
          ? ["interpolate", ["linear"], ["zoom"], 16, 0.4, 19, 1.4]
          : ["interpolate", ["linear"], ["zoom"], 12, 0.8, 18, 2],
        ...(kind.slug === "sectors" ? { "line-dasharray": [4, 3] } : {}),
      },
    }),
    layer(kind, "area-name", {
      type: "symbol",
      minzoom: grave ? 19 : kind.slug === "sectors" ? 15.5 : 13,
      filter: all(AREA, ["has", "label"]),
      layout: {
        "text-field": ["get", "label"],
        "text-font": FONT_STRONG,
        "text-size": grave ? 11 : ["interpolate", ["linear"], ["zoom"], 13, 12, 17, 15],
        "text-max-width": 9,
      },
      paint: { "text-color": "#1d262e", ...HALO },
    }),
  ];
}

/** Plain lines, walls and hedges say. */
function lines(kind: Kind): LayerSpecification[] {
  return [
    layer(kind, "line", {
      type: "line",
      filter: LINE,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": kind.colour,
        "line-width": ["interpolate", ["linear"], ["zoom"], 12, 1, 16, 2.5, 19, 4],
      },
    }),
  ];
}

/** Paths: one line each for step-free, unknown and not, and a ladder for steps. */
function paths(kind: Kind): LayerSpecification[] {
  const value: ExpressionSpecification = ["coalesce", ["get", "step_free"], "unknown"];
  const ways = (Object.keys(STEP_FREE) as (keyof typeof STEP_FREE)[]).map((state) => {
    const { colour, dash } = STEP_FREE[state];
    return layer(kind, `line-${state}`, {
      type: "line",
      filter: all(LINE, ["==", value, state]),
      layout: { "line-cap": dash ? "butt" : "round", "line-join": "round" },
      paint: {
        "line-color": colour,
        "line-opacity": 0.85,
        "line-width": ["interpolate", ["linear"], ["zoom"], 13, 0.8, 16, 1.6, 19, 3.6],
        ...(dash ? { "line-dasharray": [...dash] } : {}),
      },
    });
  });
  const name = layer(kind, "line-name", {
    type: "symbol",
    minzoom: 16,
    filter: all(LINE, ["has", "label"]),
    layout: {
      "symbol-placement": "line",
      "text-field": ["get", "label"],
      "text-font": FONT,
      "text-size": 12,
      "text-offset": [0, -0.8],
    },
    paint: { "text-color": "#1d262e", ...HALO },
  });
  return [...ways, name];
}

/**
 * Builds a kind's layers, undermost first.
 *
 * Geometry in tiles may differ from the kind's own (a cemetery known only as a point), so every shape is drawn.
 */
export function kindLayers(kind: Kind): LayerSpecification[] {
  if (kind.slug === "paths") return paths(kind);
  if (kind.geometry_type === "line") return lines(kind);
  if (kind.geometry_type === "area" || kind.geometry_type === "any") return [...areas(kind), ...points(kind)];
  return points(kind);
}

/** Order in which kinds lie upon each other: areas, lines, points. */
export function byDepth(kinds: readonly Kind[]): Kind[] {
  const depth = (kind: Kind): number => ["area", "any", "line", "point"].indexOf(kind.geometry_type);
  return [...kinds].sort((one, other) => depth(one) - depth(other));
}
