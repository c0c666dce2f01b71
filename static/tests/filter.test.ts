import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Comparison,
  type Conditions,
  comparisonsOf,
  faultOf,
  fromText,
  numberOf,
  type Property,
  propertiesOf,
  toText,
  valuesOf,
} from "../src/filter/model";

const QUERYABLES = {
  properties: {
    geometry: { format: "geometry-point" },
    label: { type: "string", title: "Nazwa" },
    height_m: { type: "number", title: "Wysokość", "x-ogc-unit": "m", "x-order": 2 },
    leaf_type: {
      type: "string",
      title: "Liście",
      enum: ["broadleaved", "needleleaved"],
      "x-labels": { broadleaved: "liściaste" },
      "x-order": 1,
    },
    lit: { type: "boolean", title: "Świeci" },
    uses: { type: "array", title: "Użytki", items: { type: "string" } },
    planted: { type: "string", format: "date", title: "Posadzone" },
    updated_at: { type: "string", format: "date-time", title: "Zmiana" },
    "o d d": { type: "string", title: "Dziwne" },
  },
};
const PROPERTIES = propertiesOf(QUERYABLES);
const one = (name: string, comparison: Comparison, value = "", to = ""): Conditions => ({
  rows: [{ name, comparison, value, to }],
  all: true,
  within: null,
});

test("properties come as people look for them, with labels and units", () => {
  assert.deepEqual(
    PROPERTIES.map(({ name }) => name),
    ["leaf_type", "height_m", "lit", "uses", "planted", "o d d", "label", "updated_at"],
  );
  const [leaf, height] = PROPERTIES;
  assert.deepEqual(leaf?.choices, [
    ["broadleaved", "liściaste"],
    ["needleleaved", "needleleaved"],
  ]);
  assert.equal(height?.unit, "m");
  assert.deepEqual(propertiesOf(null), []);
});

test("rows become CQL2", () => {
  for (const [conditions, text] of [
    [one("height_m", "at-least", "12,5"), "height_m >= 12.5"],
    [one("height_m", "between", "1", "2"), "height_m BETWEEN 1 AND 2"],
    [one("o d d", "is", "O'Neil\\"), "\"o d d\" = 'O''Neil\\\\'"],
    [one("label", "contains", "50%_"), "ACCENTI(CASEI(label)) LIKE ACCENTI(CASEI('%50\\\\%\\\\_%'))"],
    [one("lit", "false"), "lit = FALSE"],
    [one("uses", "has", "R"), "A_CONTAINS(uses, ('R'))"],
    [one("planted", "before", "2020-01-31"), "T_BEFORE(planted, DATE('2020-01-31'))"],
    [
      { rows: [], all: true, within: [1, 2, 3.12345678, 4] },
      "S_INTERSECTS(geometry, BBOX(1, 2, 3.123457, 4))",
    ],
  ] as [Conditions, string][]) {
    assert.equal(toText(conditions), text);
  }
});

test("whatever a form can say is read back from its text", () => {
  const values: Record<string, [string, string]> = {
    number: ["-1.5", "20"],
    whole: ["1", "2"],
    date: ["2020-01-31", "2021-02-28"],
    instant: ["2020-01-31", "2021-02-28"],
  };
  const rows = PROPERTIES.flatMap((property: Property) =>
    comparisonsOf(property.kind).map((comparison) => {
      const [value, to] = values[property.kind] ?? ['it\'s AND 5 % _ \\ OR "x" BETWEEN', ""];
      const count = valuesOf(comparison);
      return { name: property.name, comparison, value: count > 0 ? value : "", to: count > 1 ? to : "" };
    }),
  );
  for (const within of [null, [14.1, 49, 24.15, 54.9] as [number, number, number, number]]) {
    for (const all of [true, false]) {
      for (let from = 0; from < rows.length - 3; from += 1) {
        const conditions = { rows: rows.slice(from, from + 3), all, within };
        assert.deepEqual(fromText(toText(conditions), PROPERTIES), conditions, toText(conditions));
      }
      for (const row of rows) {
        const read = fromText(toText({ rows: [row], all, within }), PROPERTIES);
        assert.deepEqual(read, { rows: [row], all: true, within });
      }
    }
  }
});

test("what was written otherwise is left alone", () => {
  for (const text of [
    "height_m>5",
    "height_m > 5 AND (lit = TRUE OR lit IS NULL)",
    "height_m > 5 AND lit = TRUE OR lit IS NULL",
    "unknown = 5",
    "height_m = 'x'",
    "NOT lit = TRUE",
    "S_WITHIN(geometry, POINT(1 2))",
  ]) {
    assert.equal(fromText(text, PROPERTIES), null, text);
  }
});

test("numbers are typed with a comma or a point, and what is missing is named", () => {
  assert.equal(numberOf(" 1 234,5 "), "1234.5");
  assert.equal(numberOf("1e5"), null);
  const height = PROPERTIES.find(({ name }) => name === "height_m") as Property;
  assert.equal(
    faultOf({ name: "height_m", comparison: "less", value: "ten", to: "" }, height),
    "filter-js-number-wrong",
  );
  assert.equal(
    faultOf({ name: "height_m", comparison: "between", value: "1", to: "" }, height),
    "filter-js-number-wrong",
  );
  assert.equal(faultOf({ name: "height_m", comparison: "known", value: "", to: "" }, height), null);
});
