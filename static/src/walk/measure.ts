// Distances and directions of a walk. Pure.
import type { Position } from "../lib/geo";

const EARTH_M = 6_371_000;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** East and north of one position from another, in metres; good for what one walks to. */
export function offset_m([lon, lat]: Position, [to_lon, to_lat]: Position): { east: number; north: number } {
  return {
    east: radians(to_lon - lon) * Math.cos(radians((lat + to_lat) / 2)) * EARTH_M,
    north: radians(to_lat - lat) * EARTH_M,
  };
}

/** Distance between two positions in metres. */
export function distance_m(from: Position, to: Position): number {
  const { east, north } = offset_m(from, to);
  return Math.hypot(east, north);
}

/** Direction from one position to another in degrees, clockwise from north. */
export function bearing(from: Position, to: Position): number {
  const { east, north } = offset_m(from, to);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** The nearest of several things, or nothing when there is none. */
export function nearest<T extends { point: Position }>(
  things: readonly T[],
  from: Position | null,
): T | null {
  if (!from) return things[0] ?? null;
  let best: T | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const thing of things) {
    const away = distance_m(from, thing.point);
    if (away < least) [best, least] = [thing, away];
  }
  return best;
}
