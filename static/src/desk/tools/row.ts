// A row of things along a line: draw it, or take a selected line, then say how many of what.
import { el } from "../../lib/dom";
import { shapeOf } from "../geometry/cached";
import type { Dimension } from "../geometry/shape";
import type { Position } from "../model/types";
import { Drawing } from "./draw";
import type { Bench } from "./tool";

export class RowTool extends Drawing {
  readonly #open: (line: Position[]) => void;

  constructor(bench: Bench, open: (line: Position[]) => void) {
    super(bench);
    this.#open = open;
  }

  protected dimension(): Dimension {
    return 1;
  }

  protected invitation(): string {
    return this.bench.desk.say("editor-hint-row");
  }

  protected drawn(positions: Position[]): void {
    this.#open(positions);
  }

  #selectedLine(): Position[] | null {
    const [only, ...others] = this.bench.desk.selected();
    const shape = only && others.length === 0 ? shapeOf(only.state.geometry) : null;
    const line = shape?.dimension === 1 ? shape.parts[0]?.[0] : undefined;
    return line ? [...line] : null;
  }

  controls(): Node[] {
    if (!this.#selectedLine()) return [];
    const words = this.bench.desk.say("editor-row-along-selected");
    const button = el("button", { type: "button", class: "small-button", "data-act": "row-along" }, words);
    button.addEventListener("click", () => {
      const line = this.#selectedLine();
      if (line) this.#open(line);
    });
    return [button];
  }
}
