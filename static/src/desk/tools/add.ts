// Adding things of a kind: a click for a point, a drawing for lines and areas.
import { el } from "../../lib/dom";
import type { Dimension } from "../geometry/shape";
import { fromShape } from "../geometry/shape";
import { make } from "../model/actions";
import { newId } from "../model/ids";
import { type DeskKind, defaultsOf } from "../model/kind";
import type { Geometry, Position } from "../model/types";
import { Drawing } from "./draw";
import type { Bench } from "./tool";

const DIMENSIONS: Readonly<Record<DeskKind["geometry_type"], readonly Dimension[]>> = {
  point: [0],
  line: [1],
  area: [2],
  any: [0, 1, 2],
};

/** Forms that the things of a kind may have. */
export function dimensionsOf(kind: DeskKind): readonly Dimension[] {
  return DIMENSIONS[kind.geometry_type];
}

/** Makes a new thing of a kind and selects it. */
export function addThing(bench: Bench, kind: DeskKind, geometry: Geometry): boolean {
  const { desk } = bench;
  const id = newId();
  const state = {
    geometry,
    label: null,
    attributes: defaultsOf(kind),
    status: "in_service" as const,
    part_of: null,
  };
  if (!desk.shown.has(kind.slug)) desk.show(kind.slug, true);
  const label = desk.say("editor-did-add", { what: kind.singular });
  const made = desk.act(label, make([{ id, kind: kind.slug, state }]));
  if (made) desk.select([id]);
  return made;
}

export class AddTool extends Drawing {
  #slug: string;
  #dimension: Dimension;

  constructor(bench: Bench) {
    super(bench);
    const selected = bench.desk.selected()[0]?.kind;
    const writable = [...bench.desk.kinds.values()].filter((kind) => kind.writable);
    const first =
      writable.find(({ slug }) => slug === selected) ??
      writable.find(({ slug }) => bench.desk.shown.has(slug)) ??
      writable[0];
    this.#slug = first?.slug ?? "";
    this.#dimension = first ? (dimensionsOf(first)[0] ?? 0) : 0;
  }

  /** The kind that is added. */
  get kind(): DeskKind | null {
    return this.bench.desk.kinds.get(this.#slug) ?? null;
  }

  protected dimension(): Dimension | null {
    return this.kind ? this.#dimension : null;
  }

  protected invitation(): string {
    const { say } = this.bench.desk;
    const kind = this.kind;
    if (!kind) return say("editor-no-writable");
    const what = kind.singular;
    if (this.#dimension === 0) return say("editor-hint-add-point", { what });
    return this.#dimension === 1
      ? say("editor-hint-add-line", { what })
      : say("editor-hint-add-area", { what });
  }

  protected drawn(positions: Position[]): void {
    const geometry = fromShape({ dimension: this.#dimension, parts: [[positions]] });
    if (this.kind && geometry) addThing(this.bench, this.kind, geometry);
  }

  controls(): Node[] {
    const { desk } = this.bench;
    const select = el("select", { class: "govuk-select", id: "add-kind" });
    for (const { slug, title, writable } of desk.kinds.values()) {
      if (writable) select.append(el("option", { value: slug }, title));
    }
    select.value = this.#slug;
    select.addEventListener("change", () => {
      this.cancel();
      this.#slug = select.value;
      this.#dimension = this.kind ? (dimensionsOf(this.kind)[0] ?? 0) : 0;
      if (!desk.shown.has(this.#slug)) desk.show(this.#slug, true);
      this.bench.redraw();
    });
    const parts: Node[] = [el("label", { for: "add-kind" }, desk.say("editor-kind")), select];
    const forms = this.kind ? dimensionsOf(this.kind) : [];
    return forms.length > 1 ? [...parts, this.#forms(forms)] : parts;
  }

  #forms(forms: readonly Dimension[]): Node {
    const { say } = this.bench.desk;
    const words = [say("editor-form-point"), say("editor-form-line"), say("editor-form-area")];
    const select = el("select", { class: "govuk-select", id: "add-form", "aria-label": say("editor-form") });
    for (const form of forms) select.append(el("option", { value: String(form) }, words[form]));
    select.value = String(this.#dimension);
    select.addEventListener("change", () => {
      this.cancel();
      this.#dimension = Number(select.value) as Dimension;
      this.bench.redraw();
    });
    return select;
  }
}
