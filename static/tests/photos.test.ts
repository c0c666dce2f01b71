import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, type Item, judge, ready, settled } from "../src/photos/queue";

function item(id: number, stand: Item["stand"]): Item {
  return { id, name: `${id}.jpg`, stand, sent: 0, tries: 0, why: "" };
}

test("two files are on their way at once, in order", () => {
  const items = [item(1, "added"), item(2, "working"), item(3, "waiting"), item(4, "waiting")];
  assert.deepEqual(
    ready(items).map(({ id }) => id),
    [3],
  );
  assert.equal(settled(items), false);
  assert.equal(settled([item(1, "known"), item(2, "refused"), item(3, "failed")]), true);
});

test("a busy server is asked again, later each time, and not for ever", () => {
  const busy = { status: 503, detail: null };
  assert.deepEqual(judge(busy, 1), { stand: "waiting", afterMs: 2000 });
  assert.deepEqual(judge(busy, 3), { stand: "waiting", afterMs: 8000 });
  assert.deepEqual(judge(busy, 4), { stand: "failed", key: "photos-js-busy" });
});

test("what the server says of a file is passed on", () => {
  assert.deepEqual(judge({ status: 422, detail: "uszkodzony" }, 1), { stand: "refused", why: "uszkodzony" });
  assert.deepEqual(judge({ status: 201, detail: null }, 1), { stand: "added" });
  assert.deepEqual(judge({ status: 0, detail: null }, 1), { stand: "failed", key: "photos-js-offline" });
  assert.deepEqual(judge({ status: 401, detail: "x" }, 1), { stand: "failed", key: "photos-js-signed-out" });
  assert.deepEqual(judge({ status: 500, detail: "x" }, 1), { stand: "failed", key: "photos-js-failed" });
});

test("what cannot be taken is not sent", () => {
  assert.equal(faultOf({ name: "a.jpg", type: "image/jpeg", size: 40_000_001 }), "photos-js-too-large");
  assert.equal(faultOf({ name: "IMG_1.HEIC", type: "", size: 10 }), "photos-js-heic");
  assert.equal(faultOf({ name: "a.jpg", type: "image/jpeg", size: 10 }), null);
});
