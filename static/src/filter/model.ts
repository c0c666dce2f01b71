// Conditions as rows of a form, and as CQL2. Pure: knows neither the page nor the network.
import type { Bounds } from "../lib/geo";

/** What a property is. */
export type Kind = "text" | "choice" | "number" | "whole" | "bool" | "date" | "instant" | "list";

/** A property by which things can be filtered. */
export interface Property {
  name: string;
  title: string;
  kind: Kind;
  unit: string | null;
  /** Values and their labels; empty when any value goes. */
  choices: [value: string, label: string][];
}

/** How a property is compared. */
export type Comparison =
  | "is"
  | "is-not"
  | "equal"
  | "not-equal"
  | "less"
  | "at-most"
  | "more"
  | "at-least"
  | "between"
  | "contains"
  | "begins"
  | "on"
  | "before"
  | "after"
  | "days"
  | "true"
  | "false"
  | "has"
  | "known"
  | "unknown";

/** One condition. */
export interface Row {
  name: string;
  comparison: Comparison;
  value: string;
  /** The upper end of a range. */
  to: string;
}

/** All conditions of a form. */
export interface Conditions {
  rows: Row[];
  /** Whether all must be met, not only one. */
  all: boolean;
  /** The box in which things must lie; `null` for anywhere. */
  within: Bounds | null;
}

/** The comparisons that a kind of property offers, the usual one first. */
export function comparisonsOf(kind: Kind): Comparison[] {
  switch (kind) {
    case "text":
      return ["contains", "begins", "is", "is-not", "known", "unknown"];
    case "choice":
      return ["is", "is-not", "known", "unknown"];
    case "number":
    case "whole":
      return ["at-least", "at-most", "more", "less", "equal", "not-equal", "between", "known", "unknown"];
    case "bool":
      return ["true", "false", "known", "unknown"];
    case "date":
    case "instant":
      return ["after", "before", "on", "days", "known", "unknown"];
    case "list":
      return ["has", "known", "unknown"];
  }
}

/** How many values a comparison needs. */
export function valuesOf(comparison: Comparison): 0 | 1 | 2 {
  if (["true", "false", "known", "unknown"].includes(comparison)) return 0;
  return comparison === "between" || comparison === "days" ? 2 : 1;
}

interface Schema {
  type?: string | string[];
  format?: string;
  title?: string;
  enum?: unknown[];
  items?: { enum?: unknown[] };
  "x-labels"?: Record<string, string>;
  "x-ogc-unit"?: string;
  "x-order"?: number;
}

/** Columns that people rarely ask for stand behind the attributes, in this order. */
const LAST = ["label", "status", "registry_number", "updated_at", "source", "source_id"];
/** Columns that say nothing to people. */
const LEFT_OUT = ["geometry", "id", "rev", "part_of"];

/** The properties of a queryables document (JSON Schema), as people look for them. */
export function propertiesOf(queryables: unknown): Property[] {
  const schemas = (queryables as { properties?: Record<string, Schema> } | null)?.properties ?? {};
  const place = ([name, schema]: [string, Schema]): number => {
    const column = LAST.indexOf(name);
    return column === -1 ? (schema["x-order"] ?? 900) : 1000 + column;
  };
  return Object.entries(schemas)
    .filter(([name]) => !LEFT_OUT.includes(name))
    .sort((one, other) => place(one) - place(other))
    .map(([name, schema]) => {
      const values = (schema.enum ?? schema.items?.enum ?? []).filter((value) => typeof value === "string");
      const labels = schema["x-labels"] ?? {};
      return {
        name,
        title: schema.title ?? name,
        kind: kindOf(schema, values.length > 0),
        unit: schema["x-ogc-unit"] ?? null,
        choices: values.map((value): [string, string] => [value, labels[value] ?? value]),
      };
    });
}

function kindOf({ type, format }: Schema, closed: boolean): Kind {
  switch (type) {
    case "number":
      return "number";
    case "integer":
      return "whole";
    case "boolean":
      return "bool";
    case "array":
      return "list";
  }
  if (format === "date") return "date";
  if (format === "date-time") return "instant";
  return closed ? "choice" : "text";
}

