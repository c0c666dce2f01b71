import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterPiece,
  base64,
  isClutter,
  MOST_TRIES,
  mayGoOn,
  Speed,
  sizeText,
} from "../src/imports/upload_state";

test("only the same file is gone on with", () => {
  const file = { bytes: 10, changed: 5 };
  assert.equal(mayGoOn({ id: "1", received: 4 }, file, { bytes: 10, changed: 5 }), true);
  assert.equal(mayGoOn({ id: "1", received: 4 }, file, { bytes: 10, changed: 6 }), false);
  assert.equal(mayGoOn({ id: "1", received: 0 }, file, { bytes: 10, changed: 6 }), true);
  // Another browser brought the beginning: size and name must do.
  assert.equal(mayGoOn({ id: "1", received: 4 }, file, null), true);
});

test("a broken line is asked how much has arrived, later each time, and not for ever", () => {
  assert.deepEqual(afterPiece(204, "8", 8, 0), { go: "on", offset: 8 });
  assert.deepEqual(afterPiece(0, null, 8, 0), { go: "ask", afterMs: 500 });
  assert.deepEqual(afterPiece(409, null, 8, 1), { go: "ask", afterMs: 1000 });
  assert.deepEqual(afterPiece(0, null, 8, MOST_TRIES), { go: "stop", key: "imports-js-offline" });
  assert.deepEqual(afterPiece(413, null, 8, 0), { go: "stop", key: "imports-js-server" });
  assert.deepEqual(afterPiece(401, null, 8, 0), { go: "stop", key: "imports-js-signed-out" });
});

test("speed is that of the last seconds", () => {
  const speed = new Speed();
  assert.equal(speed.perSecond(), 0);
  speed.mark(0, 0);
  speed.mark(1000, 500);
  assert.equal(speed.perSecond(), 500);
  speed.mark(9000, 8500);
  assert.equal(speed.perSecond(), 1000);
});

test("names and sizes are written as people and headers want them", () => {
  assert.equal(base64("spis ą.csv"), Buffer.from("spis ą.csv").toString("base64"));
  assert.equal(sizeText(3_400_000, "pl"), "3,4\u00a0MB");
  assert.equal(sizeText(999, "en"), "999\u00a0B");
  assert.equal(isClutter("paczka/.DS_Store"), true);
  assert.equal(isClutter("paczka/drzewa.csv"), false);
});
