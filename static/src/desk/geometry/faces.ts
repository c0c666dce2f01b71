// A small planar graph: sides that were cut at their crossings, and the faces that lie between them.
import type { Position } from "../model/types";

export type Side = readonly [Position, Position];

/** Places nearer than this many degrees (a tenth of a millimetre) are one. */
const GRAIN = 1e-9;

const keyOf = ([lon, lat]: Position): string => `${Math.round(lon / GRAIN)},${Math.round(lat / GRAIN)}`;

/** Where two sides cross, as shares of each; `null` when they do not or run alongside. */
function crossing([a, b]: Side, [c, d]: Side): { of_first: number; of_second: number } | null {
  const [rx, ry] = [b[0] - a[0], b[1] - a[1]];
  const [sx, sy] = [d[0] - c[0], d[1] - c[1]];
  const across = rx * sy - ry * sx;
  if (across === 0) return null;
  const of_first = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / across;
  const of_second = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / across;
  const within = (share: number): boolean => share >= -1e-9 && share <= 1 + 1e-9;
  return within(of_first) && within(of_second) ? { of_first, of_second } : null;
}

function pointOn([from, to]: Side, share: number): Position {
  if (share <= 1e-9) return from;
  if (share >= 1 - 1e-9) return to;
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

/** Cuts sides where they cross each other, both lists at once. */
export function cutAtCrossings(
  firm: readonly Side[],
  knife: readonly Side[],
): { firm: Side[]; knife: Side[] } {
  const firm_shares = firm.map(() => [0, 1]);
  const knife_shares = knife.map(() => [0, 1]);
  knife.forEach((cut, at) => {
    firm.forEach((side, index) => {
      const met = crossing(side, cut);
      if (!met) return;
      firm_shares[index]?.push(met.of_first);
      knife_shares[at]?.push(met.of_second);
    });
    knife.slice(at + 1).forEach((other, offset) => {
      const met = crossing(cut, other);
      if (!met) return;
      knife_shares[at]?.push(met.of_first);
      knife_shares[at + 1 + offset]?.push(met.of_second);
    });
  });
  const pieces = (sides: readonly Side[], shares: readonly number[][]): Side[] =>
    sides.flatMap((side, index) => {
      const points = (shares[index] ?? [])
        .sort((one, other) => one - other)
        .map((share) => pointOn(side, share));
      return points.slice(1).flatMap((to, before): Side[] => {
        const from = points[before];
        return from && keyOf(from) !== keyOf(to) ? [[from, to]] : [];
      });
    });
  return { firm: pieces(firm, firm_shares), knife: pieces(knife, knife_shares) };
}

interface Corner {
  position: Position;
  /** Keys of the corners that it is joined with, by angle once sorted. */
  next: string[];
}

/** Twice the signed area in square degrees; positive when the ring runs against the clock. */
export function turn(ring: readonly Position[]): number {
  return ring.reduce((sum, [x, y], index) => {
    const [next_x, next_y] = ring[(index + 1) % ring.length] ?? [x, y];
    return sum + (x * next_y - next_x * y);
  }, 0);
}

function graphOf(sides: readonly Side[]): Map<string, Corner> {
  const corners = new Map<string, Corner>();
  const corner = (position: Position): Corner => {
    const key = keyOf(position);
    const known = corners.get(key) ?? { position, next: [] };
    corners.set(key, known);
    return known;
  };
  for (const [from, to] of sides) {
    const [one, other] = [corner(from), corner(to)];
    const [one_key, other_key] = [keyOf(from), keyOf(to)];
    if (!one.next.includes(other_key)) one.next.push(other_key);
    if (!other.next.includes(one_key)) other.next.push(one_key);
  }
  return corners;
}

/** Takes away sides that lead nowhere, such as a cut that ends within the area. */
function prune(corners: Map<string, Corner>): void {
  const loose = [...corners].filter(([, { next }]) => next.length < 2).map(([key]) => key);
  while (loose.length > 0) {
    const key = loose.pop() ?? "";
    const corner = corners.get(key);
    if (!corner || corner.next.length > 1) continue;
    corners.delete(key);
    for (const other of corner.next) {
      const kept = corners.get(other);
      if (!kept) continue;
      kept.next = kept.next.filter((name) => name !== key);
      if (kept.next.length < 2) loose.push(other);
    }
  }
}

/**
 * The rings around all faces of a net of sides.
 *
 * Faces that are bounded run against the clock; the outsides of connected nets run with it.
 */
export function facesOf(sides: readonly Side[]): Position[][] {
  const corners = graphOf(sides);
  prune(corners);
  for (const { position, next } of corners.values()) {
    const angle = (key: string): number => {
      const [x, y] = corners.get(key)?.position ?? position;
      return Math.atan2(y - position[1], x - position[0]);
    };
    next.sort((one, other) => angle(one) - angle(other));
  }
  const gone = new Set<string>();
  const rings: Position[][] = [];
  for (const [start, { next }] of corners) {
    for (const first of next) {
      if (gone.has(`${start}>${first}`)) continue;
      const ring: Position[] = [];
      let [from, to] = [start, first];
      while (!gone.has(`${from}>${to}`)) {
        gone.add(`${from}>${to}`);
        const here = corners.get(from);
        const there = corners.get(to);
        if (!here || !there) break;
        ring.push(here.position);
        // The face lies to the left: the next side is the one just clockwise of where we came from.
        const back = there.next.indexOf(from);
        const onward = there.next[(back + there.next.length - 1) % there.next.length];
        if (onward === undefined) break;
        [from, to] = [to, onward];
      }
      rings.push(ring);
    }
  }
  return rings;
}
