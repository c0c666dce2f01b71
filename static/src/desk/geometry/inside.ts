// What lies within what. Straight sides in degrees are straight on the map too, so no projection is needed.
import type { Bounds } from "../../lib/geo";
import type { Position } from "../model/types";
import { type Part, type Ring, type Shape, vertices } from "./shape";

/** Whether a place lies within a ring; on the side itself either answer may come. */
export function inRing([lon, lat]: Position, ring: Ring): boolean {
  let inside = false;
  ring.forEach(([x, y], index) => {
    const [before_x, before_y] = ring[(index + ring.length - 1) % ring.length] ?? [x, y];
    if (y > lat !== before_y > lat && lon < ((before_x - x) * (lat - y)) / (before_y - y) + x)
      inside = !inside;
  });
  return inside;
}

/** Whether a place lies within a part of an area and in none of its holes. */
export function inPart(position: Position, [outer, ...holes]: Part): boolean {
  return outer !== undefined && inRing(position, outer) && !holes.some((hole) => inRing(position, hole));
}

/** Whether a place lies within an area. */
export function inArea(position: Position, shape: Shape): boolean {
  return shape.dimension === 2 && shape.parts.some((part) => inPart(position, part));
}

/** Whether a box, lasso or other ring catches a shape: any of its vertices lies in it. */
export function caught(shape: Shape, ring: Ring): boolean {
  return vertices(shape).some(({ position }) => inRing(position, ring));
}

/** The ring of a box. */
export function boxRing([west, south, east, north]: Bounds): Position[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}