/** Reads a number as people type it, with a comma or a point; `null` when it is none. */
export function numberOf(typed: string): string | null {
  const plain = typed
    .trim()
    .replace(/[\s\u00a0]/g, "")
    .replace(",", ".");
  return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? plain : null;
}

/** What is wrong with a row's values: the key of a text, or `null`. */
export function faultOf(row: Row, property: Property): string | null {
  const values = [row.value, row.to].slice(0, valuesOf(row.comparison));
  for (const value of values) {
    if (property.kind === "number" || property.kind === "whole") {
      if (numberOf(value) === null) return "filter-js-number-wrong";
    } else if (property.kind === "date" || property.kind === "instant") {
      if (!/^\d{4}-\d\d-\d\d$/.test(value)) return "filter-js-date-wrong";
    } else if (value.trim() === "") {
      return "filter-js-empty";
    }
  }
  return null;
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
const named = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `"${name}"`);
/** A text in which `%`, `_` and `\` mean themselves in a pattern. */
const literal = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
const folded = (inner: string): string => `ACCENTI(CASEI(${inner}))`;

function rowText({ name, comparison, value, to }: Row): string {
  const property = named(name);
  const number = numberOf(value) ?? "0";
  switch (comparison) {
    case "is":
      return `${property} = ${quoted(value)}`;
    case "is-not":
      return `${property} <> ${quoted(value)}`;
    case "equal":
      return `${property} = ${number}`;
    case "not-equal":
      return `${property} <> ${number}`;
    case "less":
      return `${property} < ${number}`;
    case "at-most":
      return `${property} <= ${number}`;
    case "more":
      return `${property} > ${number}`;
    case "at-least":
      return `${property} >= ${number}`;
    case "between":
      return `${property} BETWEEN ${number} AND ${numberOf(to) ?? "0"}`;
    case "contains":
      return `${folded(property)} LIKE ${folded(quoted(`%${literal(value)}%`))}`;
    case "begins":
      return `${folded(property)} LIKE ${folded(quoted(`${literal(value)}%`))}`;
    case "on":
      return `${property} = DATE('${value}')`;
    case "before":
      return `T_BEFORE(${property}, DATE('${value}'))`;
    case "after":
      return `T_AFTER(${property}, DATE('${value}'))`;
    case "days":
      return `T_INTERSECTS(${property}, INTERVAL('${value}', '${to}'))`;
    case "true":
      return `${property} = TRUE`;
    case "false":
      return `${property} = FALSE`;
    case "has":
      return `A_CONTAINS(${property}, (${quoted(value)}))`;
    case "known":
      return `${property} IS NOT NULL`;
    case "unknown":
      return `${property} IS NULL`;
  }
}

/** The conditions as CQL2 text; empty when there are none. */
export function toText({ rows, all, within }: Conditions): string {
  const texts = rows.map(rowText);
  const joined = texts.join(all ? " AND " : " OR ");
  if (!within) return joined;
  const box = `S_INTERSECTS(geometry, BBOX(${within.map((degrees) => Number(degrees.toFixed(6))).join(", ")}))`;
  if (joined === "") return box;
  return all || texts.length === 1 ? `${joined} AND ${box}` : `(${joined}) AND ${box}`;
}

const NAME = `(?:([A-Za-z_][A-Za-z0-9_]*)|"([^"]+)")`;
const TEXT = `'((?:[^']|'')*)'`;
const NUMBER = `(-?(?:\\d+\\.?\\d*|\\.\\d+))`;
const DAY = `'(\\d{4}-\\d\\d-\\d\\d)'`;
const SIGNS: Record<string, Comparison> = {
  "=": "equal",
  "<>": "not-equal",
  "<": "less",
  "<=": "at-most",
  ">": "more",
  ">=": "at-least",
};

