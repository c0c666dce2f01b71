import assert from "node:assert/strict";
import { test } from "node:test";
import { text } from "../src/lib/text";

test("places are filled, also more than once, and unknown ones stay", () => {
  const texts = { "js-in-sight": "%n% rzeczy, %n%! %other%" };
  assert.equal(text(texts, "js-in-sight", { n: 3 }), "3 rzeczy, 3! %other%");
});

test("an unknown key answers itself", () => {
  assert.equal(text({}, "js-none"), "js-none");
});
