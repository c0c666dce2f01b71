// Moving whole things, and placing copies: both carry a ghost from one place to another.
import { shapeOf } from "../geometry/cached";
import { type Shape, vertices } from "../geometry/shape";
import type { Drawn } from "../map_view";
import { make, moveBy, moveByDegrees } from "../model/actions";
import type { Thing } from "../model/document";
import { plain } from "../model/document";
import { newId } from "../model/ids";
import type { Position } from "../model/types";
import { type Aimed, type Bench, dot, sketched, type Tool } from "./tool";

/** So many things are drawn as ghosts; more would only be a blur. */
const GHOSTS = 200;

const between = (from: Position, to: Position): Position => [to[0] - from[0], to[1] - from[1]];

function ghosts(things: readonly Thing[], by: Position): Drawn[] {
  return things
    .slice(0, GHOSTS)
    .flatMap(({ state }) => sketched("shape", moveByDegrees(shapeOf(state.geometry), by)));
}

/** The vertex by which a shape is carried: the nearest to where it was taken. */
function handleOf(shape: Shape, near: Position): Position {
  let best = near;
  let least = Number.POSITIVE_INFINITY;
  for (const { position } of vertices(shape)) {
    const away = Math.hypot(position[0] - near[0], position[1] - near[1]);
    if (away < least) [best, least] = [position, away];
  }
  return best;
}

export class MoveTool implements Tool {
  readonly #bench: Bench;
  #from: Position | null = null;
  #here: Aimed | null = null;
  /** The press that is still down took the thing up. */
  #fresh = false;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  hint(): string {
    const { say, selection } = this.#bench.desk;
    if (this.#from) return say("editor-hint-move-to");
    return selection.length > 0 ? say("editor-hint-move") : say("editor-hint-move-choose");
  }

  except(): readonly string[] {
    return this.#from ? this.#bench.desk.selection : [];
  }

  /** Takes up what is meant, together with the rest of the selection. */
  #take(at: Aimed): boolean {
    const { desk } = this.#bench;
    const id = this.#bench.meantThing({ ...at, place: at.raw });
    if (id === null) return false;
    if (!desk.selection.includes(id)) desk.select([id]);
    const found = desk.thing(id);
    if (!found) return false;
    const shape = shapeOf(found.state.geometry);
    this.#from = shape.dimension === 0 ? handleOf(shape, at.raw) : at.raw;
    this.#here = at;
    return true;
  }

  grab(at: Aimed): boolean {
    // What is carried already is put down by a click; a drag then moves the map.
    this.#fresh = this.#from === null && this.#take(at);
    return this.#fresh;
  }

  hover(at: Aimed): void {
    if (!this.#from && !at.snapped) return;
    this.#here = at;
    this.#bench.redraw();
  }

  drag(at: Aimed): void {
    this.hover(at);
  }

  drop(at: Aimed): void {
    this.#put(at);
  }

  click(at: Aimed): void {
    const fresh = this.#fresh;
    this.#fresh = false;
    if (this.#from && !fresh) {
      this.#put(at);
      return;
    }
    const taken = fresh || this.#take(at);
    const { desk } = this.#bench;
    desk.announce(taken ? desk.say("editor-hint-move-to") : this.hint());
    this.#bench.redraw();
  }

  #put(at: Aimed): void {
    const { desk } = this.#bench;
    const from = this.#from;
    this.leave();
    if (from) {
      const label = desk.say("editor-did-move", { what: desk.named(desk.selection) });
      desk.act(label, moveBy(desk.document, desk.selection, between(from, at.place)));
    }
    this.#bench.redraw();
  }

  key(event: KeyboardEvent, at: Aimed): boolean {
    if (event.key === "Enter") {
      this.click(at);
      return true;
    }
    if (event.key === "Escape" && this.#from) {
      this.leave();
      this.#bench.redraw();
      return true;
    }
    if (this.#from && event.key.startsWith("Arrow") && !event.altKey) this.#here = at;
    return false;
  }

  leave(): void {
    this.#from = null;
    this.#here = null;
    this.#fresh = false;
  }

  sketch(): Drawn[] {
    const here = this.#here;
    if (!here) return [];
    const catching = here.snapped ? [dot("snap", here.place)] : [];
    return this.#from
      ? [...ghosts(this.#bench.desk.selected(), between(this.#from, here.place)), ...catching]
      : catching;
  }
}

/** Places copies of whole records: same attributes, new place. */
export class PlaceTool implements Tool {
  readonly #bench: Bench;
  readonly #copied: readonly Thing[];
  readonly #from: Position;
  #here: Aimed | null = null;

  constructor(bench: Bench, copied: readonly Thing[]) {
    this.#bench = bench;
    this.#copied = copied;
    const [first] = copied;
    this.#from = first ? (vertices(shapeOf(first.state.geometry))[0]?.position ?? [0, 0]) : [0, 0];
  }

  hint(): string {
    return this.#bench.desk.say("editor-hint-place", { n: this.#copied.length });
  }

  hover(at: Aimed): void {
    this.#here = at;
    this.#bench.redraw();
  }

  click(at: Aimed): void {
    const { desk } = this.#bench;
    const by = between(this.#from, at.place);
    const made = this.#copied.flatMap(({ kind, state }) => {
      const [moved] = sketched("", moveByDegrees(shapeOf(state.geometry), by));
      return moved ? [{ id: newId(), kind, state: { ...plain(state), geometry: moved.geometry } }] : [];
    });
    if (desk.act(desk.say("editor-did-copy", { n: made.length }), make(made))) {
      desk.select(made.map(({ id }) => id));
    }
    this.#bench.redraw();
  }

  key(event: KeyboardEvent, at: Aimed): boolean {
    if (event.key === "Escape") {
      this.#bench.use("select");
      return true;
    }
    if (event.key !== "Enter") return false;
    this.click(at);
    return true;
  }

  sketch(): Drawn[] {
    const here = this.#here;
    return here ? ghosts(this.#copied, between(this.#from, here.place)) : [];
  }
}
