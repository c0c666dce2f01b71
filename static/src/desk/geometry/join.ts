// Joining lines and areas, and taking one area out of another.
import { difference, type Geom, intersection, union } from "polyclip-ts";
import type { Position } from "../model/types";
import { inRing } from "./inside";
import { distance_m } from "./plane";
import { type Part, type Ring, type Shape, toShape } from "./shape";

/** Ends of lines nearer than this, in metres, are joined into one vertex. */
export const JOIN_REACH_M = 0.3;

/** Joins shapes of one dimension; `null` for mixtures and for fewer than two. */
export function join(shapes: readonly Shape[]): Shape | null {
  const [first] = shapes;
  if (!first || shapes.length < 2) return null;
  if (shapes.some(({ dimension }) => dimension !== first.dimension)) return null;
  if (first.dimension === 0) return { dimension: 0, parts: shapes.flatMap(({ parts }) => parts) };
  return first.dimension === 1 ? joinLines(shapes) : joinAreas(shapes);
}

/** Chains lines end to end, turning them where needed; what meets nothing becomes a part. */
function joinLines(shapes: readonly Shape[]): Shape {
  const waiting = shapes.flatMap(({ parts }) => parts.map((part) => [...(part[0] ?? [])]));
  const chains: Position[][] = [];
  while (waiting.length > 0) {
    let chain = waiting.shift() ?? [];
    for (let found = true; found; ) {
      found = false;
      for (const [index, line] of waiting.entries()) {
        const longer = chained(chain, line);
        if (!longer) continue;
        chain = longer;
        waiting.splice(index, 1);
        found = true;
        break;
      }
    }
    chains.push(chain);
  }
  return { dimension: 1, parts: chains.map((line) => [line]) };
}

function chained(chain: readonly Position[], line: readonly Position[]): Position[] | null {
  const meets = (one: Position | undefined, other: Position | undefined): boolean =>
    one !== undefined && other !== undefined && distance_m(one, other) <= JOIN_REACH_M;
  const turned = [...line].reverse();
  if (meets(chain.at(-1), line[0])) return [...chain, ...line.slice(1)];
  if (meets(chain.at(-1), turned[0])) return [...chain, ...turned.slice(1)];
  if (meets(line.at(-1), chain[0])) return [...line.slice(0, -1), ...chain];
  if (meets(turned.at(-1), chain[0])) return [...turned.slice(0, -1), ...chain];
  return null;
}

/** Areas as the clipping library takes them. */
function toGeom({ parts }: Shape): Geom {
  return parts.map((part) => part.map((ring) => closedRing(ring)));
}

function closedRing(ring: Ring): [number, number][] {
  const [first] = ring;
  return first ? [...ring, first].map(([lon, lat]) => [lon, lat]) : [];
}

/** Reads what the clipping library answers; `null` for nothing. */
function fromGeom(found: [number, number][][][]): Shape | null {
  return found.length > 0 ? toShape({ type: "MultiPolygon", coordinates: found }) : null;
}

/** One area where they touch or overlap, parts where they lie apart. */
function joinAreas([first, ...others]: readonly Shape[]): Shape | null {
  return first ? fromGeom(union(toGeom(first), ...others.map(toGeom))) : null;
}

/**
 * Cuts a hole into an area.
 *
 * A ring that crosses the edge bites a piece off. `null` when nothing is left or the ring takes nothing away.
 */
export function cutHole(shape: Shape, ring: Ring): Shape | null {
  if (shape.dimension !== 2 || ring.length < 3) return null;
  const tool: Shape = { dimension: 2, parts: [[ring]] };
  if (intersection(toGeom(shape), toGeom(tool)).length === 0) return null;
  const whole = shape.parts.findIndex((part) => liesWithin(ring, part));
  if (whole >= 0) {
    // The ring is taken as it was drawn, so that no corner moves by a rounding.
    return { ...shape, parts: shape.parts.map((part, index) => (index === whole ? [...part, ring] : part)) };
  }
  return fromGeom(difference(toGeom(shape), toGeom(tool)));
}

/** Whether a ring lies wholly within a part and touches neither its edge nor its holes. */
function liesWithin(ring: Ring, [outer, ...holes]: Part): boolean {
  if (!outer || !ring.every((position) => inRing(position, outer))) return false;
  const overlap = intersection([[closedRing(ring)]], [[closedRing(outer)]]);
  const kept = overlap.length === 1 && overlap[0]?.length === 1;
  const same = kept && (overlap[0]?.[0]?.length ?? 0) === ring.length + 1;
  const clear = holes.every((hole) => intersection([[closedRing(ring)]], [[closedRing(hole)]]).length === 0);
  return same && clear;
}
