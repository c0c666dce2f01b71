// Which of several shapes a pointer means: points before lines, lines before areas, small areas before large.
import type { Position } from "../model/types";
import { inArea } from "./inside";
import { area_m2 } from "./measure";
import { nearestOnSide, planeAt } from "./plane";
import { type Edge, edges, type Shape, type VertexAt, vertices } from "./shape";

const ORIGIN = { x: 0, y: 0 };

/** Distance in metres from a place to the nearest vertex or side of a shape. */
export function awayFrom(place: Position, shape: Shape): number {
  const plane = planeAt(place);
  if (shape.dimension === 0) {
    return Math.min(
      ...vertices(shape).map(({ position }) => {
        const { x, y } = plane.to(position);
        return Math.hypot(x, y);
      }),
    );
  }
  return Math.min(
    ...edges(shape).map(({ from, to }) => {
      const { at } = nearestOnSide(ORIGIN, plane.to(from), plane.to(to));
      return Math.hypot(at.x, at.y);
    }),
  );
}

/** Index of the shape that is meant, or -1. */
export function meant(place: Position, shapes: readonly Shape[], reach_m: number): number {
  let best = -1;
  let least: [number, number] = [3, Number.POSITIVE_INFINITY];
  shapes.forEach((shape, index) => {
    const away = shape.dimension === 2 && inArea(place, shape) ? 0 : awayFrom(place, shape);
    if (away > reach_m) return;
    const rank: [number, number] = [shape.dimension, shape.dimension === 2 ? area_m2(shape) : away];
    if (rank[0] < least[0] || (rank[0] === least[0] && rank[1] < least[1])) {
      best = index;
      least = rank;
    }
  });
  return best;
}

/** The vertex nearest to a place within reach. */
export function nearestVertex(place: Position, shape: Shape, reach_m: number): VertexAt | null {
  const plane = planeAt(place);
  let found: VertexAt | null = null;
  let least = reach_m;
  for (const { at, position } of vertices(shape)) {
    const { x, y } = plane.to(position);
    const away = Math.hypot(x, y);
    if (away <= least) {
      least = away;
      found = at;
    }
  }
  return found;
}

/** The side nearest to a place within reach, and the place on it. */
export function nearestEdge(
  place: Position,
  shape: Shape,
  reach_m: number,
): { edge: Edge; position: Position } | null {
  const plane = planeAt(place);
  let found: { edge: Edge; position: Position } | null = null;
  let least = reach_m;
  for (const edge of edges(shape)) {
    const { at } = nearestOnSide(ORIGIN, plane.to(edge.from), plane.to(edge.to));
    const away = Math.hypot(at.x, at.y);
    if (away <= least) {
      least = away;
      found = { edge, position: plane.from(at) };
    }
  }
  return found;
}
