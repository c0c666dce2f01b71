// What the clerk works on: assets as the server has them, and the log of gestures over them. Nothing here is ever
// changed in place; undo and redo only move the cursor.
import type { Asset, Change, Gesture, State } from "./types";

/** What the draft has made of one asset so far. */
export interface Edited {
  kind: string;
  /** The asset before the draft touched it; `null` for one that the draft made. */
  origin: State | null;
  base_rev: number | null;
  /** The asset now; `null` when the draft removed it. */
  state: State | null;
  /** How many done gestures touched it. */
  touched: number;
}

export interface EditDocument {
  base: ReadonlyMap<string, Asset>;
  gestures: readonly Gesture[];
  /** Gestures before it are done, those after it undone. */
  cursor: number;
  /** Follows from the gestures before the cursor. */
  edited: ReadonlyMap<string, Edited>;
}

/** An asset as the clerk sees it now. */
export interface Thing {
  id: string;
  kind: string;
  state: State;
  /** Registry number; `null` when the server has given none yet. */
  number: number | null;
  mark: "same" | "new" | "changed";
}

/** A document without anything. */
export const EMPTY: EditDocument = { base: new Map(), gestures: [], cursor: 0, edited: new Map() };

function forward(edited: Map<string, Edited>, { asset, kind, base_rev, before, after }: Change): void {
  const known = edited.get(asset);
  edited.set(
    asset,
    known
      ? { ...known, state: after, touched: known.touched + 1 }
      : { kind, origin: before, base_rev, state: after, touched: 1 },
  );
}

function backward(edited: Map<string, Edited>, { asset, before }: Change): void {
  const known = edited.get(asset);
  if (!known) return;
  if (known.touched <= 1) edited.delete(asset);
  else edited.set(asset, { ...known, state: before, touched: known.touched - 1 });
}

/** Takes assets in as the server has them now. */
export function withBase(document: EditDocument, assets: readonly Asset[]): EditDocument {
  const base = new Map(document.base);
  for (const asset of assets) base.set(asset.id, asset);
  return { ...document, base };
}

/** Forgets assets that the server no longer has. */
export function withoutBase(document: EditDocument, ids: readonly string[]): EditDocument {
  const base = new Map(document.base);
  for (const id of ids) base.delete(id);
  return { ...document, base };
}

/** Does a gesture; what was undone before can then no longer be redone. */
export function done(document: EditDocument, gesture: Gesture): EditDocument {
  const edited = new Map(document.edited);
  for (const change of gesture.changes) forward(edited, change);
  const gestures = [...document.gestures.slice(0, document.cursor), gesture];
  return { ...document, gestures, cursor: gestures.length, edited };
}

/** Puts the log of a draft over the assets. */
export function withLog(document: EditDocument, gestures: readonly Gesture[], cursor: number): EditDocument {
  const edited = new Map<string, Edited>();
  for (const gesture of gestures.slice(0, cursor)) {
    for (const change of gesture.changes) forward(edited, change);
  }
  return { ...document, gestures: [...gestures], cursor: Math.min(cursor, gestures.length), edited };
}

/** Undoes the last gesture; the same document when there is none. */
export function undone(document: EditDocument): EditDocument {
  const gesture = document.gestures[document.cursor - 1];
  if (!gesture) return document;
  const edited = new Map(document.edited);
  for (const change of [...gesture.changes].reverse()) backward(edited, change);
  return { ...document, cursor: document.cursor - 1, edited };
}

/** Does the next undone gesture again; the same document when there is none. */
export function redone(document: EditDocument): EditDocument {
  const gesture = document.gestures[document.cursor];
  if (!gesture) return document;
  const edited = new Map(document.edited);
  for (const change of gesture.changes) forward(edited, change);
  return { ...document, cursor: document.cursor + 1, edited };
}

/**
 * Does a gesture in place of the last one, both together: many small pushes become one.
 *
 * Each asset goes from where it was before the first to where the second left it.
 */
export function amended(document: EditDocument, gesture: Gesture): EditDocument {
  const last = document.gestures[document.cursor - 1];
  if (!last) return done(document, gesture);
  const changes = new Map(last.changes.map((change) => [change.asset, change]));
  for (const change of gesture.changes) {
    const first = changes.get(change.asset);
    changes.set(change.asset, first ? { ...first, after: change.after } : change);
  }
  return done(undone(document), { ...gesture, changes: [...changes.values()] });
}

/** The state of an asset now; `null` when it is removed or not known. */
export function stateOf(document: EditDocument, id: string): State | null {
  const edited = document.edited.get(id);
  return edited ? edited.state : (document.base.get(id) ?? null);
}

/** An asset now; `null` when it is removed or not known. */
export function thing(document: EditDocument, id: string): Thing | null {
  const asset = document.base.get(id);
  const edited = document.edited.get(id);
  const state = edited ? edited.state : asset && plain(asset);
  const kind = edited?.kind ?? asset?.kind;
  if (!state || kind === undefined) return null;
  const mark = !edited ? "same" : edited.origin === null ? "new" : "changed";
  return { id, kind, state, number: asset?.number ?? null, mark };
}

/** Every asset that is there now: those of the server and those of the draft. */
export function things(document: EditDocument): Thing[] {
  const ids = new Set([...document.base.keys(), ...document.edited.keys()]);
  return [...ids].flatMap((id) => {
    const found = thing(document, id);
    return found ? [found] : [];
  });
}

/** The fields of an asset that a clerk can change, alone. */
export function plain({ geometry, label, attributes, status, part_of }: State): State {
  return { geometry, label, attributes, status, part_of };
}

/** What the draft comes to in the end, asset by asset. */
export interface Net {
  id: string;
  kind: string;
  what: "new" | "changed" | "removed";
}

/** The net changes; what was made and removed again, or ends as it began, is none. */
export function netChanges(document: EditDocument): Net[] {
  return [...document.edited].flatMap(([id, { kind, origin, state }]): Net[] => {
    if (!origin) return state ? [{ id, kind, what: "new" }] : [];
    if (!state) return [{ id, kind, what: "removed" }];
    return sameState(origin, state) ? [] : [{ id, kind, what: "changed" }];
  });
}

/** Whether two states say the same, whatever the order of their attributes. */
export function sameState(one: State, other: State): boolean {
  const written = (state: State): string =>
    JSON.stringify([
      state.geometry.type,
      state.geometry.coordinates,
      state.label,
      state.status,
      state.part_of,
      Object.entries(state.attributes)
        .filter(([, value]) => value !== null)
        .sort(([first], [second]) => (first < second ? -1 : 1)),
    ]);
  return written(one) === written(other);
}
