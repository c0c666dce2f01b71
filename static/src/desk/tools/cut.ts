// Tools that draw over one thing to change it: splitting, cutting a hole, adding a part.
import { shapeOf } from "../geometry/cached";
import { inArea } from "../geometry/inside";
import { cutHole } from "../geometry/join";
import { addPart, type Dimension, fromShape } from "../geometry/shape";
import { splitArea, splitLine } from "../geometry/split";
import { reshape, split } from "../model/actions";
import type { Thing } from "../model/document";
import { newId } from "../model/ids";
import type { Position } from "../model/types";
import { Drawing } from "./draw";
import type { Aimed, Bench } from "./tool";

/** A drawing over one selected thing; a click selects one where none is. */
abstract class Cutting extends Drawing {
  /** The one thing that is worked on. */
  protected target(): Thing | null {
    const selected = this.bench.desk.selected();
    const [only] = selected;
    return selected.length === 1 && only && this.suits(only) ? only : null;
  }

  protected abstract suits(thing: Thing): boolean;

  override click(at: Aimed): void {
    if (this.target()) {
      super.click(at);
      return;
    }
    const id = this.bench.meantThing({ ...at, place: at.raw });
    const found = id === null ? null : this.bench.desk.thing(id);
    if (id !== null && found && this.suits(found)) {
      this.bench.desk.select([id]);
      this.bench.redraw();
    } else {
      this.bench.desk.announce(this.invitation());
    }
  }

  protected dimensionOf(thing: Thing): Dimension {
    return shapeOf(thing.state.geometry).dimension;
  }
}

export class SplitTool extends Cutting {
  protected suits(thing: Thing): boolean {
    return this.dimensionOf(thing) > 0;
  }

  protected dimension(): Dimension | null {
    const target = this.target();
    if (!target) return null;
    return this.dimensionOf(target) === 1 ? 0 : 1;
  }

  protected invitation(): string {
    const { say } = this.bench.desk;
    const target = this.target();
    if (!target) return say("editor-hint-split-choose");
    return this.dimensionOf(target) === 1 ? say("editor-hint-split-line") : say("editor-hint-split-area");
  }

  protected drawn(positions: Position[]): void {
    const { desk } = this.bench;
    const target = this.target();
    const [place] = positions;
    if (!target || !place) return;
    const shape = shapeOf(target.state.geometry);
    const reach = Math.max(this.bench.reach("touch"), 0.5);
    const pieces = shape.dimension === 1 ? splitLine(shape, place, reach) : splitArea(shape, positions);
    const geometries = (pieces ?? []).flatMap((piece) => fromShape(piece) ?? []);
    if (geometries.length < 2) {
      desk.announce(
        desk.say(shape.dimension === 1 ? "editor-split-missed-line" : "editor-split-missed-area"),
      );
      return;
    }
    const ids = geometries.slice(1).map(() => newId());
    const label = desk.say("editor-did-split", { what: desk.nameOf(target), n: geometries.length });
    if (desk.act(label, split(desk.document, target.id, geometries, ids))) desk.select([target.id, ...ids]);
  }
}

export class HoleTool extends Cutting {
  protected suits(thing: Thing): boolean {
    return this.dimensionOf(thing) === 2;
  }

  protected dimension(): Dimension | null {
    return this.target() ? 2 : null;
  }

  protected invitation(): string {
    return this.bench.desk.say(this.target() ? "editor-hint-hole" : "editor-hint-hole-choose");
  }

  protected drawn(positions: Position[]): void {
    const { desk } = this.bench;
    const target = this.target();
    if (!target) return;
    const cut = cutHole(shapeOf(target.state.geometry), positions);
    const geometry = cut && fromShape(cut);
    if (!geometry) {
      desk.announce(desk.say("editor-hole-missed"));
      return;
    }
    const label = desk.say("editor-did-hole", { what: desk.nameOf(target) });
    desk.act(label, reshape(desk.document, target.id, geometry));
  }
}

export class PartTool extends Cutting {
  protected suits(): boolean {
    return true;
  }

  protected dimension(): Dimension | null {
    const target = this.target();
    return target ? this.dimensionOf(target) : null;
  }

  protected invitation(): string {
    return this.bench.desk.say(this.target() ? "editor-hint-part" : "editor-hint-part-choose");
  }

  protected drawn(positions: Position[]): void {
    const { desk } = this.bench;
    const target = this.target();
    const [first] = positions;
    if (!target || !first) return;
    const shape = shapeOf(target.state.geometry);
    if (shape.dimension === 2 && inArea(first, shape)) {
      desk.announce(desk.say("editor-part-within"));
      return;
    }
    const geometry = fromShape(addPart(shape, positions));
    const label = desk.say("editor-did-part", { what: desk.nameOf(target) });
    if (geometry) desk.act(label, reshape(desk.document, target.id, geometry));
  }
}

/** Makes each cutting tool. */
export const cuttingTool = (name: "split" | "hole" | "part", bench: Bench): Drawing => {
  if (name === "split") return new SplitTool(bench);
  return name === "hole" ? new HoleTool(bench) : new PartTool(bench);
};
