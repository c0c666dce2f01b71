// The form beside the map: the fields of what is selected, one thing or many of a kind.
import { el } from "../../lib/dom";
import { kindSign } from "../../map/kind_sign";
import type { Desk } from "../desk";
import { button } from "../dialogs/dialog";
import { shapeOf } from "../geometry/cached";
import { area_m2, length_m } from "../geometry/measure";
import { vertexCount } from "../geometry/shape";
import { type Patch, patch } from "../model/actions";
import type { Thing } from "../model/document";
import { type DeskKind, type Field, fieldsOf } from "../model/kind";
import type { Fault, Status, Value } from "../model/types";
import { shownArea, shownLength, shownNumber } from "../words";
import { type Control, controlFor } from "./control";
import { parentControl } from "./part_of";
import { PhotoPanel } from "./photos";

/** Fields that every asset has, shaped like those of the schema. */
function ownFields(desk: Desk): { label: Field; status: Field } {
  const { say } = desk;
  const field = (key: string, title: string, options: Field["options"], maxLength: number): Field => ({
    key,
    title,
    help: "",
    unit: "",
    required: false,
    private: false,
    property: { type: "string", maxLength },
    options,
  });
  const status = [
    { value: "planned", words: say("editor-status-planned") },
    { value: "in_service", words: say("editor-status-in-service") },
    { value: "out_of_service", words: say("editor-status-out-of-service") },
  ];
  return {
    label: field("label", say("editor-label"), [], 200),
    status: { ...field("status", say("editor-status"), status, 20), required: true },
  };
}

/** The words of a status. */
export function statusWords(desk: Desk, status: Status): string {
  return ownFields(desk).status.options.find(({ value }) => value === status)?.words ?? status;
}

export class FormPanel {
  readonly #desk: Desk;
  readonly #element: HTMLElement;
  readonly #sprite: string;
  readonly #goTo: (ids: readonly string[]) => void;
  #controls = new Map<string, Control>();
  /** Shows what stands above the fields and changes with them. */
  #summary: () => void = () => undefined;
  #fault: Fault | null = null;
  /** What the form is about; what was typed last belongs to these, whatever is selected meanwhile. */
  #ids: readonly string[] = [];

  constructor(desk: Desk, element: HTMLElement, sprite: string, go_to: (ids: readonly string[]) => void) {
    this.#desk = desk;
    this.#element = element;
    this.#sprite = sprite;
    this.#goTo = go_to;
    desk.on("selection", () => this.#build());
    desk.on("document", () => this.#refresh());
    this.#build();
  }

  /** Puts the focus on the first field. */
  focus(): void {
    const [first] = this.#controls.values();
    (first?.input ?? this.#element.querySelector<HTMLElement>("h2"))?.focus();
  }

  /** Hands over what was typed and not yet said, before something else happens. */
  settle(): void {
    for (const control of this.#controls.values()) control.settle();
  }

  /** Selects the thing that a fault is about, shows the fault, and puts the focus on its field. */
  showFault(fault: Fault): void {
    this.#desk.select([fault.asset]);
    this.#fault = fault;
    const control = this.#controls.get(fault.field);
    if (!control) {
      this.#element.querySelector<HTMLElement>("h2")?.focus();
      this.#desk.announce(`${fault.title}: ${fault.detail}`);
      return;
    }
    control.fault(fault.detail);
    control.input.focus();
    control.element.scrollIntoView({ block: "center" });
  }

  #build(): void {
    this.settle();
    this.#controls = new Map();
    this.#fault = null;
    this.#ids = this.#desk.selection;
    const selected = this.#desk.selected();
    const kinds = [...new Set(selected.map(({ kind }) => kind))];
    const [slug, ...more] = kinds;
    const kind = slug === undefined ? null : this.#desk.kinds.get(slug);
    if (selected.length === 0) this.#showNothing();
    else if (more.length > 0 || !kind) this.#showMixture(selected, kinds);
    else this.#showKind(kind, selected);
    this.#element.scrollTop = 0;
  }

  #heading(words: string): HTMLElement {
    return el("h2", { class: "form__title", tabindex: "-1" }, words);
  }

  #showNothing(): void {
    const { say } = this.#desk;
    this.#summary = () => undefined;
    this.#element.replaceChildren(
      this.#heading(say("editor-form-empty-title")),
      el("p", {}, say("editor-form-empty")),
      el("p", {}, say("editor-form-empty-add")),
    );
  }

