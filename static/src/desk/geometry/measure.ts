// Lengths and areas for the eye while drawing; the server measures what is kept.
import type { Position } from "../model/types";
import { distance_m, planeAt } from "./plane";
import { edges, type Ring, type Shape } from "./shape";

/** Length of all sides in metres; of areas the way around, holes included. */
export function length_m(shape: Shape): number {
  return edges(shape).reduce((sum, { from, to }) => sum + distance_m(from, to), 0);
}

/** Length of a line of positions in metres. */
export function lineLength_m(line: readonly Position[]): number {
  return length_m({ dimension: 1, parts: [[line]] });
}

/** Area of a ring in square metres, measured in the plane at its first vertex; positive against the clock. */
export function ringArea_m2(ring: Ring): number {
  const [first] = ring;
  if (!first) return 0;
  const plane = planeAt(first);
  const flat = ring.map((position) => plane.to(position));
  const twice = flat.reduce((sum, { x, y }, index) => {
    const next = flat[(index + 1) % flat.length] ?? { x, y };
    return sum + (x * next.y - next.x * y);
  }, 0);
  return twice / 2;
}

/** Area in square metres, holes taken out; 0 for points and lines. */
export function area_m2(shape: Shape): number {
  if (shape.dimension !== 2) return 0;
  return shape.parts.reduce((sum, [outer, ...holes]) => {
    const inner = holes.reduce((taken, hole) => taken + Math.abs(ringArea_m2(hole)), 0);
    return sum + Math.abs(ringArea_m2(outer ?? [])) - inner;
  }, 0);
}
