// Drawing a point, a line or a ring: the part that adding, splitting, cutting holes and rows have in common.
import { area_m2, lineLength_m } from "../geometry/measure";
import { distance_m } from "../geometry/plane";
import type { Dimension } from "../geometry/shape";
import type { Drawn } from "../map_view";
import type { Position } from "../model/types";
import { shownArea, shownLength } from "../words";
import { type Aimed, type Bench, dot, sketched, type Tool } from "./tool";

/** Vertices nearer than this, in metres, are one. */
const TWIN_M = 0.005;

export abstract class Drawing implements Tool {
  protected readonly bench: Bench;
  #positions: Position[] = [];
  #here: Aimed | null = null;

  constructor(bench: Bench) {
    this.bench = bench;
  }

  /** What is drawn now; `null` when nothing can be. */
  protected abstract dimension(): Dimension | null;
  /** Takes what was drawn; answers whether it could be used. */
  protected abstract drawn(positions: Position[]): void;
  /** What to do before the first vertex. */
  protected abstract invitation(): string;

  protected get begun(): boolean {
    return this.#positions.length > 0;
  }

  hint(): string {
    const { desk } = this.bench;
    if (!this.begun) return this.invitation();
    const all = this.#withHere();
    const size =
      this.dimension() === 2
        ? shownArea(area_m2({ dimension: 2, parts: [[all]] }), desk.lang)
        : shownLength(lineLength_m(all), desk.lang);
    return desk.say("editor-drawing", { n: this.#positions.length, size });
  }

  hover(at: Aimed): void {
    this.#here = at;
    this.bench.redraw();
  }

  click(at: Aimed): void {
    const dimension = this.dimension();
    if (dimension === null) return;
    this.#here = at;
    if (dimension === 0) {
      this.drawn([at.place]);
      this.bench.redraw();
      return;
    }
    const last = this.#positions.at(-1);
    if (last && distance_m(last, at.place) < TWIN_M) {
      // Enter twice at one place ends the drawing, as a double click does.
      if (at.by === "keys") this.finish();
      return;
    }
    const [first] = this.#positions;
    const closes = dimension === 2 && first && this.#positions.length > 2;
    if (closes && distance_m(first, at.place) < this.bench.reach(at.by) / 2) {
      this.finish();
      return;
    }
    this.#positions.push(at.place);
    if (at.by === "keys") {
      this.bench.desk.announce(this.bench.desk.say("editor-vertex-set", { n: this.#positions.length }));
    }
    this.bench.redraw();
  }

  double(): void {
    this.finish();
  }

  key(event: KeyboardEvent, at: Aimed): boolean {
    if (event.key === "Enter" && (event.ctrlKey || (this.begun && this.#here?.by !== "keys"))) {
      this.finish();
      return true;
    }
    if (event.key === "Enter") {
      this.click(at);
      return true;
    }
    if (event.key.startsWith("Arrow") && !event.altKey) this.#here = at;
    if (event.key === "Backspace" && this.begun) {
      this.#positions.pop();
      this.bench.redraw();
      return true;
    }
    if (event.key === "Escape" && this.begun) {
      this.cancel();
      return true;
    }
    return false;
  }

  cancel(): void {
    this.#positions = [];
    this.bench.redraw();
  }

  leave(): void {
    this.#positions = [];
  }

  canFinish(): boolean {
    const dimension = this.dimension();
    return dimension !== null && dimension > 0 && this.#positions.length > dimension;
  }

  finish(): void {
    if (!this.canFinish()) {
      if (this.begun) this.bench.desk.announce(this.bench.desk.say("editor-too-few-vertices"));
      return;
    }
    const positions = this.#positions;
    this.#positions = [];
    this.drawn(positions);
    this.bench.redraw();
  }

  #withHere(): Position[] {
    const here = this.#here?.place;
    return here ? [...this.#positions, here] : this.#positions;
  }

  sketch(): Drawn[] {
    const found: Drawn[] = [];
    const here = this.#here;
    if (here?.snapped) found.push(dot("snap", here.place));
    if (!this.begun) return found;
    const all = this.#withHere();
    if (this.dimension() === 2 && all.length > 2) {
      found.push(...sketched("band", { dimension: 2, parts: [[all]] }));
    } else if (all.length > 1) {
      found.push(...sketched("band", { dimension: 1, parts: [[all]] }));
    }
    if (this.#positions.length > 1) {
      found.push(...sketched("shape", { dimension: 1, parts: [[this.#positions]] }));
    }
    found.push(...this.#positions.map((place) => dot("vertex", place)));
    return found;
  }
}