  #showMixture(selected: readonly Thing[], kinds: readonly string[]): void {
    const { say, kinds: known } = this.#desk;
    this.#summary = () => undefined;
    const list = el("ul", { class: "form__kinds" });
    for (const slug of kinds) {
      const ids = selected.filter(({ kind }) => kind === slug).map(({ id }) => id);
      const words = `${known.get(slug)?.title ?? slug}: ${ids.length}`;
      const only = button(say("editor-only-these"), () => this.#desk.select(ids));
      only.setAttribute("aria-label", `${say("editor-only-these")}: ${words}`);
      list.append(el("li", {}, el("span", {}, words), only));
    }
    this.#element.replaceChildren(
      this.#heading(say("editor-things", { n: selected.length })),
      el("p", {}, say("editor-form-mixture")),
      list,
    );
  }

  #showKind(kind: DeskKind, selected: readonly Thing[]): void {
    const { say } = this.#desk;
    const title = this.#heading("");
    const about = el("p", { class: "form__about" });
    this.#summary = () => {
      const now = this.#desk.selected();
      title.textContent = this.#desk.named(now.map(({ id }) => id));
      about.replaceChildren(...this.#about(kind, now));
    };
    const fields = el("div", { class: "form__fields" });
    const notes = kind.writable ? [] : [el("p", { class: "form__note" }, say("editor-read-only"))];
    this.#element.replaceChildren(
      el("div", { class: "form__head" }, kindSign(kind, this.#sprite), title),
      about,
      ...notes,
      this.#links(selected),
      fields,
    );
    this.#summary();
    this.#addControls(kind, fields);
    this.#refresh();
    const [only] = selected;
    if (only && selected.length === 1 && only.number !== null) {
      this.#element.append(new PhotoPanel(this.#desk, only.id, this.#sprite).element);
    }
  }

  #about(kind: DeskKind, now: readonly Thing[]): Node[] {
    const { say, lang, document: doc } = this.#desk;
    const parts: string[] = [now.length === 1 ? kind.singular : `${kind.title}: ${now.length}`];
    const shapes = now.map(({ state }) => shapeOf(state.geometry));
    const area = shapes.reduce((sum, shape) => sum + area_m2(shape), 0);
    const length = shapes.reduce((sum, shape) => sum + (shape.dimension === 1 ? length_m(shape) : 0), 0);
    if (area > 0) parts.push(shownArea(area, lang));
    if (length > 0) parts.push(shownLength(length, lang));
    const [only] = now;
    const [shape] = shapes;
    if (only && shape && now.length === 1) {
      if (shape.dimension > 0)
        parts.push(say("editor-vertices", { n: shownNumber(vertexCount(shape), lang) }));
      if (shape.parts.length > 1) parts.push(say("editor-parts", { n: shape.parts.length }));
      const base = doc.base.get(only.id);
      if (base) parts.push(say("editor-revision", { n: base.rev, who: base.updated_by }));
    }
    const marks = new Set(now.map(({ mark }) => mark).filter((mark) => mark !== "same"));
    const chips = [...marks].map((mark) =>
      el(
        "span",
        { class: mark === "new" ? "chip chip--good" : "chip chip--unsure" },
        say(mark === "new" ? "editor-mark-new" : "editor-mark-changed"),
      ),
    );
    return [document.createTextNode(parts.join(" · ")), ...chips.flatMap((chip) => [" ", chip])].map(
      (part) => (typeof part === "string" ? document.createTextNode(part) : part),
    );
  }

  #links(selected: readonly Thing[]): HTMLElement {
    const { say } = this.#desk;
    const ids = selected.map(({ id }) => id);
    const show = el(
      "button",
      { type: "button", class: "small-button", "data-act": "show" },
      say("editor-show"),
    );
    show.addEventListener("click", () => this.#goTo(ids));
    const [only] = selected;
    const page =
      only && selected.length === 1 && only.number !== null
        ? el(
            "a",
            { class: "govuk-link", href: `/assets/${encodeURIComponent(only.id)}`, target: "_blank" },
            say("editor-page-of"),
          )
        : null;
    return el("p", { class: "form__links" }, show, page);
  }

  #addControls(kind: DeskKind, holder: HTMLElement): void {
    const { say, lang } = this.#desk;
    const disabled = !kind.writable;
    const own = ownFields(this.#desk);
    const add = (name: string, field: Field, changed: (value: Value) => void): void => {
      const id = `field-${name.replace(/[^a-zA-Z0-9_-]/g, "-")}`;
      const control = controlFor({ field, id, say, lang, disabled, changed });
      control.element.dataset.field = name;
      this.#controls.set(name, control);
      holder.append(control.element);
    };
    add("label", own.label, (value) =>
      this.#change("label", own.label, { label: value === null ? null : String(value) }),
    );
    for (const field of fieldsOf(kind, lang)) {
      add(`attributes.${field.key}`, field, (value) =>
        this.#change(field.key, field, { attributes: { [field.key]: value } }),
      );
    }
    add("status", own.status, (value) => {
      if (value !== null) this.#change("status", own.status, { status: value as Status });
    });
    const parent = parentControl(this.#desk, disabled, (part_of, words) => {
      const label = say("editor-did-set", { field: say("editor-part-of"), value: words });
      this.#act(label, { part_of }, "part_of");
    });
    this.#controls.set("part_of", parent);
    holder.append(parent.element);
  }

  #change(key: string, field: Field, fields: Patch): void {
    const label = this.#desk.say("editor-did-change", {
      field: field.title,
      what: this.#desk.named(this.#ids),
    });
    this.#act(label, fields, key);
  }

  #act(label: string, fields: Patch, key: string): void {
    const merge = `form:${key}:${this.#ids.join()}`;
    this.#desk.act(label, patch(this.#desk.document, this.#ids, fields), merge);
  }

  /** Shows the values of the selected things as they are now. */
  #refresh(): void {
    const selected = this.#desk.selected();
    if (selected.length === 0 || this.#controls.size === 0) return;
    this.#summary();
    for (const [name, control] of this.#controls) {
      const values = selected.map(({ state }) => fieldValue(state, name));
      const [first] = values;
      const written = JSON.stringify(first ?? null);
      control.show(first, !values.every((value) => JSON.stringify(value ?? null) === written));
    }
    const fault = this.#fault;
    if (fault) this.#controls.get(fault.field)?.fault(fault.detail);
    this.#fault = null;
  }
}

function fieldValue(state: Thing["state"], name: string): Value | undefined {
  if (name === "label") return state.label;
  if (name === "status") return state.status;
  if (name === "part_of") return state.part_of;
  return state.attributes[name.replace(/^attributes\./, "")];
}
