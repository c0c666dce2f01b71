// Two people changed the same: both values, who and when, and the choice between them.
import { el } from "../../lib/dom";
import type { Desk } from "../desk";
import { statusWords } from "../form/panel";
import { shapeOf } from "../geometry/cached";
import { area_m2, length_m } from "../geometry/measure";
import { vertexCount } from "../geometry/shape";
import type { Drawn } from "../map_view";
import { fieldsOf } from "../model/kind";
import type { Choice, Clash, ClashField, Geometry, Status, Value } from "../model/types";
import { writeValue } from "../model/values";
import { shownArea, shownLength, shownMoment } from "../words";
import { button } from "./dialog";

/** One thing to be decided. */
interface Question {
  clash: Clash;
  field: string;
  title: string;
  base: string | null;
  mine: string;
  theirs: string;
}

/** The clashes of a draft with a choice for each. */
export class ClashList {
  readonly element = el("div", { class: "clashes" });
  readonly #desk: Desk;
  readonly #questions: readonly Question[];
  readonly #chosen = new Map<string, Choice>();
  readonly #changed: () => void;

  constructor(desk: Desk, clashes: readonly Clash[], go_to: (id: string) => void, changed: () => void) {
    this.#desk = desk;
    this.#changed = changed;
    this.#questions = clashes.flatMap((clash) => questionsOf(desk, clash));
    const { say } = desk;
    this.element.append(
      el("p", {}, say("editor-clash-lead")),
      el(
        "p",
        { class: "clashes__all" },
        button(say("editor-all-mine"), () => this.#all("mine"), "second", { "data-act": "all-mine" }),
        button(say("editor-all-theirs"), () => this.#all("theirs"), "second", { "data-act": "all-theirs" }),
      ),
      ...clashes.map((clash, at) => this.#one(clash, at, go_to)),
    );
  }

  #one(clash: Clash, at: number, go_to: (id: string) => void): HTMLElement {
    const { say, lang } = this.#desk;
    const where = el("button", { type: "button", class: "small-button" }, say("editor-show"));
    where.setAttribute("aria-label", `${say("editor-show")}: ${clash.label}`);
    where.addEventListener("click", () => go_to(clash.asset));
    const whole = {
      "they-removed": say("editor-clash-they-removed"),
      "you-removed": say("editor-clash-you-removed"),
      "both-new": say("editor-clash-both-new"),
    };
    return el(
      "section",
      { class: "clashes__one", "data-clash": clash.asset },
      el("h3", { class: "clashes__title" }, clash.label),
      el(
        "p",
        { class: "clashes__who" },
        say("editor-clash-who", { who: clash.who, when: shownMoment(clash.when, lang) }),
        clash.whole ? ` ${whole[clash.whole]}` : "",
        " ",
        where,
      ),
      ...this.#questions
        .filter((question) => question.clash === clash)
        .map((question, n) => this.#ask(question, `${at}-${n}`)),
    );
  }

  #ask(question: Question, name: string): HTMLElement {
    const { say } = this.#desk;
    const option = (take: Choice["take"], who: string, words: string): HTMLElement => {
      const id = `clash-${name}-${take}`;
      const radio = el("input", { type: "radio", class: "tick", name: `clash-${name}`, id, value: take });
      radio.dataset.field = question.field;
      radio.addEventListener("change", () => this.#choose(question, take));
      return el(
        "p",
        { class: "tick-line" },
        radio,
        el("label", { for: id }, el("strong", {}, `${who}: `), words === "" ? "–" : words),
      );
    };
    return el(
      "fieldset",
      { class: "clashes__question" },
      el("legend", {}, question.title),
      question.base === null
        ? null
        : el(
            "p",
            { class: "clashes__base" },
            say("editor-clash-base", { value: question.base === "" ? "–" : question.base }),
          ),
      option("mine", say("editor-mine"), question.mine),
      option("theirs", say("editor-theirs"), question.theirs),
    );
  }

  #choose({ clash: { asset, theirs_rev }, field }: Question, take: Choice["take"]): void {
    this.#chosen.set(`${asset}:${field}`, { asset, field, take, theirs_rev });
    this.#changed();
  }

  #all(take: Choice["take"]): void {
    for (const radio of this.element.querySelectorAll<HTMLInputElement>(`input[value="${take}"]`)) {
      radio.checked = true;
    }
    for (const question of this.#questions) this.#choose(question, take);
  }

  /** What was chosen so far. */
  get choices(): Choice[] {
    return [...this.#chosen.values()];
  }

  /** Whether everything is decided. */
  get complete(): boolean {
    return this.#questions.every(({ clash, field }) => this.#chosen.has(`${clash.asset}:${field}`));
  }
}

function questionsOf(desk: Desk, clash: Clash): Question[] {
  const { say } = desk;
  if (clash.whole) {
    const removed = say("editor-clash-removed");
    const kept = say("editor-clash-kept");
    const words =
      clash.whole === "they-removed"
        ? { mine: kept, theirs: removed }
        : clash.whole === "you-removed"
          ? { mine: removed, theirs: kept }
          : { mine: say("editor-clash-mine-whole"), theirs: say("editor-clash-theirs-whole") };
    return [{ clash, field: "*", title: say("editor-clash-whole"), base: null, ...words }];
  }
  return clash.fields.map((field) => ({
    clash,
    field: field.field,
    title: field.title,
    base: words(desk, clash, field, field.base),
    mine: words(desk, clash, field, field.mine),
    theirs: words(desk, clash, field, field.theirs),
  }));
}

function words(desk: Desk, { kind }: Clash, { field }: ClashField, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (field === "geometry") return geometryWords(desk, value as Geometry);
  if (field === "status") return statusWords(desk, value as Status);
  if (field === "part_of") {
    const parent = typeof value === "string" ? desk.thing(value) : null;
    return parent ? desk.nameOf(parent) : String(value);
  }
  const known = desk.kinds.get(kind);
  const key = field.replace(/^attributes\./, "");
  const attribute = known && fieldsOf(known, desk.lang).find((one) => one.key === key);
  return attribute
    ? writeValue(attribute, value as Value, desk.lang)
    : typeof value === "string"
      ? value
      : JSON.stringify(value);
}

function geometryWords({ say, lang }: Desk, geometry: Geometry): string {
  const shape = shapeOf(geometry);
  if (shape.dimension === 2) {
    return `${shownArea(area_m2(shape), lang)}, ${say("editor-vertices", { n: vertexCount(shape) })}`;
  }
  if (shape.dimension === 1) {
    return `${shownLength(length_m(shape), lang)}, ${say("editor-vertices", { n: vertexCount(shape) })}`;
  }
  const [place] = geometry.type === "Point" ? [geometry.coordinates] : [];
  return place ? `${place[1].toFixed(7)}, ${place[0].toFixed(7)}` : geometry.type;
}

/** The two sides of clashing geometries, as outlines for the map. */
export function outlines(clashes: readonly Clash[]): Drawn[] {
  return clashes.flatMap(({ fields }) =>
    fields
      .filter(({ field }) => field === "geometry")
      .flatMap(({ mine, theirs }): Drawn[] => [
        ...(mine ? [{ geometry: mine as Geometry, properties: { role: "shape" } }] : []),
        ...(theirs ? [{ geometry: theirs as Geometry, properties: { role: "theirs" } }] : []),
      ]),
  );
}
