import type { Bounds, Position } from "../lib/geo";
import type { Texts } from "../lib/text";

/** Shape that the things of a kind have. */
export type GeometryType = "point" | "line" | "area" | "any";

/** A kind of registered things, as `/api/kinds` tells it too. */
export interface Kind {
  slug: string;
  title: string;
  geometry_type: GeometryType;
  /** Name of an icon in the sprite. */
  icon: string;
  /** `#rrggbb` */
  colour: string;
  /** Lowest zoom at which its tiles hold anything. */
  min_zoom: number;
  count: number;
}

/** A place that a map shows with a number or a flag. */
export interface Place {
  position: Position;
  label: string;
  /** Number in the list beside the map. */
  number?: number;
  /** Page to which the place leads. */
  href?: string;
  /** Icon of its flag, when it is no grave. */
  icon?: string;
}

/** A way to a grave as drawn. */
export interface Way {
  line: Position[];
  /** From where the surveyed path ends to the grave itself; drawn dashed. */
  last_leg: Position[];
  gate: Place | null;
}

/** All that a page says to its map, in `<script type="application/json" id="map-config">`. */
export interface MapConfig {
  lang: "pl" | "en";
  texts: Texts;
  /** Address of the icon sprite, script folder and tiles. */
  sprite: string;
  worker: string;
  basemap: {
    /** A foreign MapLibre style, when the town named one. */
    style_url: string | null;
    /** A foreign raster `…/{z}/{x}/{y}.png`, when the town named one. */
    raster_url: string | null;
  };
  /** Credits in plain text; always shown when not empty. */
  attribution: string;
  attribution_url: string | null;
  /** What the map shows at first. */
  bounds: Bounds;
  kinds: Kind[];
  /** Slugs of the layers that are on at first. */
  layers: string[];
  /** Things searched for, with the numbers of the list. */
  places: Place[];
  /** The grave that the page is about. */
  grave: Place | null;
  way: Way | null;
  /** The day as of which the map is shown; `null` for now. */
  as_of: string | null;
  /** The condition of what is shown of one kind, in CQL2. */
  filter: { kind: string; text: string } | null;
}

/** Reads the page's block; `null` when the page has no map. */
export function readConfig(document: Document): MapConfig | null {
  const block = document.getElementById("map-config");
  return block?.textContent ? (JSON.parse(block.textContent) as MapConfig) : null;
}
