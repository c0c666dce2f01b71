// The state of the editor in one place: what is there, what is selected, what the clerk does. It knows no page and
// no map; those listen to it.
import type { Bounds } from "../lib/geo";
import type { DeskApi } from "./api";
import { boxOf, overlap, shapeOf } from "./geometry/cached";
import { faultOf } from "./geometry/shape";
import {
  amended,
  done,
  type EditDocument,
  EMPTY,
  redone,
  type Thing,
  thing,
  things,
  undone,
  withBase,
  withLog,
  withoutBase,
} from "./model/document";
import { newId } from "./model/ids";
import type { DeskKind } from "./model/kind";
import type { Asset, Change, Gesture, Position } from "./model/types";
import { SightLoader } from "./sight_loader";
import type { Lang, Say } from "./words";

/** What listeners are told of. */
export type DeskEvent = "document" | "selection" | "shown" | "said" | "place";

/** Most changes that a draft may hold; the server refuses more. */
const CHANGE_LIMIT = 20_000;

/** So many loaded things are kept before those out of sight are let go. */
const KEEP_LIMIT = 15_000;

/** How long small pushes of one thing still count as one gesture. */
const MERGE_MS = 3000;

export class Desk {
  readonly api: DeskApi;
  readonly say: Say;
  readonly lang: Lang;
  readonly kinds: ReadonlyMap<string, DeskKind>;
  /** Kinds whose things are seen and can be picked. */
  readonly shown: Set<string>;
  /** Told of every change of the log, to keep it. */
  onLog: (gestures: readonly Gesture[], cursor: number) => void = () => undefined;
  #document: EditDocument = EMPTY;
  #things: readonly Thing[] | null = null;
  #selection: readonly string[] = [];
  readonly #loader: SightLoader;
  #merge: { key: string; gesture: string; at_ms: number } | null = null;
  #said = "";
  readonly #listeners: Record<DeskEvent, (() => void)[]> = {
    document: [],
    selection: [],
    shown: [],
    said: [],
    place: [],
  };

  constructor(api: DeskApi, say: Say, kinds: readonly DeskKind[], shown: readonly string[]) {
    this.api = api;
    this.say = say;
    this.lang = api.lang;
    this.kinds = new Map(kinds.map((kind) => [kind.slug, kind]));
    this.shown = new Set(shown.filter((slug) => this.kinds.has(slug)));
    this.#loader = new SightLoader(api, this.shown, {
      found: (assets, bounds) => {
        this.#forget(bounds);
        this.take(assets);
        this.#tell("place");
      },
      cut: (matched) => this.announce(say("editor-too-many-in-sight", { n: matched })),
      failed: () => this.announce(say("editor-load-failed")),
    });
  }

  on(event: DeskEvent, listener: () => void): void {
    this.#listeners[event].push(listener);
  }

  #tell(event: DeskEvent): void {
    for (const listener of this.#listeners[event]) listener();
  }

  get document(): EditDocument {
    return this.#document;
  }

  get selection(): readonly string[] {
    return this.#selection;
  }

  /** The selected things that are there. */
  selected(): Thing[] {
    return this.#selection.flatMap((id) => this.thing(id) ?? []);
  }

  thing(id: string): Thing | null {
    return thing(this.#document, id);
  }

  /** Everything that is loaded or made. */
  things(): readonly Thing[] {
    this.#things ??= things(this.#document);
    return this.#things;
  }

  /** What lies within bounds, of the kinds that are shown. */
  within(bounds: Bounds): Thing[] {
    return this.things().filter(
      ({ kind, state }) => this.shown.has(kind) && overlap(boxOf(state.geometry), bounds),
    );
  }

  /** What is in sight of the map. */
  inSight(): Thing[] {
    return this.within(this.bounds);
  }

  get bounds(): Bounds {
    return this.#loader.bounds;
  }

  /** Whether the map is near enough for the things themselves. */
  get near(): boolean {
    return this.#loader.near;
  }

  /** Whether the things in sight are loaded, so that tiles are not needed. */
  get covered(): boolean {
    return this.#loader.covered;
  }

  /** What a thing is called: its name, or its kind and number. */
  nameOf({ state, kind, number }: Thing): string {
    if (state.label) return state.label;
    const singular = this.kinds.get(kind)?.singular ?? kind;
    return number === null ? `${singular} (${this.say("editor-mark-new")})` : `${singular} ${number}`;
  }

  /** Names one thing, or counts several. */
  named(ids: readonly string[]): string {
    const [first] = ids;
    const only = ids.length === 1 && first !== undefined ? this.thing(first) : null;
    return only ? this.nameOf(only) : this.say("editor-things", { n: ids.length });
  }

  /** Says something in words, for eyes and screen readers. */
  announce(words: string): void {
    this.#said = words;
    this.#tell("said");
  }

  get said(): string {
    return this.#said;
  }

  /**
   * Does something as one gesture.
   *
   * With a `merge` key, gestures of the same key that follow within seconds become one. Answers whether it was done.
   */
  act(label: string, changes: readonly Change[], merge?: string): boolean {
    if (changes.length === 0) return false;
    const refusal = this.#refusal(changes);
    if (refusal) {
      this.announce(refusal);
      return false;
    }
    const now = new Date();
    const gesture: Gesture = { id: newId(), label, at: now.toISOString(), changes };
    const last = this.#document.gestures[this.#document.cursor - 1];
    const merges =
      merge !== undefined &&
      this.#merge?.key === merge &&
      this.#merge.gesture === last?.id &&
      now.getTime() - this.#merge.at_ms < MERGE_MS;
    this.#document = merges ? amended(this.#document, gesture) : done(this.#document, gesture);
    this.#merge = merge === undefined ? null : { key: merge, gesture: gesture.id, at_ms: now.getTime() };
    this.#changed();
    this.announce(label);
    return true;
  }

  #refusal(changes: readonly Change[]): string | null {
    const barred = changes.find(({ kind }) => this.kinds.get(kind)?.writable !== true);
    if (barred) {
      return this.say("editor-not-writable", { kind: this.kinds.get(barred.kind)?.title ?? barred.kind });
    }
    const held = this.#document.gestures
      .slice(0, this.#document.cursor)
      .reduce((sum, gesture) => sum + gesture.changes.length, changes.length);
    if (held > CHANGE_LIMIT) return this.say("editor-draft-full");
    const faults = changes.map(({ after }) => (after ? faultOf(shapeOf(after.geometry)) : null));
    if (faults.includes("too-many-vertices")) return this.say("editor-too-many-vertices");
    return faults.includes("too-few-vertices") ? this.say("editor-too-few-vertices") : null;
  }

  #changed(): void {
    this.#things = null;
    this.onLog(this.#document.gestures, this.#document.cursor);
    this.#tell("document");
    this.#prune();
  }

  /** Takes out of the selection what is no longer there. */
  #prune(): void {
    const there = this.#selection.filter((id) => this.thing(id));
    if (there.length !== this.#selection.length) this.select(there);
  }

  undo(): void {
    const gesture = this.#document.gestures[this.#document.cursor - 1];
    if (!gesture) {
      this.announce(this.say("editor-nothing-to-undo"));
      return;
    }
    this.#document = undone(this.#document);
    this.#merge = null;
    this.#changed();
    this.announce(this.say("editor-undone", { what: gesture.label }));
  }

  redo(): void {
    const gesture = this.#document.gestures[this.#document.cursor];
    if (!gesture) {
      this.announce(this.say("editor-nothing-to-redo"));
      return;
    }
    this.#document = redone(this.#document);
    this.#merge = null;
    this.#changed();
    this.announce(this.say("editor-redone", { what: gesture.label }));
  }

  /** Puts the log of a draft in place of what was there; it is not kept anew. */
  takeLog(log: { gestures: readonly Gesture[]; cursor: number }): void {
    this.#document = withLog(this.#document, log.gestures, log.cursor);
    this.#things = null;
    this.#merge = null;
    this.#tell("document");
    this.#prune();
  }

  /** Takes in what the server has now of some assets. */
  take(assets: readonly Asset[], removed: readonly string[] = []): void {
    this.#document = withoutBase(withBase(this.#document, assets), removed);
    this.#things = null;
    this.#tell("document");
    this.#prune();
  }

  select(ids: readonly string[]): void {
    const wanted = [...new Set(ids)];
    if (wanted.length === this.#selection.length && wanted.every((id, at) => id === this.#selection[at]))
      return;
    this.#selection = wanted;
    this.#tell("selection");
  }

  /** Adds to the selection what is not in it, or takes out what is. */
  toggle(id: string): void {
    const held = this.#selection.includes(id);
    this.select(held ? this.#selection.filter((one) => one !== id) : [...this.#selection, id]);
  }

  /** Makes sure that assets are loaded; answers those that could be. */
  async ensure(ids: readonly string[]): Promise<string[]> {
    const missing = ids.filter((id) => !this.thing(id) && !this.#document.edited.has(id));
    for (let at = 0; at < missing.length; at += 8) {
      const asked = missing.slice(at, at + 8).map((id) => this.api.feature(id));
      const answers = await Promise.allSettled(asked);
      this.take(answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : [])));
    }
    return ids.filter((id) => this.thing(id));
  }

  show(slug: string, on: boolean): void {
    if (on) this.shown.add(slug);
    else this.shown.delete(slug);
    this.#tell("shown");
    void this.load();
  }

  /** The map has come to rest elsewhere. */
  async moveTo(bounds: Bounds, zoom: number): Promise<void> {
    this.#loader.look(bounds, zoom);
    this.#tell("place");
    await this.load();
  }

  /** Loads what is in sight, unless it is there already. */
  load(fresh = false): Promise<void> {
    return this.#loader.load(fresh);
  }

  /** Lets go of things far out of sight once there are too many. */
  #forget(bounds: Bounds): void {
    if (this.#document.base.size < KEEP_LIMIT) return;
    const chosen = new Set(this.#selection);
    const far = [...this.#document.base.values()].filter(
      ({ id, geometry }) =>
        !chosen.has(id) && !this.#document.edited.has(id) && !overlap(boxOf(geometry), bounds),
    );
    this.#document = withoutBase(
      this.#document,
      far.map(({ id }) => id),
    );
  }

  /** The middle of what is in sight. */
  centre(): Position {
    const [w, s, e, n] = this.bounds;
    return [(w + e) / 2, (s + n) / 2];
  }
}
