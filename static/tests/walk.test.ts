import assert from "node:assert/strict";
import { test } from "node:test";
import { bearing, distance_m, nearest } from "../src/walk/measure";
import { send } from "../src/walk/send";

test("distances and directions on the ground", () => {
  assert.ok(Math.abs(distance_m([21, 52], [21, 52.001]) - 111.2) < 0.5);
  assert.ok(Math.abs(distance_m([21, 52], [21.001, 52]) - 68.5) < 0.5);
  assert.ok(Math.abs(bearing([21, 52], [21.001, 52]) - 90) < 0.01);
  assert.ok(Math.abs(bearing([21, 52], [21, 51.9]) - 180) < 0.01);
});

test("the nearest thing comes first; without a position the first one", () => {
  const things = [{ point: [21, 52.01] as [number, number] }, { point: [21, 52.001] as [number, number] }];
  assert.equal(nearest(things, [21, 52]), things[1]);
  assert.equal(nearest(things, null), things[0]);
  assert.equal(nearest([], [21, 52]), null);
});

test("a report names the version that was shown, and a clash says who changed the thing when", async () => {
  const asked = globalThis.fetch;
  const bodies: string[] = [];
  const theirs = { who: "clerk@town.example", when: "2026-11-24T12:00:00Z" };
  globalThis.fetch = async (_, init) => {
    bodies.push(String(init?.body));
    return new Response(
      JSON.stringify({ detail: "Changed.", more: { clashes: [{ ...theirs, fields: [] }] } }),
      {
        status: 409,
      },
    );
  };
  try {
    const report = { report: "r", owner: "o", asset: "a", label: "L1", at: "2026-11-24T10:00:00Z" };
    const sent = await send({ ...report, outcome: "gone", rev: 2 });
    assert.deepEqual(sent, { refused: "Changed.", clash: theirs });
    assert.equal(JSON.parse(bodies[0] ?? "").rev, 2);
  } finally {
    globalThis.fetch = asked;
  }
});
