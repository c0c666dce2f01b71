// Shapes and boxes of geometries, worked out once each: geometries are never changed in place.
import { type Bounds, boundsOf } from "../../lib/geo";
import type { Geometry } from "../model/types";
import { type Shape, toShape, vertices } from "./shape";

const shapes = new WeakMap<Geometry, Shape>();
const boxes = new WeakMap<Geometry, Bounds>();

const NOWHERE: Bounds = [0, 0, 0, 0];

/** The shape of a geometry. */
export function shapeOf(geometry: Geometry): Shape {
  const known = shapes.get(geometry);
  if (known) return known;
  const shape = toShape(geometry);
  shapes.set(geometry, shape);
  return shape;
}

/** The box around a geometry. */
export function boxOf(geometry: Geometry): Bounds {
  const known = boxes.get(geometry);
  if (known) return known;
  const box = boundsOf(vertices(shapeOf(geometry)).map(({ position }) => position)) ?? NOWHERE;
  boxes.set(geometry, box);
  return box;
}

/** Whether two boxes share a place. */
export function overlap([w, s, e, n]: Bounds, [w2, s2, e2, n2]: Bounds): boolean {
  return w <= e2 && e >= w2 && s <= n2 && n >= s2;
}

/** The box made wider by a share of its own size on every side. */
export function widened([w, s, e, n]: Bounds, share: number): Bounds {
  const [x, y] = [(e - w) * share, (n - s) * share];
  return [w - x, s - y, e + x, n + y];
}
