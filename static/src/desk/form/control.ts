// One field of the form: shows a value or that values differ, tells of what was typed, says what does not fit.
import { el } from "../../lib/dom";
import { choice, labelled, line, showFault } from "../dialogs/dialog";
import type { Field } from "../model/kind";
import type { Value } from "../model/types";
import { readValue, writeNumber } from "../model/values";
import type { Lang, Say } from "../words";

/** How long after the last key a typed text counts as said. */
const TYPED_MS = 450;

/** What stands in a list when the selected things differ. */
const DIFFERENT = "\u0000different";

/** Longer texts get a field of several lines. */
const LONG = 200;

export interface Control {
  key: string;
  element: HTMLElement;
  /** The element that takes the focus. */
  input: HTMLElement;
  show(value: Value | undefined, different: boolean): void;
  fault(words: string): void;
  /** Hands over what was typed and not yet said. */
  settle(): void;
}

export interface ControlParts {
  field: Field;
  id: string;
  say: Say;
  lang: Lang;
  disabled: boolean;
  changed(value: Value): void;
}

/** Makes the control that suits a field. */
export function controlFor(parts: ControlParts): Control {
  const { field } = parts;
  if (field.property.type === "array" && field.options.length > 0) return severalControl(parts);
  if (field.property.type === "boolean" || field.options.length > 0) return listControl(parts);
  return textControl(parts);
}

function wrapped(input: HTMLElement, { field, id, say }: ControlParts, suffix = ""): HTMLElement {
  const marks = [
    field.required ? ` (${say("editor-required")})` : "",
    field.private ? ` (${say("editor-private")})` : "",
  ];
  return labelled(input, {
    id,
    label: `${field.title}${marks.join("")}`,
    ...(field.help === "" ? {} : { hint: field.help }),
    ...(suffix === "" ? {} : { suffix }),
  });
}

function listControl(parts: ControlParts): Control {
  const { field, say, lang } = parts;
  const words: readonly (readonly [string, string])[] =
    field.property.type === "boolean"
      ? [
          ["true", lang === "pl" ? "tak" : "yes"],
          ["false", lang === "pl" ? "nie" : "no"],
        ]
      : field.options.map((option) => [option.value, option.words] as const);
  const select = choice([["", say("editor-unknown")], ...words]);
  select.disabled = parts.disabled;
  select.addEventListener("change", () => {
    if (select.value === DIFFERENT) return;
    const read = readValue(field, select.value);
    if ("value" in read) parts.changed(read.value);
  });
  return {
    key: field.key,
    element: wrapped(select, parts),
    input: select,
    show: (value, different) => {
      select.querySelector(`option[data-different]`)?.remove();
      const written = value === null || value === undefined ? "" : String(value);
      const known = written === "" || words.some(([one]) => one === written);
      if (different) {
        select.prepend(el("option", { value: DIFFERENT, "data-different": "" }, say("editor-different")));
      } else if (!known) {
        // A value that the schema no longer knows is shown, not lost.
        select.prepend(el("option", { value: written, "data-different": "" }, written));
      }
      select.value = different ? DIFFERENT : written;
    },
    fault: (text) => showFault(select, text),
    settle: () => undefined,
  };
}

