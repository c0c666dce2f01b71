import assert from "node:assert/strict";
import { test } from "node:test";
import { bearing, distance_m, nearest } from "../src/walk/measure";

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
