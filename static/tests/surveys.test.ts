import assert from "node:assert/strict";
import { test } from "node:test";
import { crowdOf, fullest, pixels } from "../src/map/crowd";
import { type Asked, answersOf, readAnswer } from "../src/surveys/answers";
import { add, take } from "../src/surveys/drawing";

test("fields become the answers that the server reads", () => {
  assert.equal(readAnswer("q", "single", [["q", "a"]]), "a");
  assert.deepEqual(
    readAnswer("q", "multiple", [
      ["q", "a"],
      ["r", "x"],
      ["q", "b"],
    ]),
    ["a", "b"],
  );
  assert.deepEqual(
    readAnswer("q", "ranking", [
      ["q.a", "2"],
      ["q.b", "1"],
    ]),
    ["b", "a"],
  );
  assert.equal(
    readAnswer("q", "ranking", [
      ["q.a", "1"],
      ["q.b", "1"],
    ]),
    "tie",
  );
  assert.deepEqual(
    readAnswer("q", "points", [
      ["q.a", "3"],
      ["q.b", "0"],
      ["q.c", ""],
    ]),
    { a: 3 },
  );
  assert.deepEqual(readAnswer("q", "matrix", [["q.a", "x"]]), { a: "x" });
  assert.equal(readAnswer("q", "number", [["q", "1 234,5"]]), 1234.5);
  assert.equal(readAnswer("q", "number", [["q", "dużo"]]), "dużo");
  assert.equal(readAnswer("q", "text", [["q", " "]]), undefined);
  assert.equal(readAnswer("q", "pin", [["q", "[]"]]), undefined);
  assert.equal(readAnswer("q", "pin", [["q", "[1"]]), "unreadable");
});

test("a question that is not asked takes no choice", () => {
  const then = (id: string, of: string, any: string, not = false): Asked => ({
    id,
    kind: "single",
    when: [{ question: of, any: [any], not }],
  });
  const form: Asked[] = [
    { id: "first", kind: "single", when: [] },
    then("second", "first", "a"),
    then("third", "second", "b"),
    then("other", "first", "a", true),
  ];
  const fields = [
    ["first", "b"],
    ["second", "b"],
    ["third", "a"],
    ["other", "x"],
  ] as const;
  assert.deepEqual(answersOf(form, fields), { first: "b", other: "x" });
});

test("no more is drawn than may be", () => {
  const at = (x: number) => ({
    geometry: { type: "Point" as const, coordinates: [x, 52] as [number, number] },
  });
  assert.deepEqual(add([at(1)], at(2), 1), [at(2)]);
  const two = add([at(1)], at(2), 2);
  assert.equal(add(two, at(3), 2), two);
  assert.deepEqual(take(two, 0), [at(2)]);
  assert.equal(add([{ asset: "a" }], { asset: "a" }, 5).length, 1);
});

test("heat and circles are made of the middles of squares alone", () => {
  const square = (west: number, people: unknown) => ({
    type: "Feature" as const,
    properties: { people, group: "cells-1" },
    geometry: {
      type: "Polygon" as const,
      coordinates: [
        [
          [west, 52],
          [west + 0.004, 52],
          [west + 0.004, 52.002],
          [west, 52.002],
          [west, 52],
        ],
      ],
    },
  });
  const crowd = crowdOf({
    type: "FeatureCollection",
    features: [square(20, 7), square(21, 31), square(22, "many")],
  });
  assert.deepEqual(
    crowd.features.map(({ properties, geometry }) => [
      properties,
      geometry.coordinates.map((degrees) => degrees.toFixed(4)),
    ]),
    [
      [{ people: 7 }, ["20.0020", "52.0010"]],
      [{ people: 31 }, ["21.0020", "52.0010"]],
    ],
  );
  assert.equal(fullest(crowd), 31);
  // A square of 250 m at the zoom of streets, in the middle of Poland.
  assert.ok(Math.abs(pixels(250, 52) * 2 ** 15 - 170) < 1);
});
