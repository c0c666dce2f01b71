// What a tool is, and what it is given to work with.

import type { Desk } from "../desk";
import { fromShape, type Shape } from "../geometry/shape";
import type { Snapped } from "../geometry/snap";
import type { Pointed } from "../map_pointer";
import type { Drawn, EditMap } from "../map_view";
import type { Position } from "../model/types";

export type ToolName = "select" | "add" | "move" | "reshape" | "split" | "hole" | "part" | "row" | "place";

/** One way to work on the map. A tool gets places that have already caught on what is near. */
export interface Tool {
  /** What to do next, in words. */
  hint(): string;
  /** Controls of the tool's own, shown above the map. */
  controls?(): Node[];
  leave?(): void;
  hover?(at: Aimed): void;
  click?(at: Aimed): void;
  double?(at: Aimed): void;
  grab?(at: Aimed): boolean;
  drag?(at: Aimed): void;
  drop?(at: Aimed): void;
  /** A key on the map; answers whether the tool took it. */
  key?(event: KeyboardEvent, at: Aimed): boolean;
  /** What is drawn over the map while the tool is used. */
  sketch(): Drawn[];
  /** Things left out when catching, such as the one that is being moved. */
  except?(): readonly string[];
  /** Ends what was begun and keeps it, where that can be done. */
  finish?(): void;
  canFinish?(): boolean;
}

/** A place that was pointed at, and what it caught on. */
export interface Aimed extends Pointed {
  snapped: Snapped["what"] | null;
  /** The place without catching. */
  raw: Position;
}

/** What tools work with. */
export interface Bench {
  desk: Desk;
  map: EditMap;
  /** Draws the tool's sketch, hint and controls anew. */
  redraw(): void;
  use(name: ToolName): void;
  /** How far, in metres, a pointer may miss what it means. */
  reach(by: Pointed["by"]): number;
  /** Id of the loaded thing that is meant, or `null`. */
  meantThing(at: Pointed): string | null;
}

/** A shape for the sketch; nothing for one that cannot be drawn yet. */
export function sketched(role: string, shape: Shape): Drawn[] {
  const geometry = fromShape(shape);
  return geometry ? [{ geometry, properties: { role } }] : [];
}

/** A place for the sketch. */
export function dot(role: string, place: Position): Drawn {
  return { geometry: { type: "Point", coordinates: place }, properties: { role } };
}
