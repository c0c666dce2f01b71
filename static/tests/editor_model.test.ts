import assert from "node:assert/strict";
import { test } from "node:test";
import { type Made, make, move, patch, remove, reshape, split } from "../src/desk/model/actions";
import {
  amended,
  done,
  type EditDocument,
  EMPTY,
  netChanges,
  redone,
  stateOf,
  thing,
  things,
  undone,
  withBase,
  withLog,
} from "../src/desk/model/document";
import { newId } from "../src/desk/model/ids";
import { type DeskKind, type Field, fieldsOf } from "../src/desk/model/kind";
import type { Asset, Change, Gesture, State } from "../src/desk/model/types";
import { readDate, readNumber, readValue, writeValue } from "../src/desk/model/values";

const state = (lon: number): State => ({
  geometry: { type: "Point", coordinates: [lon, 52] },
  label: null,
  attributes: { height_m: 4 },
  status: "in_service",
  part_of: null,
});
const asset = (id: string, lon: number): Asset => ({
  ...state(lon),
  id,
  kind: "lamps",
  rev: 3,
  number: 7,
  updated_at: "2026-01-01T00:00:00Z",
  updated_by: "klerk@reeve.example",
});
let counter = 0;
const gesture = (changes: Change[]): Gesture => {
  counter += 1;
  return { id: `g${counter}`, label: "test", at: "2026-01-01T00:00:00Z", changes };
};
const first = withBase(EMPTY, [asset("a", 21), asset("b", 21.1), asset("c", 21.2)]);
const seen = (document: EditDocument): unknown =>
  things(document)
    .map(({ id, state: { geometry, label, attributes, status } }) => ({
      id,
      geometry,
      label,
      attributes,
      status,
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));

/** Even numbers below 1 from a seed, the same in each run. */
function dice(seed: number): () => number {
  let now = seed;
  return () => {
    now = (Math.imul(now, 1_664_525) + 1_013_904_223) >>> 0;
    return now / 2 ** 32;
  };
}

function anything(document: EditDocument, roll: () => number): Change[] {
  const all = things(document);
  const some = all.filter(() => roll() < 0.4).map(({ id }) => id);
  const one = all[Math.floor(roll() * all.length)];
  const pick = Math.floor(roll() * 6);
  counter += 1;
  if (pick === 0 || !one) return make([{ id: `n${counter}`, kind: "lamps", state: state(roll()) }] as Made[]);
  if (pick === 1) return remove(document, some);
  if (pick === 2) return move(document, some, { x: roll() * 9, y: roll() * 9 });
  if (pick === 3) return patch(document, some, { attributes: { height_m: roll() < 0.3 ? null : roll() } });
  if (pick === 4) return reshape(document, one.id, { type: "Point", coordinates: [roll(), roll()] });
  const pieces = [state(roll()).geometry, state(roll()).geometry];
  return split(document, one.id, pieces, [`s${counter}`]);
}

test("whatever was done: all of it undone gives the first document, redone the last", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const roll = dice(seed);
    let now = first;
    const along = [seen(now)];
    for (let step = 0; step < 30; step += 1) {
      const changes = anything(now, roll);
      if (changes.length === 0) continue;
      now = done(now, gesture(changes));
      along.push(seen(now));
    }
    const last = now;
    for (const wanted of [...along].reverse().slice(1)) {
      now = undone(now);
      assert.deepEqual(seen(now), wanted);
    }
    assert.equal(now.cursor, 0);
    assert.equal(now.edited.size, 0);
    assert.equal(undone(now), now);
    // As after a reload: only the log and the cursor are known.
    assert.deepEqual(withLog(first, last.gestures, last.cursor).edited, last.edited);
    while (now.cursor < now.gestures.length) now = redone(now);
    assert.deepEqual(now.edited, last.edited);
    assert.deepEqual(seen(now), along.at(-1));
  }
});

test("a gesture after an undo forgets what could be redone", () => {
  let now = done(first, gesture(patch(first, ["a"], { label: "one" })));
  now = undone(now);
  now = done(now, gesture(patch(now, ["a"], { label: "two" })));
  assert.equal(now.gestures.length, 1);
  assert.equal(redone(now), now);
  assert.equal(stateOf(now, "a")?.label, "two");
});

