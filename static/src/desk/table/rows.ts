// Which rows and columns the table shows, and in which order.
import type { Desk } from "../desk";
import type { Patch } from "../model/actions";
import type { Thing } from "../model/document";
import { type DeskKind, fieldsOf } from "../model/kind";
import type { Status, Value } from "../model/types";
import { writeValue } from "../model/values";
import type { Lang, Say } from "../words";
import { type Column, valueIn } from "./paste";

/** The columns of a kind: its name, its attributes, its status. */
export function columnsOf(kind: DeskKind, say: Say, lang: Lang): Column[] {
  const own = { help: "", unit: "", private: false };
  const label: Column = {
    name: "label",
    title: say("editor-label"),
    field: {
      ...own,
      key: "label",
      title: say("editor-label"),
      required: false,
      property: { type: "string", maxLength: 200 },
      options: [],
    },
  };
  const status: Column = {
    name: "status",
    title: say("editor-status"),
    field: {
      ...own,
      key: "status",
      title: say("editor-status"),
      required: true,
      property: { type: "string" },
      options: [
        { value: "planned", words: say("editor-status-planned") },
        { value: "in_service", words: say("editor-status-in-service") },
        { value: "out_of_service", words: say("editor-status-out-of-service") },
      ],
    },
  };
  const attributes = fieldsOf(kind, lang).map(
    (field): Column => ({
      name: `attributes.${field.key}`,
      title: field.unit === "" ? field.title : `${field.title} (${field.unit})`,
      field,
    }),
  );
  return [label, ...attributes, status];
}

/** Order of the rows. */
export interface Order {
  /** `number` or the name of a column. */
  by: string;
  down: boolean;
}

/** Rows in order; what has no value stands last either way. */
export function sorted(things: readonly Thing[], { by, down }: Order, lang: Lang): Thing[] {
  const compare = new Intl.Collator(lang, { numeric: true });
  const keyed = things.map((thing) => {
    const value = by === "number" ? thing.number : valueIn(thing.state, by);
    return { thing, value: Array.isArray(value) ? value.join(" ") : (value ?? null) };
  });
  keyed.sort((one, other) => {
    if (one.value === null || other.value === null) {
      return Number(one.value === null) - Number(other.value === null);
    }
    const both = typeof one.value === "number" && typeof other.value === "number";
    const order = both
      ? Number(one.value) - Number(other.value)
      : compare.compare(String(one.value), String(other.value));
    return down ? -order : order;
  });
  return keyed.map(({ thing }) => thing);
}

/** Kinds that the table can show now, the most fitting first. */
export function kindFor(desk: Desk, wanted: string | null): string | null {
  const selected = desk.selected()[0]?.kind;
  if (wanted !== null && desk.kinds.has(wanted)) return wanted;
  return selected ?? [...desk.shown][0] ?? [...desk.kinds.keys()][0] ?? null;
}

/** Words for a list's values; the typed word is read back by them. */
export function optionsOf({ field }: Column, lang: Lang): (readonly [string, string])[] {
  if (field.options.length > 0) return field.options.map(({ words }) => [words, words] as const);
  return [true, false].map((value) => {
    const words = writeValue(field, value, lang);
    return [words, words] as const;
  });
}

/** The fields that a column's value sets. */
export function fieldsFor({ name, field }: Column, value: Value): Patch {
  if (name === "label") return { label: value === null ? null : String(value) };
  if (name === "status") return value === null ? {} : { status: value as Status };
  return { attributes: { [field.key]: value } };
}
