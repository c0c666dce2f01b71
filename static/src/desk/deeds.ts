// What the buttons do at once to what is selected.
import type { Desk } from "./desk";
import { openCoordinates } from "./dialogs/coordinates";
import { shapeOf } from "./geometry/cached";
import { join } from "./geometry/join";
import { fromShape, vertices } from "./geometry/shape";
import type { EditMap } from "./map_view";
import { joined, move, remove, reshape } from "./model/actions";
import type { Thing } from "./model/document";
import type { Position } from "./model/types";
import { AddTool, addThing, dimensionsOf } from "./tools/add";
import { nudgeOf, ReshapeTool } from "./tools/reshape";
import type { Workbench } from "./tools/workbench";
import type { Say } from "./words";

export interface DeedParts {
  desk: Desk;
  map: EditMap;
  bench: Workbench;
  say: Say;
  sprite: string;
}

export class Deeds {
  readonly #parts: DeedParts;
  #copied: readonly Thing[] = [];

  constructor(parts: DeedParts) {
    this.#parts = parts;
  }

  nudge(event: KeyboardEvent): boolean {
    const { desk, say } = this.#parts;
    const by = nudgeOf(event);
    if (!by || desk.selection.length === 0) return by !== null;
    const label = say("editor-did-move", { what: desk.named(desk.selection) });
    desk.act(label, move(desk.document, desk.selection, by), `nudge:${desk.selection.join()}`);
    return true;
  }

  #nothingSelected(): boolean {
    const { desk, say } = this.#parts;
    if (desk.selection.length > 0) return false;
    desk.announce(say("editor-select-first"));
    return true;
  }

  join(): void {
    const { desk, say } = this.#parts;
    const selected = desk.selected();
    if (selected.length < 2 || new Set(selected.map(({ kind }) => kind)).size > 1) {
      desk.announce(say("editor-join-choose"));
      return;
    }
    const shape = join(selected.map(({ state }) => shapeOf(state.geometry)));
    const geometry = shape && fromShape(shape);
    const [first] = selected;
    if (!geometry || !first) {
      desk.announce(say("editor-join-mixed"));
      return;
    }
    const ids = selected.map(({ id }) => id);
    const label = say("editor-did-join", { what: desk.nameOf(first), n: ids.length });
    if (desk.act(label, joined(desk.document, ids, geometry))) desk.select([first.id]);
  }

  delete(): void {
    const { desk, say } = this.#parts;
    if (this.#nothingSelected()) return;
    const label = say("editor-did-remove", { what: desk.named(desk.selection) });
    if (desk.act(label, remove(desk.document, desk.selection))) desk.select([]);
  }

  copy(): void {
    const { desk, say } = this.#parts;
    if (this.#nothingSelected()) return;
    this.#copied = desk.selected();
    desk.announce(say("editor-copied", { n: this.#copied.length }));
  }

  place(): void {
    if (this.#copied.length > 0) this.#parts.bench.use("place", this.#copied);
  }

  /** Exact coordinates of the chosen vertex, of the selected point, or of a new point. */
  coordinates(): void {
    const { desk, sprite, say, map } = this.#parts;
    const { tool } = this.#parts.bench;
    const vertex = tool instanceof ReshapeTool ? tool.vertex : null;
    const open = (title: string, present: Position | null, use: (place: Position) => void): void =>
      openCoordinates(desk, sprite, {
        title,
        present,
        use: (place) => {
          use(place);
          map.centre(place);
        },
      });
    if (tool instanceof ReshapeTool && vertex) {
      open(say("editor-coordinates-vertex"), vertex.place, (place) => tool.place(place));
      return;
    }
    const adding = tool instanceof AddTool ? tool.kind : null;
    if (adding && dimensionsOf(adding).includes(0)) {
      open(say("editor-coordinates-new", { what: adding.singular }), desk.centre(), (place) => {
        addThing(this.#parts.bench, adding, { type: "Point", coordinates: place });
      });
      return;
    }
    const selected = desk.selected();
    const [only] = selected;
    const shape = only && shapeOf(only.state.geometry);
    const place = shape && vertices(shape)[0]?.position;
    if (only && place && selected.length === 1 && shape.dimension === 0) {
      open(desk.nameOf(only), place, (to) => {
        const label = say("editor-did-move", { what: desk.nameOf(only) });
        desk.act(label, reshape(desk.document, only.id, { type: "Point", coordinates: to }));
      });
    } else desk.announce(say("editor-coordinates-choose"));
  }

  /** Moves the one selected point to a place, such as that of a photo. */
  moveTo(place: Position): void {
    const { desk, say } = this.#parts;
    const [only, ...others] = desk.selected();
    if (!only || others.length > 0 || shapeOf(only.state.geometry).dimension !== 0) {
      desk.announce(say("editor-photo-place-points"));
      return;
    }
    const label = say("editor-did-move", { what: desk.nameOf(only) });
    const to = reshape(desk.document, only.id, { type: "Point", coordinates: place });
    if (!desk.act(label, to)) desk.announce(say("editor-photo-place-same"));
  }
}
