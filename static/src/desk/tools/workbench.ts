// Holds the tool in use: aims for it, hands it the pointer and the keys, shows its hint, controls and sketch.
import { contains } from "../../lib/geo";
import type { Desk } from "../desk";
import { boxOf, overlap, shapeOf } from "../geometry/cached";
import { meant } from "../geometry/hit";
import { snap } from "../geometry/snap";
import type { Pointed, Pointing } from "../map_pointer";
import type { Drawn, EditMap } from "../map_view";
import type { Thing } from "../model/document";
import { AddTool } from "./add";
import { cuttingTool } from "./cut";
import { MoveTool, PlaceTool } from "./move";
import { ReshapeTool } from "./reshape";
import { RowTool } from "./row";
import { SelectTool } from "./select";
import type { Aimed, Bench, Tool, ToolName } from "./tool";

/** How near a pointer must come, in pixels: a finger covers more than a mouse. */
const REACH_PX = { mouse: 10, keys: 16, touch: 22 } as const;

/** Where the workbench shows what its tool says. */
export interface BenchPlaces {
  hint: HTMLElement;
  controls: HTMLElement;
  /** Ends a drawing; for fingers, which have no Enter. */
  finish: HTMLButtonElement;
  cancel: HTMLButtonElement;
}

export class Workbench implements Bench, Pointing {
  readonly desk: Desk;
  readonly map: EditMap;
  /** Told when another tool is in use. */
  onTool: (name: ToolName) => void = () => undefined;
  /** Opens the dialog of a row that was drawn. */
  readonly #openRow: ConstructorParameters<typeof RowTool>[1];
  readonly #places: BenchPlaces;
  #name: ToolName = "select";
  #tool: Tool;
  #drawing = 0;
  #extra: readonly Drawn[] = [];

