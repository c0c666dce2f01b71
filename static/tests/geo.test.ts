import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsOf, contains, nearest, positions } from "../src/lib/geo";

test("positions of every kind of geometry are found", () => {
  assert.deepEqual(positions({ type: "Point", coordinates: [21, 52] }), [[21, 52]]);
  assert.equal(
    positions({
      type: "MultiPolygon",
      coordinates: [
        [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      ],
    }).length,
    4,
  );
  assert.equal(
    positions({
      type: "GeometryCollection",
      geometries: [
        { type: "Point", coordinates: [1, 2] },
        {
          type: "LineString",
          coordinates: [
            [3, 4],
            [5, 6],
          ],
        },
      ],
    }).length,
    3,
  );
  assert.deepEqual(positions({ type: "Point", coordinates: [] }), []);
});

test("bounds hold what they were made of", () => {
  const bounds = boundsOf([
    [21.1, 52.3],
    [20.9, 52.1],
  ]);
  assert.deepEqual(bounds, [20.9, 52.1, 21.1, 52.3]);
  assert.ok(bounds && contains(bounds, [21, 52.2]));
  assert.ok(bounds && !contains(bounds, [22, 52.2]));
  assert.equal(boundsOf([]), null);
});

test("the nearest point within reach wins", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 40, y: 0 },
  ];
  assert.equal(nearest(points, { x: 12, y: 0 }, 14), 1);
  assert.equal(nearest(points, { x: 70, y: 0 }, 14), -1);
});
