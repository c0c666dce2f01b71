import assert from "node:assert/strict";
import { test } from "node:test";
import { formatState, formatView, parseState, parseView } from "../src/lib/view_state";

test("a view survives being written and read", () => {
  const view = parseView(formatView({ zoom: 16.25, lat: 52.58341, lon: 13.33517 }));
  assert.ok(view);
  assert.equal(view.zoom, 16.25);
  assert.ok(Math.abs(view.lat - 52.58341) < 1e-5);
  assert.ok(Math.abs(view.lon - 13.33517) < 1e-5);
});

test("what is no place on earth is no view", () => {
  for (const hash of [
    "",
    "#",
    "#16",
    "#16/52",
    "#a/b/c",
    "#16//21",
    "#16/91/21",
    "#16/52/181",
    "#99/52/21",
    "#NaN/1/2",
  ]) {
    assert.equal(parseView(hash), null, hash);
  }
});

test("layers are read from one list or many, once each, and odd slugs are left out", () => {
  assert.deepEqual(parseState("?layers=lamps,trees&layers=lamps&layers=%3Cscript%3E", "").layers, [
    "lamps",
    "trees",
  ]);
  assert.deepEqual(parseState("?layers=", "").layers, []);
  assert.equal(parseState("", "").layers, null);
});

test("an id with odd letters is not taken", () => {
  assert.equal(
    parseState("?at=0198c0de-0000-7000-8000-000000000001", "").at,
    "0198c0de-0000-7000-8000-000000000001",
  );
  assert.equal(parseState("?at=../../x", "").at, null);
});

test("a state is written beside what else the address says", () => {
  const written = formatState("?lang=en&layers=bins", {
    view: { zoom: 15, lat: 52, lon: 21 },
    layers: ["lamps", "trees"],
    at: "abc",
  });
  assert.match(written, /^\?lang=en&layers=lamps,trees&at=abc#15\/52\.0+\/21\.0+$/);
  assert.equal(formatState("", { view: null, layers: null, at: null }), "");
});
