// What a clerk can do, each a pure function from a document to the changes of one gesture. A change that changes
// nothing is left out, so that an empty list means: nothing to do.
import { type Metres, movedBy } from "../geometry/plane";
import { fromShape, mapPositions, type Shape, toShape } from "../geometry/shape";
import { type EditDocument, plain, sameState, stateOf } from "./document";
import type { Change, Geometry, Position, State, Status, Value } from "./types";

/** Fields of an asset that are set; attributes that are not named stay. */
export interface Patch {
  label?: string | null;
  status?: Status;
  part_of?: string | null;
  geometry?: Geometry;
  attributes?: Readonly<Record<string, Value>>;
}

/** Something to be made. */
export interface Made {
  id: string;
  kind: string;
  state: State;
}

function changeTo(document: EditDocument, id: string, after: State | null): Change[] {
  const edited = document.edited.get(id);
  const asset = document.base.get(id);
  const kind = edited?.kind ?? asset?.kind;
  const before = stateOf(document, id);
  if (kind === undefined || !before) return [];
  if (after && sameState(before, after)) return [];
  const base_rev = edited ? edited.base_rev : (asset?.rev ?? null);
  return [{ asset: id, kind, base_rev, before: plain(before), after }];
}

/** Makes new things. */
export function make(made: readonly Made[]): Change[] {
  return made.map(({ id, kind, state }) => ({
    asset: id,
    kind,
    base_rev: null,
    before: null,
    after: state,
  }));
}

/** Removes things. */
export function remove(document: EditDocument, ids: readonly string[]): Change[] {
  return ids.flatMap((id) => changeTo(document, id, null));
}

/** Gives a thing another geometry. */
export function reshape(document: EditDocument, id: string, geometry: Geometry): Change[] {
  return patch(document, [id], { geometry });
}

/** Moves whole things by metres east and north; each keeps its form. */
export function move(document: EditDocument, ids: readonly string[], by: Metres): Change[] {
  return shift(document, ids, (shape) => {
    const [first] = shape.parts[0]?.[0] ?? [];
    if (!first) return shape;
    const to = movedBy(first, by);
    return moveByDegrees(shape, [to[0] - first[0], to[1] - first[1]]);
  });
}

/** Moves whole things by degrees, as a pointer that drags them does. */
export function moveBy(document: EditDocument, ids: readonly string[], by: Position): Change[] {
  return shift(document, ids, (shape) => moveByDegrees(shape, by));
}

/** A shape moved by degrees. */
export function moveByDegrees(shape: Shape, [lon, lat]: Position): Shape {
  return mapPositions(shape, (position) => [position[0] + lon, position[1] + lat]);
}

function shift(document: EditDocument, ids: readonly string[], change: (shape: Shape) => Shape): Change[] {
  return ids.flatMap((id) => {
    const state = stateOf(document, id);
    const geometry = state && fromShape(change(toShape(state.geometry)));
    return geometry ? reshape(document, id, geometry) : [];
  });
}

/** Sets fields of things; an attribute set to `null` is taken away. */
export function patch(document: EditDocument, ids: readonly string[], fields: Patch): Change[] {
  return ids.flatMap((id) => {
    const state = stateOf(document, id);
    return state ? changeTo(document, id, patched(state, fields)) : [];
  });
}

/** A state with fields set. */
export function patched(state: State, { attributes, ...fields }: Patch): State {
  const merged = { ...plain(state), ...fields };
  if (!attributes) return merged;
  const all = Object.entries({ ...state.attributes, ...attributes });
  return { ...merged, attributes: Object.fromEntries(all.filter(([, value]) => value !== null)) };
}

/** Splits a thing: it keeps the first piece, the others become new things with the same fields. */
export function split(
  document: EditDocument,
  id: string,
  pieces: readonly Geometry[],
  new_ids: readonly string[],
): Change[] {
  const state = stateOf(document, id);
  const kind = document.edited.get(id)?.kind ?? document.base.get(id)?.kind;
  const [first, ...others] = pieces;
  if (!state || kind === undefined || !first || others.length === 0) return [];
  const made = others.flatMap((geometry, index): Made[] => {
    const new_id = new_ids[index];
    return new_id ? [{ id: new_id, kind, state: { ...plain(state), geometry } }] : [];
  });
  return [...reshape(document, id, first), ...make(made)];
}

/** Joins things: the first takes the whole geometry and keeps its fields, the others are removed. */
export function joined(document: EditDocument, ids: readonly string[], geometry: Geometry): Change[] {
  const [first, ...others] = ids;
  if (first === undefined) return [];
  return [...reshape(document, first, geometry), ...remove(document, others)];
}
