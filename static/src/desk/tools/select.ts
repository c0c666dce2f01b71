// Selecting: by click, box and lasso.
import { el } from "../../lib/dom";
import { shapeOf } from "../geometry/cached";
import { caught } from "../geometry/inside";
import type { Drawn } from "../map_view";
import type { Position } from "../model/types";
import { type Aimed, type Bench, sketched, type Tool } from "./tool";

type Mode = "one" | "box" | "lasso";

export class SelectTool implements Tool {
  readonly #bench: Bench;
  #mode: Mode = "one";
  #ring: Position[] = [];
  /** First corner of a box, in pixels, so that it lies straight on the screen. */
  #corner: Aimed | null = null;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  hint(): string {
    const { say } = this.#bench.desk;
    if (this.#mode === "box") return say("editor-hint-box");
    return this.#mode === "lasso" ? say("editor-hint-lasso") : say("editor-hint-select");
  }

  controls(): Node[] {
    const { say } = this.#bench.desk;
    const modes: [Mode, string][] = [
      ["one", say("editor-mode-one")],
      ["box", say("editor-mode-box")],
      ["lasso", say("editor-mode-lasso")],
    ];
    const group = el("div", { class: "choice", role: "group", "aria-label": say("editor-mode") });
    for (const [mode, words] of modes) {
      const pressed = String(this.#mode === mode);
      const button = el(
        "button",
        { type: "button", class: "choice__one", "data-mode": mode, "aria-pressed": pressed },
        words,
      );
      button.addEventListener("click", () => {
        this.#mode = mode;
        this.#bench.redraw();
      });
      group.append(button);
    }
    return [group];
  }

  click(at: Aimed): void {
    const { desk } = this.#bench;
    const id = this.#bench.meantThing({ ...at, place: at.raw });
    if (id !== null) {
      this.#choose([id], at.add);
      return;
    }
    const far = this.#bench.map.tileHit(at.pixel, at.by === "mouse" ? 8 : 18);
    if (far) {
      void desk.ensure([far.id]).then((there) => this.#choose(there, at.add));
      return;
    }
    if (!at.add) desk.select([]);
    if (at.by === "keys") desk.announce(desk.say("editor-nothing-here"));
  }

  #choose(ids: readonly string[], add: boolean): void {
    const { desk } = this.#bench;
    const [only] = ids;
    if (add && ids.length === 1 && only !== undefined) desk.toggle(only);
    else desk.select(add ? [...desk.selection, ...ids] : ids);
    const chosen = desk.selection;
    desk.announce(
      chosen.length === 0
        ? desk.say("editor-selected-none")
        : desk.say("editor-selected", { what: desk.named(chosen) }),
    );
  }

  grab(at: Aimed): boolean {
    if (this.#mode === "one" && !(at.add && at.by === "mouse")) return false;
    this.#corner = at;
    this.#ring = [at.raw];
    return true;
  }

  drag(at: Aimed): void {
    if (this.#mode === "lasso") this.#ring.push(at.raw);
    else if (this.#corner) this.#ring = this.#box(this.#corner, at);
    this.#bench.redraw();
  }

  #box({ pixel: one }: Aimed, { pixel: other }: Aimed): Position[] {
    const { map } = this.#bench;
    return [
      map.toPlace(one),
      map.toPlace({ x: other.x, y: one.y }),
      map.toPlace(other),
      map.toPlace({ x: one.x, y: other.y }),
    ];
  }

  drop(at: Aimed): void {
    const { desk } = this.#bench;
    const ring = this.#ring;
    this.#ring = [];
    this.#corner = null;
    if (!desk.near) {
      desk.announce(desk.say("editor-zoom-in-to-select"));
    } else if (ring.length > 2) {
      const found = desk.inSight().filter(({ state }) => caught(shapeOf(state.geometry), ring));
      this.#choose(
        found.map(({ id }) => id),
        at.add,
      );
    }
    this.#bench.redraw();
  }

  key(event: KeyboardEvent, at: Aimed): boolean {
    if (event.key === "Enter") {
      this.click(at);
      return true;
    }
    if (event.key === "Escape" && this.#bench.desk.selection.length > 0) {
      this.#bench.desk.select([]);
      return true;
    }
    return false;
  }

  sketch(): Drawn[] {
    return this.#ring.length > 2 ? sketched("band", { dimension: 2, parts: [[this.#ring]] }) : [];
  }
}
