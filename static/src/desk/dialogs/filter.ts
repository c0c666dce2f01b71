// Selecting by kind and conditions, in sight or everywhere.
import { el } from "../../lib/dom";
import { type Condition, Refused } from "../api";
import type { Desk } from "../desk";
import { type Field, fieldsOf } from "../model/kind";
import { readValue } from "../model/values";
import { button, choice, labelled, line, openDialog } from "./dialog";

const OPERATIONS = ["eq", "ne", "lt", "gt", "contains", "empty", "filled"] as const;

interface Row {
  element: HTMLElement;
  /** The condition; words of what is wrong; `null` for an empty row. */
  read(): Condition | string | null;
}

/** Asks for conditions and selects what fits. */
export function openFilter(desk: Desk, sprite: string, found: (ids: string[]) => void): void {
  const { say, lang } = desk;
  const kind = choice(
    [...desk.kinds.values()].map(({ slug, title }) => [slug, title] as const),
    desk.selected()[0]?.kind ?? [...desk.shown][0],
  );
  const where = choice([
    ["sight", say("editor-filter-in-sight")],
    ["everywhere", say("editor-filter-everywhere")],
  ]);
  const words = line();
  const holder = el("div", {});
  const said = el("p", { class: "dialog__note", role: "status" });
  let rows: Row[] = [];

  const fields = (): Field[] => {
    const now = desk.kinds.get(kind.value);
    return now ? fieldsOf(now, lang) : [];
  };
  const addRow = (): void => {
    const row = conditionRow(desk, fields(), rows.length + 1);
    rows.push(row);
    holder.append(row.element);
  };
  const apply = async (): Promise<void> => {
    const read = rows.map((row) => row.read());
    const fault = read.find((one) => typeof one === "string");
    if (typeof fault === "string") {
      said.textContent = fault;
      return;
    }
    const conditions = read.flatMap((one) => (one && typeof one !== "string" ? [one] : []));
    const text = words.value.trim();
    said.textContent = say("editor-searching");
    try {
      const { assets, matched } = await desk.api.search({
        kinds: [kind.value],
        conditions,
        ...(text === "" ? {} : { text }),
        ...(where.value === "sight" ? { bbox: desk.bounds } : {}),
      });
      if (assets.length === 0) {
        said.textContent = say("editor-filter-none");
        return;
      }
      desk.take(assets);
      if (!desk.shown.has(kind.value)) desk.show(kind.value, true);
      opened.close();
      found(assets.map(({ id }) => id).filter((id) => desk.thing(id)));
      if (matched > assets.length) {
        desk.announce(say("editor-filter-part", { shown: assets.length, n: matched }));
      }
    } catch (failure) {
      said.textContent = failure instanceof Refused ? failure.detail : say("editor-load-failed");
    }
  };

  kind.addEventListener("change", () => {
    rows = [];
    holder.replaceChildren();
    addRow();
  });
  const more = button(say("editor-filter-more"), addRow);
  const form = el(
    "form",
    {},
    labelled(kind, { id: "filter-kind", label: say("editor-kind") }),
    labelled(where, { id: "filter-where", label: say("editor-filter-where") }),
    labelled(words, { id: "filter-words", label: say("editor-filter-words") }),
    el(
      "fieldset",
      { class: "govuk-fieldset" },
      el("legend", { class: "govuk-fieldset__legend" }, say("editor-filter-conditions")),
      holder,
      more,
    ),
    said,
    el("button", { type: "submit", hidden: "", tabindex: "-1" }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void apply();
  });
  addRow();
  const opened = openDialog({
    name: "filter",
    title: say("editor-filter-title"),
    say,
    sprite,
    body: [form],
    buttons: [
      button(say("editor-filter-select"), () => void apply(), "first", { "data-act": "filter-select" }),
      button(say("editor-cancel"), () => opened.close()),
    ],
  });
}

function conditionRow({ say }: Desk, fields: readonly Field[], number: number): Row {
  const key = choice([
    ["", say("editor-filter-any")],
    ...fields.map((field) => [field.key, field.title] as const),
  ]);
  const names: Record<(typeof OPERATIONS)[number], string> = {
    eq: "=",
    ne: "≠",
    lt: "<",
    gt: ">",
    contains: say("editor-op-contains"),
    empty: say("editor-op-empty"),
    filled: say("editor-op-filled"),
  };
  const op = choice(OPERATIONS.map((name) => [name, names[name]] as const));
  const value = line();
  key.setAttribute("aria-label", say("editor-filter-field", { n: number }));
  op.setAttribute("aria-label", say("editor-filter-op", { n: number }));
  value.setAttribute("aria-label", say("editor-filter-value", { n: number }));
  const needsValue = (): boolean => op.value !== "empty" && op.value !== "filled";
  op.addEventListener("change", () => {
    value.hidden = !needsValue();
  });
  return {
    element: el("div", { class: "condition" }, key, op, value),
    read: () => {
      const field = fields.find((one) => one.key === key.value);
      if (!field) return null;
      const wanted = op.value as Condition["op"];
      if (!needsValue()) return { key: field.key, op: wanted };
      if (wanted === "contains") return { key: field.key, op: wanted, value: value.value.trim() };
      const read = readValue(field, value.value);
      if ("fault" in read) return `${field.title}: ${say(read.fault, read.values ?? {})}`;
      if (read.value === null || Array.isArray(read.value))
        return `${field.title}: ${say("editor-filter-no-value")}`;
      return { key: field.key, op: wanted, value: read.value };
    },
  };
}
