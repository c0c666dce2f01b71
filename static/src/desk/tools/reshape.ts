// Changing a shape by its vertices, in any ring of any part.
import { el } from "../../lib/dom";
import { contains } from "../../lib/geo";
import { shapeOf } from "../geometry/cached";
import { nearestEdge, nearestVertex } from "../geometry/hit";
import { movedBy } from "../geometry/plane";
import {
  deleteVertex,
  edges,
  fromShape,
  insertVertex,
  moveVertex,
  removePart,
  removeRing,
  type Shape,
  type VertexAt,
  vertexAt,
  vertices,
} from "../geometry/shape";
import type { Drawn } from "../map_view";
import { reshape } from "../model/actions";
import type { Thing } from "../model/document";
import type { Position } from "../model/types";
import { type Aimed, type Bench, dot, sketched, type Tool } from "./tool";

/** So many handles are drawn at once. */
const HANDLES = 800;

const ARROWS: Readonly<Record<string, { x: number; y: number }>> = {
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

/** Metres east and north that an arrow with Alt means: 0.1 m, with Shift 1 m; `null` for other keys. */
export function nudgeOf(event: KeyboardEvent): { x: number; y: number } | null {
  const arrow = event.altKey ? ARROWS[event.key] : undefined;
  const step = event.shiftKey ? 1 : 0.1;
  return arrow ? { x: arrow.x * step, y: arrow.y * step } : null;
}

export class ReshapeTool implements Tool {
  readonly #bench: Bench;
  #chosen: VertexAt | null = null;
  #dragged: Shape | null = null;
  #here: Aimed | null = null;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  #target(): Thing | null {
    const selected = this.#bench.desk.selected();
    return selected.length === 1 ? (selected[0] ?? null) : null;
  }

  #shape(): Shape | null {
    const target = this.#target();
    return target && shapeOf(target.state.geometry);
  }

  /** The chosen vertex, when it is still there. */
  get vertex(): { at: VertexAt; place: Position } | null {
    const shape = this.#shape();
    const place = shape && this.#chosen && vertexAt(shape, this.#chosen);
    return place && this.#chosen ? { at: this.#chosen, place } : null;
  }

  hint(): string {
    const { say } = this.#bench.desk;
    if (!this.#target()) return say("editor-hint-reshape-choose");
    return this.vertex ? say("editor-hint-vertex") : say("editor-hint-reshape");
  }

  controls(): Node[] {
    const { say } = this.#bench.desk;
    const shape = this.#shape();
    const vertex = this.vertex;
    if (!shape || !vertex) return [];
    const button = (words: string, name: string, act: (shape: Shape, at: VertexAt) => Shape | null): Node => {
      const made = el("button", { type: "button", class: "small-button", "data-act": name }, words);
      // The shape is asked for when the button is pressed: it may have changed since it was drawn.
      made.addEventListener("click", () => {
        const [now, chosen] = [this.#shape(), this.vertex];
        if (now && chosen) this.#keep(act(now, chosen.at));
      });
      return made;
    };
    const found = [button(say("editor-vertex-delete"), "vertex-delete", deleteVertex)];
    if (vertex.at.ring > 0) {
      found.push(
        button(say("editor-hole-remove"), "hole-remove", (now, at) => removeRing(now, at.part, at.ring)),
      );
    }
    if (shape.parts.length > 1) {
      found.push(button(say("editor-part-remove"), "part-remove", (now, at) => removePart(now, at.part)));
    }
    return found;
  }

  except(): readonly string[] {
    const target = this.#dragged ? this.#target() : null;
    return target ? [target.id] : [];
  }

  grab(at: Aimed): boolean {
    const shape = this.#shape();
    if (!shape) return false;
    const reach = this.#bench.reach(at.by);
    const vertex = nearestVertex(at.raw, shape, reach);
    if (vertex) {
      this.#chosen = vertex;
      this.#dragged = shape;
      return true;
    }
    const near = nearestEdge(at.raw, shape, reach * 0.7);
    if (!near) return false;
    this.#chosen = near.edge.at;
    this.#dragged = insertVertex(shape, near.edge.at, near.position);
    return true;
  }

  hover(at: Aimed): void {
    this.#here = at;
    const shape = this.#shape();
    const over = shape && nearestEdge(at.raw, shape, this.#bench.reach(at.by));
    this.#bench.map.cursor = over ? "pointer" : "";
  }

  drag(at: Aimed): void {
    if (this.#dragged && this.#chosen) this.#dragged = moveVertex(this.#dragged, this.#chosen, at.place);
    this.#here = at;
    this.#bench.redraw();
  }

  drop(at: Aimed): void {
    const dragged = this.#dragged;
    this.#dragged = null;
    this.#here = null;
    if (dragged && this.#chosen) this.#keep(moveVertex(dragged, this.#chosen, at.place));
  }

  click(at: Aimed): void {
    const grabbed = this.#dragged;
    this.#dragged = null;
    const shape = this.#shape();
    if (shape && grabbed === shape) {
      this.#bench.redraw();
      return;
    }
    const reach = this.#bench.reach(at.by);
    const vertex = shape && nearestVertex(at.raw, shape, reach);
    if (vertex) {
      this.#chosen = vertex;
      this.#bench.redraw();
      return;
    }
    const near = shape && nearestEdge(at.raw, shape, reach);
    if (shape && near && shape.dimension > 0) {
      this.#chosen = near.edge.at;
      this.#keep(insertVertex(shape, near.edge.at, near.position));
      return;
    }
    const id = this.#bench.meantThing({ ...at, place: at.raw });
    this.#chosen = null;
    if (id !== null) this.#bench.desk.select([id]);
    this.#bench.redraw();
  }

  double(): void {
    // The second click of a double click must not do more than the first.
  }

  key(event: KeyboardEvent, at: Aimed): boolean {
    const shape = this.#shape();
    const vertex = this.vertex;
    if (event.key === "Enter") {
      this.click(at);
      return true;
    }
    if (!shape) return false;
    if (event.key === "." || event.key === ",") {
      this.#step(shape, event.key === "." ? 1 : -1);
      return true;
    }
    if (!vertex) return false;
    const by = nudgeOf(event);
    if (by) {
      this.#keep(moveVertex(shape, vertex.at, movedBy(vertex.place, by)), "vertex");
      return true;
    }
    if (event.key === "Delete" || event.key === "Backspace") {
      this.#keep(deleteVertex(shape, vertex.at));
      return true;
    }
    if (event.key === "Insert" || event.key === "i") {
      const edge = edges(shape).find(
        ({ at: { part, ring, index } }) =>
          part === vertex.at.part && ring === vertex.at.ring && index === vertex.at.index + 1,
      );
      if (!edge) return true;
      const middle: Position = [(edge.from[0] + edge.to[0]) / 2, (edge.from[1] + edge.to[1]) / 2];
      this.#chosen = edge.at;
      this.#keep(insertVertex(shape, edge.at, middle));
      return true;
    }
    if (event.key === "Escape") {
      this.#chosen = null;
      this.#bench.redraw();
      return true;
    }
    return false;
  }

  /** Goes to the next or previous vertex and brings it under the crosshair. */
  #step(shape: Shape, by: number): void {
    const all = vertices(shape);
    const now = all.findIndex(({ at }) => JSON.stringify(at) === JSON.stringify(this.#chosen));
    const next = all[(now + by + all.length) % all.length] ?? all[0];
    if (!next) return;
    this.#chosen = next.at;
    this.#bench.map.centre(next.position);
    const { desk } = this.#bench;
    desk.announce(desk.say("editor-vertex-at", { n: all.indexOf(next) + 1, all: all.length }));
    this.#bench.redraw();
  }

  /** Puts the chosen vertex at exact coordinates. */
  place(to: Position): void {
    const shape = this.#shape();
    if (shape && this.#chosen) this.#keep(moveVertex(shape, this.#chosen, to));
  }

  #keep(shape: Shape | null, merge?: string): void {
    const { desk } = this.#bench;
    const target = this.#target();
    const geometry = shape && fromShape(shape);
    if (target && geometry) {
      const label = desk.say("editor-did-reshape", { what: desk.nameOf(target) });
      const key = merge && `${merge}:${target.id}:${JSON.stringify(this.#chosen)}`;
      desk.act(label, reshape(desk.document, target.id, geometry), key);
    } else if (target) {
      desk.announce(desk.say("editor-last-vertex"));
    }
    this.#bench.redraw();
  }

  leave(): void {
    this.#chosen = null;
    this.#dragged = null;
    this.#bench.map.cursor = "";
  }

  sketch(): Drawn[] {
    const shape = this.#dragged ?? this.#shape();
    if (!shape) return [];
    const bounds = this.#bench.map.bounds();
    const found = sketched("shape", shape).filter(() => shape.dimension > 0);
    const handles = vertices(shape).filter(({ position }) => contains(bounds, position));
    for (const { at, position } of handles.slice(0, HANDLES)) {
      const chosen = JSON.stringify(at) === JSON.stringify(this.#chosen);
      found.push(dot(chosen ? "chosen" : "vertex", position));
    }
    if (handles.length < HANDLES / 2 && !this.#dragged) {
      for (const { from, to } of edges(shape)) {
        found.push(dot("middle", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
      }
    }
    if (this.#here?.snapped && this.#dragged) found.push(dot("snap", this.#here.place));
    return found;
  }
}
