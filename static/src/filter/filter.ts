// Entry of pages with a filter: rows of conditions in plain words instead of CQL2. The form itself stays what it was: the
// rows only write its text field.
import { el } from "../lib/dom";
import type { Bounds } from "../lib/geo";
import { type Texts, text } from "../lib/text";
import {
  type Comparison,
  comparisonsOf,
  faultOf,
  fromText,
  type Property,
  propertiesOf,
  type Row,
  toText,
  valuesOf,
} from "./model";

class FilterForm {
  readonly #form: HTMLFormElement;
  readonly #field: HTMLTextAreaElement;
  readonly #place: HTMLElement;
  readonly #details: HTMLDetailsElement;
  readonly #send: HTMLButtonElement;
  readonly #texts: Texts;
  readonly #lang: string;
  readonly #said = el("p", { class: "govuk-visually-hidden", role: "status" });
  #kind: string;
  #properties: Property[] = [];
  #rows: Row[] = [];
  #all = true;
  #within = false;
  /** Whether the text is one that the rows can show. */
  #ours = true;
  /** Rows whose faults are shown: those that were sent, or left, with a fault. */
  #judged = false;

  constructor(root: HTMLElement, texts: Texts) {
    const find = <E extends Element>(selector: string): E => {
      const found = root.querySelector<E>(selector);
      if (!found) throw new Error(`the filter has no ${selector}`);
      return found;
    };
    this.#form = find("[data-filter-form]");
    this.#field = find("#filter");
    this.#place = find("[data-filter-rows]");
    this.#details = find("[data-filter-text]");
    this.#send = find("button[type=submit]");
    this.#texts = texts;
    this.#kind = root.dataset.kind ?? "";
    this.#lang = root.dataset.lang ?? "pl";
  }

  #say(key: string, values: Record<string, string | number> = {}): string {
    return text(this.#texts, key, values);
  }

  async start(): Promise<void> {
    this.#place.after(this.#said);
    const choice = this.#form.querySelector<HTMLSelectElement>("#filter-kind");
    choice?.addEventListener("change", () => {
      this.#kind = choice.value;
      this.#field.value = "";
      void this.#load();
    });
    this.#field.addEventListener("input", () => this.#readText());
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    await this.#load();
  }

  async #load(): Promise<void> {
    const kind = this.#kind;
    this.#place.replaceChildren(el("p", { class: "govuk-hint" }, this.#say("filter-js-loading")), this.#send);
    try {
      const properties = propertiesOf(await this.#askQueryables(kind));
      if (kind !== this.#kind) return;
      this.#properties = properties;
      this.#readText();
      // What is wrong with the text is said beside it.
      this.#details.open = !this.#ours || this.#form.querySelector(".govuk-error-message") !== null;
    } catch {
      this.#place.replaceChildren(
        el("p", { class: "govuk-hint" }, this.#say("filter-js-failed")),
        this.#send,
      );
      this.#details.open = true;
    }
  }

  async #askQueryables(kind: string): Promise<unknown> {
    const address = `/ogc/collections/${encodeURIComponent(kind)}/queryables?lang=${this.#lang}`;
    // The map shows to everybody the same, so its filter knows what everybody may know.
    const first = document.querySelector("[data-map]") ? "omit" : "same-origin";
    for (const credentials of [first, "same-origin"] as const) {
      const answer = await fetch(address, { credentials });
      if (answer.ok) return answer.json();
      if (credentials === "same-origin") throw new Error(`${address}: ${answer.status}`);
    }
    return null;
  }

  #readText(): void {
    const read = fromText(this.#field.value, this.#properties);
    this.#ours = read !== null;
    this.#rows = (read?.rows ?? []).map((row) => this.#typed(row));
    this.#all = read?.all ?? true;
    this.#within = (read?.within ?? null) !== null;
    this.#judged = false;
    this.#draw();
  }

  /** A row as people of the page's language type it. */
  #typed(row: Row): Row {
    const kind = this.#property(row)?.kind;
    if (this.#lang !== "pl" || (kind !== "number" && kind !== "whole")) return row;
    return { ...row, value: row.value.replace(".", ","), to: row.to.replace(".", ",") };
  }

