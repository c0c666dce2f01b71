// A flat plane in metres around a place; good to a millimetre over a few kilometres.
import type { Position } from "../model/types";

/** East and north of the plane's origin, in metres. */
export interface Metres {
  x: number;
  y: number;
}

export interface Plane {
  to(position: Position): Metres;
  from(metres: Metres): Position;
}

/** The plane that touches the earth at a place (WGS 84, series of the lengths of a degree). */
export function planeAt([lon0, lat0]: Position): Plane {
  const phi = (lat0 * Math.PI) / 180;
  const north_m = 111_132.92 - 559.82 * Math.cos(2 * phi) + 1.175 * Math.cos(4 * phi);
  const east_m = 111_412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi) + 0.118 * Math.cos(5 * phi);
  return {
    to: ([lon, lat]) => ({ x: (lon - lon0) * east_m, y: (lat - lat0) * north_m }),
    from: ({ x, y }) => [lon0 + x / east_m, lat0 + y / north_m],
  };
}

/** Distance between two near places in metres. */
export function distance_m(one: Position, other: Position): number {
  const { x, y } = planeAt(one).to(other);
  return Math.hypot(x, y);
}

/** The place on the straight side from `from` to `to` that lies nearest to `to_what`, all in metres. */
export function nearestOnSide(to_what: Metres, from: Metres, to: Metres): { at: Metres; along: number } {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const square = dx * dx + dy * dy;
  const raw = square === 0 ? 0 : ((to_what.x - from.x) * dx + (to_what.y - from.y) * dy) / square;
  const along = Math.min(1, Math.max(0, raw));
  return { at: { x: from.x + along * dx, y: from.y + along * dy }, along };
}

/** The place moved by metres east and north. */
export function movedBy(position: Position, by: Metres): Position {
  return planeAt(position).from(by);
}