/** A list of which several may be chosen; whatever else the thing has stays until it is unticked. */
function severalControl(parts: ControlParts): Control {
  const { field, id, say } = parts;
  const boxes = el("div", { class: "govuk-checkboxes govuk-checkboxes--small" });
  const told = el("p", { class: "govuk-hint", hidden: "" }, say("editor-different"));
  const fault = el("p", { class: "govuk-error-message", id: `${id}-fault`, hidden: "" });
  const marks = [
    field.required ? ` (${say("editor-required")})` : "",
    field.private ? ` (${say("editor-private")})` : "",
  ];
  const legend = el("legend", { class: "govuk-label" }, `${field.title}${marks.join("")}`);
  const hint = field.help === "" ? null : el("div", { class: "govuk-hint", id: `${id}-hint` }, field.help);
  const described = hint ? `${id}-hint ${id}-fault` : `${id}-fault`;
  const group = el("fieldset", {
    class: "govuk-fieldset",
    id,
    tabindex: "-1",
    "aria-describedby": described,
  });
  group.append(legend, ...(hint ? [hint] : []), told, fault, boxes);
  group.disabled = parts.disabled;
  const inputs = (): HTMLInputElement[] => [...boxes.querySelectorAll("input")];
  const add = (value: string, words: string, stranger: boolean): void => {
    const box_id = `${id}-${boxes.childElementCount}`;
    const box = el("input", { class: "govuk-checkboxes__input", type: "checkbox", id: box_id, value });
    const label = el("label", { class: "govuk-label govuk-checkboxes__label", for: box_id }, words);
    const item = el("div", { class: "govuk-checkboxes__item" }, box, label);
    if (stranger) item.dataset.stranger = "";
    boxes.append(item);
  };
  for (const { value, words } of field.options) add(value, words, false);
  boxes.addEventListener("change", () => {
    const chosen = inputs().filter((box) => box.checked);
    parts.changed(chosen.length === 0 ? null : chosen.map((box) => box.value));
  });
  return {
    key: field.key,
    element: el("div", { class: "govuk-form-group" }, group),
    input: group,
    show: (value, different) => {
      const chosen = !different && Array.isArray(value) ? value.map(String) : [];
      told.hidden = !different;
      for (const item of boxes.querySelectorAll("[data-stranger]")) item.remove();
      const known = new Set(field.options.map((option) => option.value));
      // A value that the schema no longer knows is shown, not lost.
      for (const stranger of chosen.filter((one) => !known.has(one))) add(stranger, stranger, true);
      for (const box of inputs()) box.checked = chosen.includes(box.value);
    },
    fault: (words) => showFault(group, words),
    settle: () => undefined,
  };
}

function inputFor({ field: { property } }: ControlParts): HTMLInputElement | HTMLTextAreaElement {
  const numeric = property.type === "number" || property.type === "integer";
  if (property.format === "date") return line("", { type: "date" });
  if (property.type === "array" || (property.type !== "number" && (property.maxLength ?? 0) > LONG)) {
    return el("textarea", { class: "govuk-textarea", rows: "3" });
  }
  if (!numeric) return line("", property.maxLength ? { maxlength: String(property.maxLength) } : {});
  return line("", { inputmode: property.type === "integer" ? "numeric" : "decimal" });
}

function textControl(parts: ControlParts): Control {
  const { field, say, lang } = parts;
  const input = inputFor(parts);
  input.disabled = parts.disabled;
  let timer = 0;
  /** What was last shown or handed over. */
  let known = "";
  const hand = (): void => {
    window.clearTimeout(timer);
    timer = 0;
    if (input.value === known) return;
    const read = readValue(field, input.value);
    showFault(input, "fault" in read ? say(read.fault, read.values ?? {}) : "");
    if ("fault" in read) return;
    known = input.value;
    parts.changed(read.value);
  };
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(hand, TYPED_MS);
  });
  input.addEventListener("change", hand);
  return {
    key: field.key,
    element: wrapped(input, parts, field.unit),
    input,
    show: (value, different) => {
      // What is being typed is not taken out of the clerk's hands.
      if (timer !== 0) return;
      const written = different ? "" : plainText(field, value, lang);
      const same =
        input.value === written ||
        (input === document.activeElement && known === input.value && sameValue(field, input.value, value));
      if (!same) input.value = written;
      known = input.value;
      if (different) input.setAttribute("placeholder", say("editor-different"));
      else input.removeAttribute("placeholder");
      showFault(input, "");
    },
    fault: (text) => showFault(input, text),
    settle: hand,
  };
}

/** Whether a text stands for a value, so that "4,50" is not rewritten under the cursor. */
function sameValue(field: Field, typed: string, value: Value | undefined): boolean {
  const read = readValue(field, typed);
  return "value" in read && JSON.stringify(read.value) === JSON.stringify(value ?? null);
}

function plainText({ property }: Field, value: Value | undefined, lang: Lang): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join("\n");
  if (typeof value === "number") return writeNumber(value, lang);
  return property.format === "date" ? String(value).slice(0, 10) : String(value);
}
