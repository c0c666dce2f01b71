// Points in a row along a line: lamps of a street, trees of an alley, graves of a row.
import type { Position } from "../model/types";
import { lineLength_m } from "./measure";
import { distance_m } from "./plane";

/** Most things that one row makes. */
export const ROW_LIMIT = 1000;

/** The place so many metres along a line; past its end the end. */
export function placeAlong(line: readonly Position[], along_m: number): Position | null {
  let left = along_m;
  for (let index = 1; index < line.length; index += 1) {
    const from = line[index - 1];
    const to = line[index];
    if (!from || !to) continue;
    const length = distance_m(from, to);
    if (left <= length && length > 0) {
      const share = Math.max(0, left / length);
      return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    }
    left -= length;
  }
  return line.at(-1) ?? null;
}

/** So many places at even distances, both ends of the line included; one alone stands in the middle. */
export function evenly(line: readonly Position[], count: number): Position[] {
  const length = lineLength_m(line);
  const whole = Math.min(Math.max(0, Math.trunc(count)), ROW_LIMIT);
  const places: Position[] = [];
  for (let index = 0; index < whole; index += 1) {
    const along = whole === 1 ? length / 2 : (length * index) / (whole - 1);
    const place = index > 0 && index === whole - 1 ? (line.at(-1) ?? null) : placeAlong(line, along);
    if (place) places.push(place);
  }
  return places;
}

/** Places at a given distance from the line's beginning on, as many as fit. */
export function everyMetres(line: readonly Position[], step_m: number): Position[] {
  if (!(step_m > 0)) return [];
  // A hair is added, so that the end counts although its distance was rounded.
  const count = Math.min(Math.floor(lineLength_m(line) / step_m + 1e-6) + 1, ROW_LIMIT);
  const places: Position[] = [];
  for (let index = 0; index < count; index += 1) {
    const place = placeAlong(line, index * step_m);
    if (place) places.push(place);
  }
  return places;
}
