import assert from "node:assert/strict";
import { test } from "node:test";
import type { Thing } from "../src/desk/model/document";
import type { Field } from "../src/desk/model/kind";
import { type Column, cellsOf, planPaste } from "../src/desk/table/paste";

const field = (key: string, title: string, property: Field["property"], required = false): Field => ({
  key,
  title,
  help: "",
  unit: "",
  required,
  private: false,
  property,
  options: [],
});
const column = (name: string, it: Field): Column => ({ name, title: it.title, field: it });
const columns: Column[] = [
  column("label", field("label", "Nazwa", { type: "string", maxLength: 10 })),
  column("attributes.height_m", field("height_m", "Wysokość", { type: "number", maximum: 30 })),
  column("attributes.species", field("species", "Gatunek", { type: "string" }, true)),
];
const thing = (number: number): Thing => ({
  id: `id-${number}`,
  kind: "trees",
  number,
  mark: "same",
  state: {
    geometry: { type: "Point", coordinates: [21, 52] },
    label: null,
    attributes: { height_m: 5, species: "lipa" },
    status: "in_service",
    part_of: null,
  },
});
const things = [thing(1), thing(2), thing(3)];
const target = { columns, things, row: 0, column: 0, lang: "pl" as const };

test("cells as spreadsheets write them, quoted ones with lines within", () => {
  assert.deepEqual(cellsOf('a\tb\r\n"c ""d""\ne"\t\r\n'), [
    ["a", "b"],
    ['c "d"\ne', ""],
  ]);
});

test("a block is laid over the rows from the chosen cell on", () => {
  const plan = planPaste("6,5\tdąb\n5\tlipa\n7", { ...target, column: 1, row: 1 });
  assert.equal(plan.header, false);
  assert.deepEqual(
    plan.changes.map(({ id, column: { name }, before, after, value }) => [id, name, before, after, value]),
    [
      ["id-2", "attributes.height_m", "5", "6,5", 6.5],
      ["id-2", "attributes.species", "lipa", "dąb", "dąb"],
    ],
  );
  assert.equal(plan.same, 2);
  assert.equal(plan.left_over, 1);
});

test("what does not fit is told and not done", () => {
  const plan = planPaste("wysoka\n31\n \n", { ...target, column: 1 });
  assert.deepEqual(
    plan.changes.map(({ fault, value }) => [fault?.key ?? null, value]),
    [
      ["editor-bad-number", null],
      ["editor-too-large", null],
      [null, null],
    ],
  );
  assert.equal(planPaste("", { ...target, column: 2 }).changes.length, 0);
  assert.equal(planPaste("\t\n\t\n", { ...target, column: 2 }).changes[0]?.fault?.key, "editor-bad-required");
});

test("a header finds its columns, and a registry number its row", () => {
  const plan = planPaste("Gatunek\tnr\tkolor\ndąb\t3\tżółty\nklon\t9\t", target);
  assert.ok(plan.header);
  assert.deepEqual(plan.unknown, ["kolor"]);
  assert.deepEqual(
    plan.changes.map(({ id, after }) => [id, after]),
    [["id-3", "dąb"]],
  );
  assert.equal(plan.left_over, 1);
});

test("coordinates in the header make new points", () => {
  const plan = planPaste("X\tY\theight_m\n486964,37\t636960,47\t4\nx\t2\t99", target);
  assert.equal(plan.coordinates, "system");
  assert.deepEqual(plan.made[0]?.place, [486964.37, 636960.47]);
  assert.equal(plan.made[0]?.cells[0]?.value, 4);
  assert.equal(plan.made[1]?.bad, true);
  assert.equal(plan.made[1]?.cells[0]?.fault?.key, "editor-too-large");
  assert.equal(planPaste("lat\tlon\n52\t21", target).coordinates, "degrees");
  assert.deepEqual(planPaste("lat\tlon\n52\t21", target).made[0]?.place, [21, 52]);
});
