import assert from "node:assert/strict";
import { test } from "node:test";
import { meant, nearestVertex } from "../src/desk/geometry/hit";
import { caught, inArea } from "../src/desk/geometry/inside";
import { cutHole, join } from "../src/desk/geometry/join";
import { area_m2, lineLength_m } from "../src/desk/geometry/measure";
import { expand } from "../src/desk/geometry/numbering";
import { distance_m, movedBy } from "../src/desk/geometry/plane";
import { evenly, everyMetres } from "../src/desk/geometry/row";
import {
  addPart,
  deleteVertex,
  edges,
  faultOf,
  fromShape,
  insertVertex,
  moveVertex,
  removeRing,
  type Shape,
  toShape,
  vertexCount,
} from "../src/desk/geometry/shape";
import { snap } from "../src/desk/geometry/snap";
import { splitArea, splitLine } from "../src/desk/geometry/split";
import type { Geometry, Position } from "../src/desk/model/types";

/** A place so many metres east and north of a market square. */
const at = (x: number, y: number): Position => movedBy([21, 52], { x, y });
const square = (x: number, y: number, side: number): Position[] => [
  at(x, y),
  at(x + side, y),
  at(x + side, y + side),
  at(x, y + side),
];
const area = (...rings: Position[][]): Shape => ({ dimension: 2, parts: [rings] });
const line = (...positions: Position[]): Shape => ({ dimension: 1, parts: [[positions]] });
const near = (one: number, other: number, by: number): void =>
  assert.ok(Math.abs(one - other) <= by, `${one} is not ${other}`);

test("every geometry comes back as it was", () => {
  const ring: Position[] = [
    [1, 1],
    [2, 1],
    [2, 2],
    [1, 1],
  ];
  const all: Geometry[] = [
    { type: "Point", coordinates: [1, 2] },
    {
      type: "MultiPoint",
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      type: "LineString",
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      type: "MultiLineString",
      coordinates: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
    },
    { type: "Polygon", coordinates: [ring, ring] },
    { type: "MultiPolygon", coordinates: [[ring], [ring, ring]] },
  ];
  for (const geometry of all) assert.deepEqual(fromShape(toShape(geometry)), geometry);
});

test("vertices move, come and go in any ring of any part", () => {
  const shape = addPart(area(square(0, 0, 10), square(2, 2, 3)), square(20, 0, 5));
  const hole = { part: 0, ring: 1, index: 2 };
  assert.deepEqual(moveVertex(shape, hole, [0, 0]).parts[0]?.[1]?.[2], [0, 0]);
  assert.equal(vertexCount(insertVertex(shape, hole, [0, 0])), 13);
  const without = deleteVertex(shape, hole);
  assert.equal(without?.parts[0]?.[1]?.length, 3);
  const no_hole = without && deleteVertex(without, { ...hole, index: 0 });
  assert.equal(no_hole?.parts[0]?.length, 1);
  const one_part = no_hole && removeRing(no_hole, 1, 0);
  assert.equal(one_part?.parts.length, 1);
  assert.equal(one_part && removeRing(one_part, 0, 0), null);
  assert.equal(edges(shape).length, 12);
});

test("lengths and areas are those of the ground", () => {
  near(lineLength_m([at(0, 0), at(30, 40)]), 50, 0.05);
  near(area_m2(area(square(0, 0, 100), square(10, 10, 10))), 9900, 30);
});

test("a line is split at the place that was pointed at, not at its ends", () => {
  const whole = line(at(0, 0), at(10, 0), at(20, 0));
  const halves = splitLine(whole, at(15, 0.4), 1);
  assert.ok(halves);
  near(lineLength_m(halves[0].parts[0]?.[0] ?? []), 15, 0.01);
  near(lineLength_m(halves[1].parts[0]?.[0] ?? []), 5, 0.01);
  assert.deepEqual(halves[0].parts[0]?.[0]?.at(-1), halves[1].parts[0]?.[0]?.[0]);
  assert.equal(splitLine(whole, at(0, 0), 1), null);
  assert.equal(splitLine(whole, at(5, 9), 1), null);
  const at_corner = splitLine(whole, at(10, 0), 1);
  assert.equal(at_corner?.[0].parts[0]?.[0]?.length, 2);
});

test("an area is split along a line, its hole too", () => {
  const whole = area(square(0, 0, 100), square(40, 40, 20));
  const total = area_m2(whole);
  const through = splitArea(whole, [at(50, -10), at(50, 110)]);
  assert.equal(through?.length, 2);
  near(
    (through ?? []).reduce((sum, piece) => sum + area_m2(piece), 0),
    total,
    0.01,
  );
  for (const piece of through ?? []) assert.equal(piece.parts[0]?.length, 1);
  const beside = splitArea(whole, [at(20, -10), at(20, 110)]);
  assert.equal(beside?.length, 2);
  assert.deepEqual((beside ?? []).map(({ parts }) => parts[0]?.length).sort(), [1, 2]);
  near(
    (beside ?? []).reduce((sum, piece) => sum + area_m2(piece), 0),
    total,
    0.01,
  );
});

test("a bent cut, a cut that ends within, and a cut of a part of many", () => {
  const whole = area(square(0, 0, 100));
  assert.equal(splitArea(whole, [at(50, -10), at(50, 50)]), null);
  assert.equal(splitArea(whole, [at(200, 0), at(200, 50)]), null);
  assert.equal(splitArea(whole, [at(30, -10), at(30, 50), at(110, 50)])?.length, 2);
  // There and back again makes three.
  assert.equal(splitArea(whole, [at(30, -10), at(30, 110), at(60, 110), at(60, -10)])?.length, 3);
  const two = addPart(whole, square(200, 0, 50));
  const cut = splitArea(two, [at(50, -10), at(50, 110)]);
  assert.deepEqual(
    cut?.map(({ parts }) => parts.length),
    [2, 1],
  );
});

