// One form for all geometries: parts of rings of positions. Rings of areas are kept open, without the closing position.
import type { Geometry, Position } from "../model/types";

/** 0 points, 1 lines, 2 areas. */
export type Dimension = 0 | 1 | 2;
export type Ring = readonly Position[];
/** A point or line has one ring; an area has its outer ring and then its holes. */
export type Part = readonly Ring[];

export interface Shape {
  dimension: Dimension;
  parts: readonly Part[];
}

/** Where a vertex stands in a shape. */
export interface VertexAt {
  part: number;
  ring: number;
  index: number;
}

/** A side of a ring; a vertex put in at `at` lies between its ends. */
export interface Edge {
  at: VertexAt;
  from: Position;
  to: Position;
}

/** Most vertices that one asset may have; the server refuses more. */
export const VERTEX_LIMIT = 20_000;

/** Least vertices of a ring by dimension. */
const LEAST = [1, 2, 3] as const;

const same = (one: Position | undefined, other: Position | undefined): boolean =>
  one !== undefined && other !== undefined && one[0] === other[0] && one[1] === other[1];

function opened(ring: readonly Position[]): Ring {
  return ring.length > 1 && same(ring[0], ring.at(-1)) ? ring.slice(0, -1) : ring;
}

function closed(ring: Ring): Position[] {
  const [first] = ring;
  return first ? [...ring, first] : [];
}

/** Reads a geometry. */
export function toShape(geometry: Geometry): Shape {
  switch (geometry.type) {
    case "Point":
      return { dimension: 0, parts: [[[geometry.coordinates]]] };
    case "MultiPoint":
      return { dimension: 0, parts: geometry.coordinates.map((position) => [[position]]) };
    case "LineString":
      return { dimension: 1, parts: [[geometry.coordinates]] };
    case "MultiLineString":
      return { dimension: 1, parts: geometry.coordinates.map((line) => [line]) };
    case "Polygon":
      return { dimension: 2, parts: [geometry.coordinates.map(opened)] };
    case "MultiPolygon":
      return { dimension: 2, parts: geometry.coordinates.map((rings) => rings.map(opened)) };
  }
}

/** Writes a geometry, single where there is one part; `null` when nothing is left. */
export function fromShape({ dimension, parts }: Shape): Geometry | null {
  const [first] = parts;
  if (!first) return null;
  const many = parts.length > 1;
  if (dimension === 0) {
    const points = parts.flatMap((part) => part.flatMap((ring) => ring.slice(0, 1)));
    const [point] = points;
    if (!point) return null;
    return many ? { type: "MultiPoint", coordinates: points } : { type: "Point", coordinates: point };
  }
  if (dimension === 1) {
    const lines = parts.map((part) => [...(part[0] ?? [])]);
    return many
      ? { type: "MultiLineString", coordinates: lines }
      : { type: "LineString", coordinates: lines[0] ?? [] };
  }
  const areas = parts.map((part) => part.map(closed));
  return many
    ? { type: "MultiPolygon", coordinates: areas }
    : { type: "Polygon", coordinates: areas[0] ?? [] };
}

/** Every vertex with its place, in order. */
export function vertices(shape: Shape): { at: VertexAt; position: Position }[] {
  return shape.parts.flatMap((rings, part) =>
    rings.flatMap((line, ring) => line.map((position, index) => ({ at: { part, ring, index }, position }))),
  );
}

/** How many vertices a shape has. */
export function vertexCount(shape: Shape): number {
  return shape.parts.reduce((sum, part) => sum + part.reduce((inner, ring) => inner + ring.length, 0), 0);
}

/** Every side of lines and rings, the closing one included; points have none. */
export function edges(shape: Shape): Edge[] {
  if (shape.dimension === 0) return [];
  return shape.parts.flatMap((rings, part) =>
    rings.flatMap((line, ring) => {
      const sides: Edge[] = [];
      const last = shape.dimension === 2 ? line.length : line.length - 1;
      for (let index = 0; index < last; index += 1) {
        const from = line[index];
        const to = line[(index + 1) % line.length];
        if (from && to) sides.push({ at: { part, ring, index: index + 1 }, from, to });
      }
      return sides;
    }),
  );
}

function withRing(shape: Shape, at: VertexAt, change: (ring: Ring) => Ring): Shape {
  return {
    ...shape,
    parts: shape.parts.map((rings, part) =>
      part === at.part ? rings.map((line, ring) => (ring === at.ring ? change(line) : line)) : rings,
    ),
  };
}

/** The position of a vertex; `null` when there is none. */
export function vertexAt(shape: Shape, at: VertexAt): Position | null {
  return shape.parts[at.part]?.[at.ring]?.[at.index] ?? null;
}

/** Puts a vertex elsewhere. */
export function moveVertex(shape: Shape, at: VertexAt, to: Position): Shape {
  return withRing(shape, at, (ring) => ring.map((position, index) => (index === at.index ? to : position)));
}

/** Puts a new vertex in before the one at `at`. */
export function insertVertex(shape: Shape, at: VertexAt, position: Position): Shape {
  return withRing(shape, at, (ring) => [...ring.slice(0, at.index), position, ...ring.slice(at.index)]);
}

/**
 * Takes a vertex away.
 *
 * A hole or part that would be too small goes as a whole; `null` when nothing would be left.
 */
export function deleteVertex(shape: Shape, at: VertexAt): Shape | null {
  const ring = shape.parts[at.part]?.[at.ring];
  if (!ring) return shape;
  if (ring.length > LEAST[shape.dimension]) {
    return withRing(shape, at, (line) => line.filter((_, index) => index !== at.index));
  }
  return at.ring > 0 ? removeRing(shape, at.part, at.ring) : removePart(shape, at.part);
}

/** Takes a hole away; the outer ring takes its part with it. */
export function removeRing(shape: Shape, part: number, ring: number): Shape | null {
  if (ring === 0) return removePart(shape, part);
  return {
    ...shape,
    parts: shape.parts.map((rings, index) => (index === part ? rings.filter((_, at) => at !== ring) : rings)),
  };
}

/** Takes a part away; `null` when it was the last. */
export function removePart(shape: Shape, part: number): Shape | null {
  const parts = shape.parts.filter((_, index) => index !== part);
  return parts.length > 0 ? { ...shape, parts } : null;
}

/** Adds a part, such as a second bed to a green. */
export function addPart(shape: Shape, ring: Ring): Shape {
  return { ...shape, parts: [...shape.parts, [ring]] };
}

/** The same shape with every position changed. */
export function mapPositions(shape: Shape, change: (position: Position) => Position): Shape {
  return { ...shape, parts: shape.parts.map((part) => part.map((ring) => ring.map(change))) };
}

/** Why a shape cannot be kept; `null` when it can. */
export function faultOf(shape: Shape): "too-many-vertices" | "too-few-vertices" | null {
  if (vertexCount(shape) > VERTEX_LIMIT) return "too-many-vertices";
  const small = shape.parts.some((part) => part.some((ring) => ring.length < LEAST[shape.dimension]));
  return small || shape.parts.length === 0 ? "too-few-vertices" : null;
}
