// Catching on what is there already: corners first, then middles of sides, then the sides themselves.
import type { Position } from "../model/types";
import { nearestOnSide, planeAt } from "./plane";
import { edges, type Shape, vertices } from "./shape";

export interface Snapped {
  position: Position;
  what: "vertex" | "midpoint" | "edge";
}

/** The place within reach that a pointer catches on; `null` when there is none. */
export function snap(pointer: Position, shapes: readonly Shape[], reach_m: number): Snapped | null {
  const plane = planeAt(pointer);
  const best: Record<Snapped["what"], { away: number; position: Position } | null> = {
    vertex: null,
    midpoint: null,
    edge: null,
  };
  const offer = (what: Snapped["what"], position: Position, away: number): void => {
    if (away <= reach_m && away < (best[what]?.away ?? Number.POSITIVE_INFINITY))
      best[what] = { away, position };
  };
  const origin = { x: 0, y: 0 };
  for (const shape of shapes) {
    for (const { position } of vertices(shape)) {
      const { x, y } = plane.to(position);
      offer("vertex", position, Math.hypot(x, y));
    }
    for (const { from, to } of edges(shape)) {
      const ends = [plane.to(from), plane.to(to)] as const;
      const { at } = nearestOnSide(origin, ...ends);
      const away = Math.hypot(at.x, at.y);
      if (away > reach_m) continue;
      offer("edge", plane.from(at), away);
      const middle = { x: (ends[0].x + ends[1].x) / 2, y: (ends[0].y + ends[1].y) / 2 };
      offer("midpoint", plane.from(middle), Math.hypot(middle.x, middle.y));
    }
  }
  for (const what of ["vertex", "midpoint", "edge"] as const) {
    const found = best[what];
    if (found) return { position: found.position, what };
  }
  return null;
}
