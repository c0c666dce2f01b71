// A kind of assets with the schema of its attributes, and how the schema reads in the clerk's language.
import type { Value } from "./types";

/** One attribute in a kind's JSON Schema. */
export interface Property {
  type?: "string" | "number" | "integer" | "boolean" | "array";
  title?: string;
  "x-title-en"?: string;
  description?: string;
  "x-help-en"?: string;
  enum?: Value[];
  /** What each value of a list of several may be. */
  items?: { enum?: Value[] };
  "x-enum"?: Readonly<Record<string, { pl?: string; en?: string } | undefined>>;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  "x-unit"?: string;
  "x-order"?: number;
  "x-public"?: boolean;
  default?: Value;
}

export interface Schema {
  properties?: Readonly<Record<string, Property>>;
  required?: readonly string[];
}

/** A kind as `/api/desk/kinds` tells it. */
export interface DeskKind {
  slug: string;
  title: string;
  /** What one of it is called. */
  singular: string;
  geometry_type: "point" | "line" | "area" | "any";
  icon: string;
  colour: string;
  min_zoom: number;
  domain: string;
  public: boolean;
  count: number;
  /** Whether this clerk may change things of the kind. */
  writable: boolean;
  schema: Schema;
}

/** An attribute ready to be shown. */
export interface Field {
  key: string;
  title: string;
  help: string;
  unit: string;
  required: boolean;
  private: boolean;
  property: Property;
  /** Allowed values with the words for them; empty where any value may stand. */
  options: readonly { value: string; words: string }[];
}

/** The attributes of a kind in their order. */
export function fieldsOf(kind: DeskKind, lang: "pl" | "en"): Field[] {
  const required = new Set(kind.schema.required ?? []);
  return Object.entries(kind.schema.properties ?? {})
    .map(([key, property], index) => ({ key, property, index }))
    .sort(
      (one, other) =>
        (one.property["x-order"] ?? 1000 + one.index) - (other.property["x-order"] ?? 1000 + other.index),
    )
    .map(({ key, property }) => ({
      key,
      title: (lang === "en" ? property["x-title-en"] : null) ?? property.title ?? key,
      help: (lang === "en" ? property["x-help-en"] : null) ?? property.description ?? "",
      unit: property["x-unit"] ?? "",
      required: required.has(key),
      private: property["x-public"] === false,
      property,
      options: (property.enum ?? property.items?.enum ?? [])
        .filter((value) => value !== null)
        .map((value) => ({
          value: String(value),
          words: property["x-enum"]?.[String(value)]?.[lang] ?? String(value),
        })),
    }));
}

/** Attributes that a new thing of the kind starts with. */
export function defaultsOf(kind: DeskKind): Record<string, Value> {
  const found: Record<string, Value> = {};
  for (const [key, property] of Object.entries(kind.schema.properties ?? {})) {
    if (property.default !== undefined) found[key] = property.default;
  }
  return found;
}
