// What somebody draws to answer a question: pure.
import type { Position } from "../lib/geo";

/** A GeoJSON geometry that is drawn. */
export type Shape =
  | { type: "Point"; coordinates: Position }
  | { type: "LineString"; coordinates: Position[] }
  | { type: "Polygon"; coordinates: Position[][] };

/** One thing of an answer. */
export interface Drawn {
  geometry?: Shape;
  /** Id of a thing of the registry. */
  asset?: string;
  comment?: string;
}

/** One more; the same list when there is no room, or the thing is there already. With room for one the new one replaces it. */
export function add(drawn: Drawn[], one: Drawn, most: number): Drawn[] {
  if (one.asset && drawn.some(({ asset }) => asset === one.asset)) return drawn;
  if (most === 1) return [{ ...drawn[0], ...one }];
  return drawn.length < most ? [...drawn, one] : drawn;
}

/** All but one. */
export function take(drawn: readonly Drawn[], index: number): Drawn[] {
  return drawn.filter((_, i) => i !== index);
}

/** What is drawn so far: a point, then a line. */
export function shapeOf(points: readonly Position[]): Shape | null {
  const [first, ...more] = points;
  if (!first) return null;
  return more.length === 0
    ? { type: "Point", coordinates: first }
    : { type: "LineString", coordinates: [...points] };
}