/** Reads what [`toText`] writes; `null` for any other condition. */
export function fromText(text: string, properties: readonly Property[]): Conditions | null {
  let rest = text.trim();
  let within: Bounds | null = null;
  const boxed =
    /^(?:(.*) AND )?S_INTERSECTS\(geometry, BBOX\((-?[\d.]+), (-?[\d.]+), (-?[\d.]+), (-?[\d.]+)\)\)$/s.exec(
      rest,
    );
  if (boxed) {
    const [, before, ...edges] = boxed;
    within = edges.map(Number) as Bounds;
    rest = before ?? "";
    if (rest.startsWith("(") && rest.endsWith(")")) rest = rest.slice(1, -1);
  }
  if (rest === "") return { rows: [], all: true, within };
  for (const all of [true, false]) {
    const rows = splitAt(rest, all ? " AND " : " OR ").map((part) => readRow(part, properties));
    if (rows.every((row) => row !== null)) {
      const conditions = { rows, all, within };
      // Only what comes out the same was written here.
      if (toText(conditions) === text.trim()) return conditions;
    }
  }
  return null;
}

/** Splits outside of quotes; the AND of a BETWEEN stays where it is. */
function splitAt(text: string, word: string): string[] {
  const parts: string[] = [];
  let part = "";
  let inside = false;
  let between = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "'") inside = !inside;
    if (!inside && text.startsWith(" BETWEEN ", at)) between = true;
    if (!inside && text.startsWith(word, at)) {
      if (word === " AND " && between) {
        between = false;
      } else {
        parts.push(part);
        part = "";
        at += word.length - 1;
        continue;
      }
    }
    part += text[at];
  }
  parts.push(part);
  return parts;
}

function readRow(text: string, properties: readonly Property[]): Row | null {
  const of = (pattern: string): RegExpExecArray | null => new RegExp(`^${pattern}$`, "s").exec(text);
  const row = (found: RegExpExecArray, comparison: Comparison, value = "", to = ""): Row | null => {
    const name = found[1] ?? found[2] ?? "";
    const property = properties.find((one) => one.name === name);
    return property && comparisonsOf(property.kind).includes(comparison)
      ? { name, comparison, value, to }
      : null;
  };
  const plain = (found: string | undefined): string =>
    (found ?? "").replaceAll("''", "'").replaceAll("\\\\", "\\");
  let found = of(`${NAME} IS (NOT )?NULL`);
  if (found) return row(found, found[3] ? "known" : "unknown");
  found = of(`${NAME} = (TRUE|FALSE)`);
  if (found) return row(found, found[3] === "TRUE" ? "true" : "false");
  found = of(`${NAME} = DATE\\(${DAY}\\)`);
  if (found) return row(found, "on", found[3]);
  found = of(`T_BEFORE\\(${NAME}, DATE\\(${DAY}\\)\\)`);
  if (found) return row(found, "before", found[3]);
  found = of(`T_AFTER\\(${NAME}, DATE\\(${DAY}\\)\\)`);
  if (found) return row(found, "after", found[3]);
  found = of(`T_INTERSECTS\\(${NAME}, INTERVAL\\(${DAY}, ${DAY}\\)\\)`);
  if (found) return row(found, "days", found[3], found[4]);
  found = of(`${NAME} BETWEEN ${NUMBER} AND ${NUMBER}`);
  if (found) return row(found, "between", found[3], found[4]);
  found = of(`${NAME} (<>|<=|>=|=|<|>) ${NUMBER}`);
  if (found) return row(found, SIGNS[found[3] ?? ""] ?? "equal", found[4]);
  found = of(`${NAME} (=|<>) ${TEXT}`);
  if (found) return row(found, found[3] === "=" ? "is" : "is-not", plain(found[4]));
  found = of(`A_CONTAINS\\(${NAME}, \\(${TEXT}\\)\\)`);
  if (found) return row(found, "has", plain(found[3]));
  found = of(`ACCENTI\\(CASEI\\(${NAME}\\)\\) LIKE ACCENTI\\(CASEI\\(${TEXT}\\)\\)`);
  if (!found) return null;
  const pattern = plain(found[3]);
  const begins = !pattern.startsWith("%");
  const inner = pattern.slice(begins ? 0 : 1, -1).replace(/\\([\\%_])/g, "$1");
  return row(found, begins ? "begins" : "contains", inner);
}