  #bounds(): Bounds | null {
    const said = document.querySelector<HTMLElement>("[data-map]")?.dataset.bounds?.split(",").map(Number);
    return said?.length === 4 ? (said as Bounds) : null;
  }

  /** Writes the rows into the text field. */
  #write(): void {
    const whole = this.#rows.filter((row) => this.#faultOf(row) === null);
    this.#ours = true;
    this.#field.value = toText({
      rows: whole,
      all: this.#all,
      within: this.#within ? this.#bounds() : null,
    });
  }

  #property(row: Row): Property | undefined {
    return this.#properties.find(({ name }) => name === row.name);
  }

  #faultOf(row: Row): string | null {
    const property = this.#property(row);
    return property ? faultOf(row, property) : "filter-js-empty";
  }

  #submit(event: Event): void {
    if (this.#ours) this.#write();
    const wrong = this.#rows.findIndex((row) => this.#faultOf(row) !== null);
    if (wrong !== -1) {
      event.preventDefault();
      this.#judged = true;
      this.#draw();
      this.#place.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      return;
    }
    if (document.querySelector("[data-map]")) this.#keepMap();
    // An empty condition is none, and an address without it is shorter.
    this.#field.disabled = this.#field.value.trim() === "";
  }

  /** Takes along where the map looks and which layers are on; the one that is filtered is among them. */
  #keepMap(): void {
    this.#form.action = this.#form.action.split("#")[0] + location.hash;
    const said = new URLSearchParams(location.search).get("layers");
    let field = this.#form.querySelector<HTMLInputElement>("input[name=layers]");
    if (said === null && !field) return;
    if (!field) {
      field = el("input", { type: "hidden", name: "layers" });
      this.#form.append(field);
    }
    const layers = (said ?? field.value).split(",").filter((slug) => slug !== "");
    if (this.#field.value.trim() !== "" && !layers.includes(this.#kind)) layers.push(this.#kind);
    field.value = layers.join(",");
  }

  #draw(): void {
    const parts: (Node | null)[] = [];
    if (!this.#ours) parts.push(el("p", { class: "govuk-hint" }, this.#say("filter-js-by-hand")));
    if (this.#rows.length > 1) parts.push(this.#drawJoin());
    this.#rows.forEach((row, index) => {
      parts.push(this.#drawRow(row, index));
    });
    const add = el(
      "button",
      { type: "button", class: "govuk-button govuk-button--secondary conditions__add" },
      this.#say("filter-js-add"),
    );
    add.addEventListener("click", () => this.#add());
    if (document.querySelector("[data-map]")) parts.push(this.#drawWithin());
    // With rows to fill in, the text behind the buttons is for the few.
    parts.push(el("div", { class: "conditions__buttons" }, add, this.#send));
    this.#place.replaceChildren(...parts.filter((part) => part !== null));
  }

  #add(): void {
    const [property] = this.#properties;
    if (!property) return;
    const [comparison] = comparisonsOf(property.kind);
    this.#rows.push({ name: property.name, comparison: comparison ?? "is", value: "", to: "" });
    this.#changed();
    this.#place.querySelector<HTMLElement>(`#filter-row-${this.#rows.length - 1} select`)?.focus();
  }

  #changed(): void {
    this.#write();
    this.#draw();
  }

  #drawJoin(): HTMLElement {
    const select = el("select", { class: "govuk-select", id: "filter-join" });
    for (const all of [true, false]) {
      const words = this.#say(all ? "filter-js-all" : "filter-js-any");
      const option = el("option", { value: String(all) }, words);
      option.selected = all === this.#all;
      select.append(option);
    }
    select.addEventListener("change", () => {
      this.#all = select.value === "true";
      this.#write();
    });
    const label = el("label", { class: "govuk-label", for: "filter-join" }, this.#say("filter-js-join"));
    return el("div", { class: "conditions__join" }, label, select);
  }

  #drawWithin(): HTMLElement {
    const box = el("input", {
      type: "checkbox",
      class: "layers__box",
      id: "filter-within",
      autocomplete: "off",
    });
    box.checked = this.#within;
    box.addEventListener("change", () => {
      this.#within = box.checked;
      this.#write();
    });
    const label = el(
      "label",
      { class: "layers__label", for: "filter-within" },
      this.#say("filter-js-in-view"),
    );
    return el("div", { class: "layers__one conditions__within" }, box, label);
  }

  #drawRow(row: Row, index: number): HTMLElement {
    const id = `filter-row-${index}`;
    const property = this.#property(row);
    const names = this.#select(
      `${id}-name`,
      this.#say("filter-js-property"),
      this.#properties.map(({ name, title }) => [name, title]),
      row.name,
      (name) => {
        row.name = name;
        const offered = comparisonsOf(this.#property(row)?.kind ?? "text");
        if (!offered.includes(row.comparison)) row.comparison = offered[0] ?? "is";
        row.value = "";
        row.to = "";
      },
    );
    const comparisons = this.#select(
      `${id}-comparison`,
      this.#say("filter-js-comparison"),
      comparisonsOf(property?.kind ?? "text").map((one) => [one, this.#comparison(one)]),
      row.comparison,
      (comparison) => {
        row.comparison = comparison as Comparison;
      },
    );
    const count = valuesOf(row.comparison);
    const fault = this.#judged ? this.#faultOf(row) : null;
    const remove = el(
      "button",
      {
        type: "button",
        class: "conditions__remove",
        "aria-label": this.#say("filter-js-remove", { n: index + 1 }),
      },
      "×",
    );
    remove.addEventListener("click", () => {
      this.#rows.splice(index, 1);
      this.#changed();
      this.#said.textContent = this.#say("filter-js-removed");
      this.#place.querySelector<HTMLElement>(".conditions__add")?.focus();
    });
    return el(
      "fieldset",
      { class: "conditions__row", id },
      el("legend", { class: "govuk-visually-hidden" }, this.#say("filter-js-row", { n: index + 1 })),
      names,
      comparisons,
      fault ? el("p", { class: "govuk-error-message", id: `${id}-fault` }, this.#say(fault)) : null,
      count > 0 ? this.#value(`${id}-value`, row, "value", property, fault) : null,
      count > 1 ? this.#value(`${id}-to`, row, "to", property, fault) : null,
      remove,
    );
  }

  #comparison(comparison: Comparison): string {
    const keys: Record<Comparison, string> = {
      is: "filter-js-is",
      "is-not": "filter-js-is-not",
      equal: "filter-js-equal",
      "not-equal": "filter-js-not-equal",
      less: "filter-js-less",
      "at-most": "filter-js-at-most",
      more: "filter-js-more",
      "at-least": "filter-js-at-least",
      between: "filter-js-between",
      contains: "filter-js-contains",
      begins: "filter-js-begins",
      on: "filter-js-on",
      before: "filter-js-before",
      after: "filter-js-after",
      days: "filter-js-days",
      true: "filter-js-true",
      false: "filter-js-false",
      has: "filter-js-has",
      known: "filter-js-known",
      unknown: "filter-js-unknown",
    };
    return this.#say(keys[comparison]);
  }

  #select(
    id: string,
    label: string,
    choices: readonly (readonly [string, string])[],
    chosen: string,
    change: (value: string) => void,
  ): HTMLElement {
    const select = el("select", { class: "govuk-select", id });
    for (const [value, words] of choices) {
      const option = el("option", { value }, words);
      option.selected = value === chosen;
      select.append(option);
    }
    select.addEventListener("change", () => {
      change(select.value);
      this.#changed();
      document.getElementById(id)?.focus();
    });
    return el("div", {}, el("label", { class: "govuk-visually-hidden", for: id }, label), select);
  }

  #value(
    id: string,
    row: Row,
    end: "value" | "to",
    property: Property | undefined,
    fault: string | null,
  ): HTMLElement {
    const unit = property?.unit ?? null;
    const label =
      end === "value"
        ? unit
          ? this.#say("filter-js-in", { unit })
          : this.#say("filter-js-value")
        : unit
          ? this.#say("filter-js-in-to", { unit })
          : this.#say("filter-js-value-to");
    if (property && property.choices.length > 0 && ["is", "is-not", "has"].includes(row.comparison)) {
      const first = property.choices[0];
      if (row[end] === "" && first) {
        row[end] = first[0];
        this.#write();
      }
      return this.#select(id, label, property.choices, row[end], (value) => {
        row[end] = value;
      });
    }
    const isDate = property?.kind === "date" || property?.kind === "instant";
    const isNumber = property?.kind === "number" || property?.kind === "whole";
    const input = el("input", {
      class: "govuk-input",
      id,
      type: isDate ? "date" : "text",
      autocomplete: "off",
      ...(isNumber ? { inputmode: "decimal" } : {}),
      ...(fault ? { "aria-invalid": "true", "aria-describedby": `${id.replace(/-[a-z]+$/, "")}-fault` } : {}),
    });
    input.value = row[end];
    input.addEventListener("input", () => {
      row[end] = input.value;
      this.#write();
    });
    return el(
      "div",
      { class: "conditions__value" },
      el("label", { class: "govuk-visually-hidden", for: id }, label),
      input,
      unit ? el("span", { class: "conditions__unit", "aria-hidden": "true" }, unit) : null,
    );
  }
}

const root = document.querySelector<HTMLElement>("[data-filter]");
const block = document.getElementById("filter-texts")?.textContent;
if (root && block) {
  void new FilterForm(root, JSON.parse(block) as Texts).start();
}
