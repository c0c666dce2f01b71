// Reading what a clerk types or pastes into a field, and writing what stands there.
import type { Field } from "./kind";
import type { Value } from "./types";

/** A typed value that was understood, or the key of the text that says why not. */
export type Read = { value: Value } | { fault: string; values?: Record<string, string | number> };

/** Reads a number with comma or point and with gaps between thousands; `null` when it is none. */
export function readNumber(typed: string): number | null {
  const bare = typed.replace(/[\s\u00a0\u202f]/g, "").replace("\u2212", "-");
  if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/.test(bare)) return null;
  return Number(bare.replace(",", "."));
}

/** Writes a number as the clerk's language does, without gaps, so that it can be read again. */
export function writeNumber(value: number, lang: "pl" | "en"): string {
  const written = String(value);
  return lang === "pl" ? written.replace(".", ",") : written;
}

const YES = ["tak", "yes", "true", "1", "t", "y", "prawda"];
const NO = ["nie", "no", "false", "0", "n", "fałsz"];

/** Reads a date as `2024-05-31` or `31.05.2024`; answers it in the first form. */
export function readDate(typed: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  const polish = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(typed);
  const [year, month, day] = iso ? iso.slice(1) : polish ? [polish[3], polish[2], polish[1]] : [];
  if (!year || !month || !day) return null;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const date = new Date(Date.UTC(y, m - 1, d));
  if (date.getUTCFullYear() !== y || date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return null;
  return date.toISOString().slice(0, 10);
}

/** Reads a field's text by its schema; empty text is `null`, "not known". */
export function readValue(field: Field, typed: string): Read {
  const bare = typed.trim();
  if (bare === "") return { value: null };
  const { property, options } = field;
  if (property.type === "array") {
    const words = bare
      .split(/[;\n]/)
      .map((word) => word.trim())
      .filter((word) => word !== "");
    if (options.length === 0) return { value: words };
    const found = words.map((word) => optionOf(field, word)?.value);
    const known = found.filter((value) => value !== undefined);
    return known.length === words.length ? { value: [...new Set(known)] } : unknownOption(field);
  }
  if (property.type === "boolean") {
    const word = bare.toLowerCase();
    if (YES.includes(word)) return { value: true };
    if (NO.includes(word)) return { value: false };
    return { fault: "editor-bad-boolean" };
  }
  if (options.length > 0) {
    const found = optionOf(field, bare);
    if (!found) return unknownOption(field);
    return {
      value: property.type === "integer" || property.type === "number" ? Number(found.value) : found.value,
    };
  }
  if (property.type === "integer" || property.type === "number") return readNumeric(field, bare);
  return readText(field, bare);
}

/** The option with this value or these words. */
function optionOf({ options }: Field, typed: string): Field["options"][number] | undefined {
  const wanted = typed.toLowerCase();
  return (
    options.find(({ value }) => value === typed) ??
    options.find(({ value, words }) => value.toLowerCase() === wanted || words.toLowerCase() === wanted)
  );
}

function unknownOption({ options }: Field): Read {
  return { fault: "editor-bad-option", values: { words: options.map(({ words }) => words).join(", ") } };
}

function readNumeric({ property: { type, minimum, maximum } }: Field, bare: string): Read {
  const number = readNumber(bare);
  if (number === null) return { fault: "editor-bad-number" };
  if (type === "integer" && !Number.isInteger(number)) return { fault: "editor-bad-integer" };
  if (minimum !== undefined && number < minimum) return { fault: "editor-too-small", values: { n: minimum } };
  if (maximum !== undefined && number > maximum) return { fault: "editor-too-large", values: { n: maximum } };
  return { value: number };
}

function readText({ property: { format, maxLength, pattern } }: Field, bare: string): Read {
  if (format === "date") {
    const date = readDate(bare);
    return date ? { value: date } : { fault: "editor-bad-date" };
  }
  if (maxLength !== undefined && [...bare].length > maxLength) {
    return { fault: "editor-too-long", values: { n: maxLength } };
  }
  if (pattern !== undefined && !matches(pattern, bare)) return { fault: "editor-bad-pattern" };
  return { value: bare };
}

/** A pattern that this browser cannot read is left for the server to check. */
function matches(pattern: string, typed: string): boolean {
  try {
    return new RegExp(pattern, "u").test(typed);
  } catch {
    return true;
  }
}

/** Writes a value so that {@link readValue} reads it again. */
export function writeValue(field: Field, value: Value | undefined, lang: "pl" | "en"): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) {
    const words = value.map((one) => field.options.find((option) => option.value === String(one))?.words);
    return value.map((one, index) => words[index] ?? String(one)).join("; ");
  }
  if (typeof value === "boolean")
    return value ? (lang === "pl" ? "tak" : "yes") : lang === "pl" ? "nie" : "no";
  const option = field.options.find((one) => one.value === String(value));
  if (option) return option.words;
  return typeof value === "number" ? writeNumber(value, lang) : value;
}
