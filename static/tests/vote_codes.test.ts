import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readCode, showCode } from "../src/surveys/code";

test("codes are read as the town reads them", () => {
  const cases = JSON.parse(readFileSync("../ballots/tests/data/codes.json", "utf8"));
  for (const { typed, code, shown } of cases.right) {
    assert.equal(readCode(typed), code, typed);
    assert.equal(showCode(code), shown);
  }
  for (const typed of cases.mistyped) assert.equal(readCode(typed), null, typed);
});