test("small pushes become one gesture that is undone at once", () => {
  let now = done(first, gesture(move(first, ["a"], { x: 1, y: 0 })));
  now = amended(now, gesture(move(now, ["a"], { x: 1, y: 0 })));
  assert.equal(now.gestures.length, 1);
  assert.deepEqual(now.gestures[0]?.changes[0]?.before?.geometry, state(21).geometry);
  assert.deepEqual(seen(undone(now)), seen(first));
});

test("a change says on which revision it stands, also the second time", () => {
  const now = done(first, gesture(patch(first, ["a"], { label: "x" })));
  assert.equal(patch(now, ["a"], { label: "y" })[0]?.base_rev, 3);
  const made = done(first, gesture(make([{ id: "n", kind: "lamps", state: state(1) }])));
  assert.equal(patch(made, ["n"], { label: "y" })[0]?.base_rev, null);
  assert.equal(thing(made, "n")?.mark, "new");
});

test("what comes to nothing in the end is no change", () => {
  let now = done(first, gesture(make([{ id: "n", kind: "lamps", state: state(1) }])));
  now = done(now, gesture(remove(now, ["n"])));
  now = done(now, gesture(patch(now, ["a"], { label: "x" })));
  now = done(now, gesture(patch(now, ["a"], { label: null })));
  now = done(now, gesture(remove(now, ["b"])));
  assert.deepEqual(netChanges(now), [{ id: "b", kind: "lamps", what: "removed" }]);
  assert.deepEqual(patch(now, ["a"], { label: null }), []);
});

test("ids are UUIDs of version 7 and rise", () => {
  const [one, other] = [newId(1000), newId(2000)];
  assert.match(one, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(one < other);
});

const field = (property: Field["property"], options: Field["options"] = []): Field => ({
  key: "k",
  title: "K",
  help: "",
  unit: "",
  required: false,
  private: false,
  property,
  options,
});

test("numbers and dates are read as people write them", () => {
  assert.equal(readNumber("1 234,5"), 1234.5);
  assert.equal(readNumber("-0.25"), -0.25);
  assert.equal(readNumber("12a"), null);
  assert.equal(readDate("3.5.2024"), "2024-05-03");
  assert.equal(readDate("31.02.2024"), null);
});

test("typed values are held against the schema", () => {
  const height = field({ type: "number", minimum: 0, maximum: 40 });
  assert.deepEqual(readValue(height, "4,5"), { value: 4.5 });
  assert.deepEqual(readValue(height, " "), { value: null });
  assert.deepEqual(readValue(height, "41"), { fault: "editor-too-large", values: { n: 40 } });
  assert.deepEqual(readValue(field({ type: "integer" }), "1,5"), { fault: "editor-bad-integer" });
  assert.deepEqual(readValue(field({ type: "boolean" }), "Tak"), { value: true });
  const material = field({ type: "string" }, [{ value: "wood", words: "drewno" }]);
  assert.deepEqual(readValue(material, "Drewno"), { value: "wood" });
  assert.equal(writeValue(material, "wood", "pl"), "drewno");
  assert.ok("fault" in readValue(material, "stal"));
  assert.deepEqual(readValue(field({ type: "array" }), "a; b"), { value: ["a", "b"] });
  assert.ok("fault" in readValue(field({ type: "string", maxLength: 2 }), "abc"));
});

test("a list of several offers its values with their words", () => {
  const uses: Field["property"] = {
    type: "array",
    items: { enum: ["rest", "play"] },
    "x-enum": { rest: { pl: "odpoczynek", en: "rest" }, play: { pl: "zabawa" } },
  };
  const [found] = fieldsOf({ schema: { properties: { uses } } } as unknown as DeskKind, "pl");
  assert.ok(found);
  assert.deepEqual(found.options, [
    { value: "rest", words: "odpoczynek" },
    { value: "play", words: "zabawa" },
  ]);
  assert.deepEqual(readValue(found, "Zabawa; rest; zabawa"), { value: ["play", "rest"] });
  assert.ok("fault" in readValue(found, "zabawa; sen"));
  assert.equal(writeValue(found, ["play", "unknown"], "pl"), "zabawa; unknown");
});