  constructor(
    desk: Desk,
    map: EditMap,
    places: BenchPlaces,
    open_row: ConstructorParameters<typeof RowTool>[1],
  ) {
    this.desk = desk;
    this.map = map;
    this.#places = places;
    this.#openRow = open_row;
    this.#tool = new SelectTool(this);
    places.finish.addEventListener("click", () => this.#tool.finish?.());
    places.cancel.addEventListener("click", () => this.cancel());
    map.listen(this);
    for (const event of ["selection", "document"] as const) desk.on(event, () => this.redraw());
  }

  get name(): ToolName {
    return this.#name;
  }

  get tool(): Tool {
    return this.#tool;
  }

  /** Takes up a tool, also the same one anew. */
  use(name: ToolName, copied: readonly Thing[] = []): void {
    this.#tool.leave?.();
    this.map.cursor = name === "select" ? "" : "crosshair";
    this.#name = name;
    this.#tool = this.#make(name, copied);
    this.onTool(name);
    this.desk.announce(this.#tool.hint());
    this.redraw();
  }

  #make(name: ToolName, copied: readonly Thing[]): Tool {
    switch (name) {
      case "select":
        return new SelectTool(this);
      case "add":
        return new AddTool(this);
      case "move":
        return new MoveTool(this);
      case "reshape":
        return new ReshapeTool(this);
      case "row":
        return new RowTool(this, this.#openRow);
      case "place":
        return new PlaceTool(this, copied);
      default:
        return cuttingTool(name, this);
    }
  }

  /** Gives up what was begun, or the tool. */
  cancel(): void {
    const begun = this.#tool.canFinish?.() ?? false;
    if (begun) this.use(this.#name);
    else this.use("select");
  }

  /** Draws more over the map than the tool does, such as the two sides of a clash. */
  overlay(drawn: readonly Drawn[]): void {
    this.#extra = drawn;
    this.redraw();
  }

  redraw(): void {
    if (this.#drawing !== 0) return;
    this.#drawing = requestAnimationFrame(() => {
      this.#drawing = 0;
      this.map.setSketch([...this.#extra, ...this.#tool.sketch()]);
      const hint = this.#tool.hint();
      if (this.#places.hint.textContent !== hint) this.#places.hint.textContent = hint;
      this.#places.finish.hidden = !(this.#tool.canFinish?.() ?? false);
      this.#places.cancel.hidden = this.#name === "select";
      this.#showControls();
    });
  }

  /** Puts the tool's controls in place of the old ones only where they differ, so that the focus stays. */
  #showControls(): void {
    const holder = this.#places.controls;
    const now = document.createElement("div");
    now.append(...(this.#tool.controls?.() ?? []));
    const mark = `${this.#name}:${now.innerHTML}`;
    if (holder.dataset.mark === mark) return;
    holder.dataset.mark = mark;
    const focused = holder.contains(document.activeElement) ? document.activeElement : null;
    const again = focused?.id
      ? `#${focused.id}`
      : focused instanceof HTMLElement && focused.dataset.mode
        ? `[data-mode="${focused.dataset.mode}"]`
        : null;
    holder.replaceChildren(...now.childNodes);
    holder.hidden = holder.childNodes.length === 0;
    if (again) holder.querySelector<HTMLElement>(again)?.focus();
    else if (focused) this.map.canvas.focus();
  }

  reach(by: Pointed["by"]): number {
    return REACH_PX[by] * this.map.metresPerPixel();
  }

  /** Loaded things near a pixel. */
  #near({ pixel: { x, y } }: Pointed, reach_px: number): Thing[] {
    const [w, n] = this.map.toPlace({ x: x - reach_px, y: y - reach_px });
    const [e, s] = this.map.toPlace({ x: x + reach_px, y: y + reach_px });
    return this.desk
      .things()
      .filter(
        ({ kind, state, mark }) =>
          this.desk.shown.has(kind) &&
          (this.desk.near || mark !== "same") &&
          overlap(boxOf(state.geometry), [w, s, e, n]),
      );
  }

  meantThing(at: Pointed): string | null {
    const things = this.#near(at, REACH_PX[at.by]);
    const shapes = things.map(({ state }) => shapeOf(state.geometry));
    return things[meant(at.place, shapes, this.reach(at.by))]?.id ?? null;
  }

  #aim(at: Pointed): Aimed {
    if (at.free || this.#name === "select") return { ...at, raw: at.place, snapped: null };
    const reach_px = REACH_PX[at.by];
    const except = new Set(this.#tool.except?.() ?? []);
    const shapes = this.#near(at, reach_px)
      .filter(({ id }) => !except.has(id))
      .map(({ state }) => shapeOf(state.geometry));
    const found =
      snap(at.place, shapes, this.reach(at.by)) ??
      snap(at.place, this.map.basemapShapes(at.pixel, reach_px), this.reach(at.by) * 0.7);
    return { ...at, raw: at.place, place: found?.position ?? at.place, snapped: found?.what ?? null };
  }

  hover(at: Pointed): void {
    if (this.#name === "select") {
      this.map.cursor = this.desk.near && this.meantThing(at) !== null ? "pointer" : "";
    }
    this.#tool.hover?.(this.#aim(at));
  }

  click(at: Pointed): void {
    this.#tool.click?.(this.#aim(at));
  }

  double(at: Pointed): void {
    this.#tool.double?.(this.#aim(at));
  }

  grab(at: Pointed): boolean {
    return this.#tool.grab?.(this.#aim(at)) ?? false;
  }

  drag(at: Pointed): void {
    this.#tool.drag?.(this.#aim(at));
  }

  drop(at: Pointed): void {
    this.#tool.drop?.(this.#aim(at));
  }

  /** Hands a key to the tool; answers whether it took it. */
  key(event: KeyboardEvent): boolean {
    const at = this.#aim(this.map.crosshairAt(event));
    if (!this.#tool.key?.(event, at)) {
      // The map moves under the crosshair after this; what hangs on it follows.
      if (event.key.startsWith("Arrow")) setTimeout(() => this.#follow(event), 60);
      return false;
    }
    return true;
  }

  #follow(event: KeyboardEvent): void {
    this.#tool.hover?.(this.#aim(this.map.crosshairAt(event)));
  }

  /** Goes to the next or previous thing in sight. */
  step(by: 1 | -1): void {
    const { desk } = this;
    const order = desk
      .inSight()
      .filter(({ state }) => contains(desk.bounds, centreOf(state)))
      .sort(
        (one, other) =>
          one.kind.localeCompare(other.kind) ||
          (one.number ?? Number.MAX_SAFE_INTEGER) - (other.number ?? Number.MAX_SAFE_INTEGER),
      );
    if (order.length === 0) {
      desk.announce(desk.say(desk.near ? "editor-nothing-in-sight" : "editor-zoom-in-to-select"));
      return;
    }
    const now = order.findIndex(({ id }) => id === desk.selection[0]);
    const next = order[now < 0 ? (by > 0 ? 0 : order.length - 1) : (now + by + order.length) % order.length];
    if (!next) return;
    desk.select([next.id]);
    desk.announce(desk.say("editor-selected", { what: desk.nameOf(next) }));
  }
}

function centreOf({ geometry }: Thing["state"]): [number, number] {
  const [w, s, e, n] = boxOf(geometry);
  return [(w + e) / 2, (s + n) / 2];
}
