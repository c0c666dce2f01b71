import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kind } from "../src/map/config";
import { byDepth, kindLayers } from "../src/map/kind_layers";
import { baseStyle } from "../src/map/style";

const kind = (slug: string, geometry_type: Kind["geometry_type"]): Kind => ({
  slug,
  title: slug,
  geometry_type,
  icon: "pin",
  colour: "#123456",
  min_zoom: 10,
  count: 1,
});

test("the quiet style asks only for our own tiles and names no glyph server", () => {
  const style = baseStyle({ tilejson: "/tiles/basemap.json", raster_url: null });
  assert.equal(style.glyphs, undefined);
  assert.deepEqual(Object.keys(style.sources), ["basemap"]);
  const parts = new Set(
    style.layers.map((layer) => ("source-layer" in layer ? layer["source-layer"] : null)),
  );
  for (const part of ["land", "water", "buildings", "roads", "places", "housenumbers"])
    assert.ok(parts.has(part), part);
});

test("a foreign raster takes the place of our tiles", () => {
  const style = baseStyle({
    tilejson: "/tiles/basemap.json",
    raster_url: "https://tiles.example/{z}/{x}/{y}.png",
  });
  assert.deepEqual(Object.keys(style.sources), ["raster"]);
});

test("layers of a kind have unique ids and read the kind's own tiles", () => {
  const kinds = [kind("lamps", "point"), kind("paths", "line"), kind("graves", "any"), kind("walls", "line")];
  const ids = kinds.flatMap((one) => kindLayers(one).map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(kindLayers(kind("paths", "line")).some(({ id }) => id === "paths:line-no"));
});

test("areas lie under lines, and lines under points", () => {
  const order = byDepth([
    kind("lamps", "point"),
    kind("graves", "any"),
    kind("paths", "line"),
    kind("greens", "area"),
  ]);
  assert.deepEqual(
    order.map(({ slug }) => slug),
    ["greens", "graves", "paths", "lamps"],
  );
});
