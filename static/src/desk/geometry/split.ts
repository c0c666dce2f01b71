// Cutting lines at a place and areas along a line.
import type { Position } from "../model/types";
import { cutAtCrossings, facesOf, type Side, turn } from "./faces";
import { nearestEdge } from "./hit";
import { inPart, inRing } from "./inside";
import { distance_m } from "./plane";
import { edges, type Part, type Ring, type Shape } from "./shape";

/**
 * Splits a line at the place on it that is nearest to `place`.
 *
 * Answers two lines, or `null` when the place lies out of reach or at an end. Other parts stay with the first.
 */
export function splitLine(shape: Shape, place: Position, reach_m: number): [Shape, Shape] | null {
  if (shape.dimension !== 1) return null;
  const near = nearestEdge(place, shape, reach_m);
  if (!near) return null;
  const { part, index } = near.edge.at;
  const line = shape.parts[part]?.[0] ?? [];
  const cut = near.position;
  const before = withoutTwin([...line.slice(0, index), cut]);
  const after = withoutTwin([cut, ...line.slice(index)]);
  if (before.length < 2 || after.length < 2) return null;
  return [
    { dimension: 1, parts: shape.parts.map((rings, at) => (at === part ? [before] : rings)) },
    { dimension: 1, parts: [[after]] },
  ];
}

/** A line without neighbours that are less than a millimetre apart. */
function withoutTwin(line: readonly Position[]): Position[] {
  return line.filter((position, index) => {
    const before = line[index - 1];
    return !before || distance_m(before, position) > 0.001;
  });
}

/**
 * Splits an area along a line; holes are kept, and cut through where the line crosses them.
 *
 * Answers the pieces, each a shape of its own; the parts that the line does not touch stay with the first piece.
 * `null` when the line cuts nothing in two.
 */
export function splitArea(shape: Shape, line: readonly Position[]): Shape[] | null {
  if (shape.dimension !== 2 || line.length < 2) return null;
  const untouched: Part[] = [];
  const pieces: Part[] = [];
  for (const part of shape.parts) {
    const cut = splitPart(part, line);
    if (cut.length < 2) untouched.push(part);
    else pieces.push(...cut);
  }
  const [first, ...others] = pieces;
  if (!first) return null;
  return [
    { dimension: 2, parts: [first, ...untouched] },
    ...others.map((part): Shape => ({ dimension: 2, parts: [part] })),
  ];
}

function splitPart(part: Part, line: readonly Position[]): Part[] {
  const firm: Side[] = edges({ dimension: 2, parts: [part] }).map(({ from, to }) => [from, to]);
  const knife: Side[] = line.slice(1).flatMap((to, index): Side[] => {
    const from = line[index];
    return from ? [[from, to]] : [];
  });
  const cut = cutAtCrossings(firm, knife);
  const within = cut.knife.filter(([from, to]) =>
    inPart([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], part),
  );
  if (within.length === 0) return [part];
  const rings = facesOf([...cut.firm, ...within]).filter((ring) => ring.length > 2);
  const faces = rings.filter((ring) => turn(ring) > 0 && inPart(justWithin(ring), part));
  const outsides = rings.filter((ring) => turn(ring) < 0);
  return faces.map((face) => [face, ...outsides.filter((ring) => isHoleOf(ring, face, faces))]);
}

/** A place within a ring that runs against the clock: just left of its longest side. */
function justWithin(ring: Ring): Position {
  let best: Position = ring[0] ?? [0, 0];
  let longest = 0;
  ring.forEach((from, index) => {
    const to = ring[(index + 1) % ring.length] ?? from;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    if (length <= longest) return;
    longest = length;
    const step = Math.min(1e-8, length * 1e-3) / length;
    best = [(from[0] + to[0]) / 2 - dy * step, (from[1] + to[1]) / 2 + dx * step];
  });
  return best;
}

/** Whether the outside of a separate net is a hole of a face: it lies in it, and in no smaller face. */
function isHoleOf(ring: Ring, face: Ring, faces: readonly Ring[]): boolean {
  const around = faces.filter((one) => holds(one, ring));
  const smallest = around.reduce<Ring | null>(
    (least, one) => (least && turn(least) <= turn(one) ? least : one),
    null,
  );
  return smallest === face;
}

/** Whether a face lies around a ring that shares no corner with it. */
function holds(face: Ring, ring: Ring): boolean {
  const corners = new Set(face.map(String));
  return ring.every((position) => !corners.has(String(position))) && inRing(ring[0] ?? [0, 0], face);
}
