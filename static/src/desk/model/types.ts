// What the desk's JSON doors speak, as the contract between browser and server has it.
import type { Position } from "../../lib/geo";

export type { Position };

/** A GeoJSON geometry in longitude and latitude; collections do not occur. */
export type Geometry =
  | { type: "Point"; coordinates: Position }
  | { type: "MultiPoint"; coordinates: Position[] }
  | { type: "LineString"; coordinates: Position[] }
  | { type: "MultiLineString"; coordinates: Position[][] }
  | { type: "Polygon"; coordinates: Position[][] }
  | { type: "MultiPolygon"; coordinates: Position[][][] };

export type Status = "planned" | "in_service" | "out_of_service";

/** Value of an attribute; a missing key and `null` both mean "not known". */
export type Value = string | number | boolean | string[] | null;

/** All that a clerk can change of an asset. */
export interface State {
  geometry: Geometry;
  label: string | null;
  attributes: Readonly<Record<string, Value>>;
  status: Status;
  part_of: string | null;
}

/** An asset as the server has it. */
export interface Asset extends State {
  id: string;
  kind: string;
  rev: number;
  /** Registry number that people see. */
  number: number;
  updated_at: string;
  updated_by: string;
}

/** What a gesture did to one asset. */
export interface Change {
  asset: string;
  kind: string;
  /** Revision that the clerk saw; `null` for an asset that the draft made. */
  base_rev: number | null;
  before: State | null;
  after: State | null;
}

/** One deed of the clerk, undone and redone as a whole. */
export interface Gesture {
  id: string;
  /** Shown in the list of what can be undone. */
  label: string;
  at: string;
  changes: readonly Change[];
}

/** A draft as the server keeps it. */
export interface Draft {
  id: string;
  title: string | null;
  version: number;
  cursor: number;
  gestures: Gesture[];
  created_at: string;
  updated_at: string;
}

/** A draft in the list of one's own. */
export interface DraftLine {
  id: string;
  title: string | null;
  version: number;
  gestures: number;
  assets: number;
  updated_at: string;
}

/** What does not fit, and where to mend it. */
export interface Fault {
  asset: string;
  kind: string;
  label: string;
  /** `geometry`, `label`, `status`, `part_of` or `attributes.KEY`. */
  field: string;
  title: string;
  detail: string;
  code: string;
  at?: Position;
}

export interface ClashField {
  field: string;
  title: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

/** Two people changed the same. */
export interface Clash {
  asset: string;
  kind: string;
  label: string;
  theirs_rev: number;
  who: string;
  when: string;
  whole: null | "they-removed" | "you-removed" | "both-new";
  fields: ClashField[];
}

/** Whose value a clash ends with; field `*` stands for the whole asset. */
export interface Choice {
  asset: string;
  field: string;
  take: "mine" | "theirs";
  theirs_rev: number;
}

export interface Photo {
  id: string;
  caption: string;
  taken_at: string | null;
  position: Position | null;
  width: number;
  height: number;
  public: boolean;
  small: string;
  large: string;
}