test("the cut between two holes keeps each with its piece", () => {
  const whole = area(square(0, 0, 100), square(10, 10, 10), square(70, 70, 10));
  const pieces = splitArea(whole, [at(-10, 110), at(110, -10)]);
  assert.deepEqual(
    pieces?.map(({ parts }) => parts[0]?.length),
    [2, 2],
  );
});

test("areas that touch become one, others parts; lines are chained", () => {
  const one = join([area(square(0, 0, 10)), area(square(10, 0, 10))]);
  assert.equal(one?.parts.length, 1);
  near(area_m2(one ?? area()), 200, 1);
  assert.equal(join([area(square(0, 0, 10)), area(square(30, 0, 10))])?.parts.length, 2);
  const chain = join([line(at(0, 0), at(10, 0)), line(at(20, 0), at(10, 0.1))]);
  assert.equal(chain?.parts.length, 1);
  near(lineLength_m(chain?.parts[0]?.[0] ?? []), 20, 0.3);
  assert.equal(join([line(at(0, 0), at(10, 0)), line(at(20, 0), at(30, 0))])?.parts.length, 2);
  assert.equal(join([line(at(0, 0), at(10, 0)), area(square(0, 0, 10))]), null);
});

test("a hole keeps its corners; one over the edge bites; one beside is refused", () => {
  const whole = area(square(0, 0, 100));
  const hole = square(10, 10, 20);
  const cut = cutHole(whole, hole);
  assert.deepEqual(cut?.parts[0]?.[1], hole);
  near(area_m2(cut ?? whole), 9600, 30);
  const bitten = cutHole(whole, square(90, 90, 20));
  assert.equal(bitten?.parts[0]?.length, 1);
  near(area_m2(bitten ?? whole), 9900, 30);
  assert.equal(cutHole(whole, square(200, 200, 5)), null);
  // Over a hole that is there already: the two become one.
  const grown = cut && cutHole(cut, square(25, 25, 20));
  assert.equal(grown?.parts[0]?.length, 2);
});

test("a row stands evenly, both ends included", () => {
  const way = [at(0, 0), at(60, 0), at(60, 40)];
  const twenty = evenly(way, 20);
  assert.equal(twenty.length, 20);
  assert.deepEqual(twenty[0], way[0]);
  assert.deepEqual(twenty.at(-1), way.at(-1));
  assert.equal(evenly(way, 1).length, 1);
  const every = everyMetres([at(0, 0), at(100, 0)], 25);
  assert.equal(every.length, 5);
  near(distance_m(every[1] ?? at(0, 0), every[2] ?? at(0, 0)), 25, 0.05);
});

test("numbers by a pattern", () => {
  const by = { start: 1, step: 1 };
  assert.deepEqual(expand("L-{001}", 3, by), ["L-001", "L-002", "L-003"]);
  assert.deepEqual(expand("12/{n}", 2, { start: 7, step: 2 }), ["12/7", "12/9"]);
  assert.deepEqual(expand("K-{0098..}", 3, by), ["K-0098", "K-0099", "K-0100"]);
  assert.deepEqual(expand("{Y}{a}", 3, by), ["Ya", "Zb", "AAc"]);
  assert.deepEqual(expand("same", 2, by), ["same", "same"]);
});

test("corners catch before middles, middles before sides", () => {
  const shapes = [line(at(0, 0), at(10, 0))];
  assert.equal(snap(at(0.5, 0.5), shapes, 1)?.what, "vertex");
  assert.equal(snap(at(5.2, 0.5), shapes, 1)?.what, "midpoint");
  const side = snap(at(3, 0.5), shapes, 1);
  assert.equal(side?.what, "edge");
  near(distance_m(side?.position ?? [0, 0], at(3, 0)), 0, 0.01);
  assert.equal(snap(at(3, 5), shapes, 1), null);
});

test("points are meant before lines, small areas before large", () => {
  const shapes: Shape[] = [
    area(square(0, 0, 100)),
    area(square(10, 10, 10)),
    line(at(0, 50), at(100, 50)),
    { dimension: 0, parts: [[[at(50, 50)]]] },
  ];
  assert.equal(meant(at(50.5, 50.5), shapes, 2), 3);
  assert.equal(meant(at(70, 50.5), shapes, 2), 2);
  assert.equal(meant(at(15, 15), shapes, 2), 1);
  assert.equal(meant(at(80, 80), shapes, 2), 0);
  assert.equal(meant(at(300, 300), shapes, 2), -1);
  assert.deepEqual(nearestVertex(at(99, 1), shapes[0] as Shape, 3), { part: 0, ring: 0, index: 1 });
  assert.ok(inArea(at(5, 5), shapes[0] as Shape));
  assert.ok(caught(shapes[3] as Shape, square(40, 40, 20)));
});

test("too many vertices are told before the server says so", () => {
  const ring = Array.from({ length: 20_001 }, (_, index): Position => [index / 1e5, index % 2]);
  assert.equal(faultOf(area(ring)), "too-many-vertices");
  assert.equal(faultOf(area(square(0, 0, 1).slice(0, 2))), "too-few-vertices");
  assert.equal(faultOf(area(square(0, 0, 1))), null);
});
