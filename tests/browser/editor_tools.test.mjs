// Tools and dialogs of the editor one by one: vertices, selecting, coordinates, position, photos, table, faults.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  ask,
  cursor,
  draftStates,
  draw,
  expected,
  openEditor,
  pixel,
  saved,
  selectedAre,
  signIn,
  submit,
  tool,
  townMiddle,
} from "./editor_support.mjs";
import { close, open, withPage } from "./support.mjs";

before(open);
after(close);

const STEP = 0.0001;

const asClerk = (options, act) =>
  withPage(options, async (page, wrong) => {
    await signIn(page);
    await act(page, wrong);
  });

async function drag(page, from, to) {
  await page.mouse.move(...(await pixel(page, ...from)));
  await page.mouse.down();
  const [x, y] = await pixel(page, ...to);
  await page.mouse.move(x - 3, y, { steps: 4 });
  await page.mouse.move(x, y, { steps: 2 });
  await page.mouse.up();
}

test("a vertex is moved by the mouse, one is put in, one removed, and one nudged by keys", async () => {
  await asClerk({}, async (page) => {
    const middle = await townMiddle(page);
    const [lon, lat] = [middle.lon + 0.003, middle.lat + 0.001];
    await openEditor(page, { layers: "greens", lon, lat, zoom: 18 });
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("greens");
    const corner = [lon + 2 * STEP, lat + STEP];
    await draw(page, [[lon - 2 * STEP, lat - STEP], [lon + 2 * STEP, lat - STEP], corner], { ends: true });
    await tool(page, "reshape");
    await page.keyboard.down("Alt");
    await drag(page, corner, [lon + 3 * STEP, lat + 1.5 * STEP]);
    await page.keyboard.up("Alt");
    await page.waitForFunction(() => document.getElementById("editor").dataset.cursor === "2");
    const [moved] = await draftStates(page);
    assert.ok(Math.abs(moved.state.geometry.coordinates[0][2][0] - (lon + 3 * STEP)) < STEP / 10);
    await page.keyboard.down("Alt");
    await page.mouse.click(...(await pixel(page, lon, lat - STEP)));
    await page.keyboard.up("Alt");
    await page.waitForFunction(() => document.getElementById("editor").dataset.cursor === "3");
    assert.equal((await draftStates(page))[0].state.geometry.coordinates[0].length, 5);
    await page.locator(".maplibregl-canvas").focus();
    await page.keyboard.press("Alt+Shift+ArrowUp");
    await page.keyboard.press("Alt+Shift+ArrowUp");
    assert.equal(await cursor(page), 4);
    await page.keyboard.press("Delete");
    assert.equal((await draftStates(page))[0].state.geometry.coordinates[0].length, 4);
  });
});

test("box, lasso and conditions select; the selection is removed and comes back", async () => {
  await asClerk({}, async (page) => {
    const middle = await townMiddle(page);
    const [lon, lat] = [middle.lon + 0.003, middle.lat - 0.002];
    await openEditor(page, { layers: "bins", lon, lat });
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("bins");
    await draw(page, [[lon - 2 * STEP, lat], [lon, lat], [lon + 2 * STEP, lat]]);
    await tool(page, "select");
    await page.locator('[data-mode="box"]').click();
    await drag(page, [lon - 3 * STEP, lat + STEP], [lon + STEP, lat - STEP]);
    await selectedAre(page, 2);
    await page.locator('[data-mode="lasso"]').click();
    await page.mouse.move(...(await pixel(page, lon - STEP, lat - STEP)));
    await page.mouse.down();
    for (const [x, y] of [[3, -1], [3, 1], [-1, 1]]) {
      await page.mouse.move(...(await pixel(page, lon + x * STEP, lat + y * STEP)), { steps: 5 });
    }
    await page.mouse.up();
    await selectedAre(page, 2);
    await tool(page, "delete");
    await selectedAre(page, 0);
    assert.equal((await draftStates(page)).filter(({ state }) => state).length, 1);
    await page.locator(".maplibregl-canvas").focus();
    await page.keyboard.press("Control+z");
    assert.equal((await draftStates(page)).filter(({ state }) => state).length, 3);
    await tool(page, "filter");
    await page.locator("#filter-kind").selectOption("trees");
    await page.locator("#filter-where").selectOption("everywhere");
    await page.locator("#filter-words").fill("D-00001");
    await page.locator('[data-act="filter-select"]').click();
    await page.locator('[data-dialog="filter"]').waitFor({ state: "detached" });
    assert.ok(Number(await page.locator("#editor").getAttribute("data-selected")) > 0);
  });
});

test("exact coordinates with a decimal comma in PL-2000, and back again", async () => {
  await asClerk({}, async (page) => {
    const middle = await townMiddle(page);
    const [lon, lat] = [middle.lon - 0.003, middle.lat - 0.001];
    await openEditor(page, { layers: "benches", lon, lat });
    const { points } = await ask(page, "POST", "/coordinates", { crs: "EPSG:2178", points: [[lon, lat]], inverse: true });
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("benches");
    await tool(page, "coordinates");
    await page.locator("#coordinate-system").selectOption("EPSG:2178");
    await page.locator("#coordinate-0").fill("wcale nie");
    await page.locator('[data-act="coordinates-use"]').click();
    assert.notEqual(await page.locator("#coordinate-0-fault").innerText(), "");
    const comma = (value) => value.toFixed(3).replace(".", ",");
    await page.locator("#coordinate-0").fill(comma(points[0][0]));
    await page.locator("#coordinate-1").fill(comma(points[0][1]));
    await page.locator("#coordinate-1").press("Enter");
    await page.locator('[data-dialog="coordinates"]').waitFor({ state: "detached" });
    const [bench] = await draftStates(page);
    assert.ok(Math.abs(bench.state.geometry.coordinates[0] - lon) < 1e-6);
    assert.ok(Math.abs(bench.state.geometry.coordinates[1] - lat) < 1e-6);
  });
});

test("a phone's position places a thing, a finger adds one, the form comes up from below", async () => {
  const { lon, lat } = await new Promise((done) => {
    withPage({}, async (page) => {
      await signIn(page);
      done(await townMiddle(page));
    });
  });
  const here = { latitude: lat - 0.003, longitude: lon, accuracy: 4 };
  await asClerk({ screen: "phone", geolocation: here, permissions: ["geolocation"] }, async (page) => {
    await openEditor(page, { layers: "lamps", lon, lat: lat - 0.003 });
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("lamps");
    const canvas = await page.locator(".maplibregl-canvas").boundingBox();
    await page.touchscreen.tap(canvas.x + canvas.width / 2, canvas.y + canvas.height / 3);
    await page.waitForFunction(() => document.getElementById("editor").dataset.cursor === "1");
    await tool(page, "gps");
    const place = page.locator('[data-act="place-here"]:not(:disabled)');
    await place.click();
    await page.waitForFunction(() => document.getElementById("editor").dataset.cursor === "2");
    const lamps = await draftStates(page);
    assert.deepEqual(lamps[1].state.geometry.coordinates, [here.longitude, here.latitude]);
    await page.locator('[data-act="form"]').click();
    await page.locator("#field-label").fill("Lampa w terenie");
    await page.locator("#field-label").press("Tab");
    assert.equal((await draftStates(page))[1].state.label, "Lampa w terenie");
  });
});

test("what does not fit is told beside its field, and the fault leads there", async () => {
  await asClerk({}, async (page) => {
    const middle = await townMiddle(page);
    await openEditor(page, { layers: "trees", lon: middle.lon, lat: middle.lat + 0.004 });
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("trees");
    await draw(page, [[middle.lon, middle.lat + 0.004]]);
    const girth = page.locator('[data-field="attributes.girth_130_cm"] input');
    await girth.fill("-4");
    await girth.press("Tab");
    assert.equal(await girth.getAttribute("aria-invalid"), "true");
    assert.equal(await cursor(page), 1);
    await girth.fill("104,5");
    await girth.press("Tab");
    await page.waitForFunction(() => document.getElementById("editor").dataset.cursor === "2");
    assert.equal((await draftStates(page))[0].state.attributes.girth_130_cm, 104.5);

    // Far outside the town: only the server knows that.
    await tool(page, "coordinates");
    await page.locator("#coordinate-system").selectOption("CRS84");
    await page.locator("#coordinate-0").fill("0,5");
    await page.locator("#coordinate-1").fill("0,5");
    await page.locator("#coordinate-1").press("Enter");
    await page.locator('[data-dialog="coordinates"]').waitFor({ state: "detached" });
    await page.locator('[data-act="open-submit"]').click();
    const fault = page.locator('[data-dialog="submit"] [data-fault]').first();
    await fault.waitFor();
    assert.ok(await page.locator('[data-dialog="submit"] [data-act="submit"]').isDisabled());
    await fault.click();
    await page.locator('[data-dialog="submit"]').waitFor({ state: "detached" });
    await selectedAre(page, 1);
  });
});

test("a cell of the table is typed over, and the form and the draft say the same", async () => {
  await asClerk({}, async (page) => {
    const { assets } = await ask(page, "POST", "/search", { kinds: ["benches"], limit: 1 });
    const [lon, lat] = assets[0].geometry.coordinates;
    await openEditor(page, { layers: "benches", lon, lat, query: `&assets=${assets[0].id}` });
    await selectedAre(page, 1);
    await page.locator('[data-act="table"]').click();
    const row = page.locator(`.grid tr[data-id="${assets[0].id}"]`);
    await row.locator('td[data-column="1"]').click();
    await page.keyboard.press("F2");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Ławka z tabeli");
    await page.keyboard.press("Enter");
    assert.equal((await draftStates(page))[0].state.label, "Ławka z tabeli");
    assert.equal(await page.locator("#field-label").inputValue(), "Ławka z tabeli");
  });
});

test("one clerk removes what the other changes: offered, decided, never a loop", async () => {
  await asClerk({}, async (page, wrong) => {
    const middle = await townMiddle(page);
    const [lon, lat] = [middle.lon - 0.004, middle.lat];
    await openEditor(page, { layers: "lamps", lon, lat });
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("lamps");
    await draw(page, [[lon, lat]]);
    const [{ asset }] = await draftStates(page);
    await submit(page);
    await openEditor(page, { layers: "lamps", lon, lat, query: `&assets=${asset}` });
    await selectedAre(page, 1);
    await page.locator("#field-label").fill("Zostaje");
    await page.locator("#field-label").press("Tab");
    await saved(page);
    const { kind, rev, geometry, attributes, status, part_of, label } = await ask(page, "GET", `/features/${asset}`);
    const state = { geometry, label, attributes, status, part_of };
    const changes = [{ asset, kind, base_rev: rev, before: state, after: null }];
    const gesture = { id: crypto.randomUUID(), label: "x", at: new Date().toISOString(), changes };
    const other = crypto.randomUUID();
    await ask(page, "PUT", `/drafts/${other}`, { version: 0, from: 0, gestures: [gesture], cursor: 1 });
    await ask(page, "POST", `/drafts/${other}/submit`, { version: 1 });
    await page.locator('[data-act="open-submit"]').click();
    await page.locator(`[data-clash="${asset}"]`).waitFor();
    await page.locator('[data-act="all-mine"]').click();
    await page.locator('[data-dialog="submit"] [data-act="submit"]').click();
    await page.locator('[data-dialog="submitted"]').waitFor();
    assert.equal((await ask(page, "GET", `/features/${asset}`)).label, "Zostaje");
    expected(wrong, /status of (404|409|410)/);
  });
});

test("a photo is sent from beside the form and listed there", async () => {
  await asClerk({}, async (page, wrong) => {
    const { assets } = await ask(page, "POST", "/search", { kinds: ["benches"], limit: 2 });
    const [lon, lat] = assets[1].geometry.coordinates;
    await openEditor(page, { layers: "benches", lon, lat, query: `&assets=${assets[1].id}` });
    await selectedAre(page, 1);
    const picture = await page.screenshot({ type: "jpeg" });
    await page.locator("#photo-files").setInputFiles({ name: "ławka.jpg", mimeType: "image/jpeg", buffer: picture });
    await page.locator(".photos__one img").first().waitFor();
    await page.locator("#photo-files").setInputFiles({ name: "lista.jpg", mimeType: "image/jpeg", buffer: Buffer.from("PK\u0003\u0004") });
    await page.locator(".photos__waiting li").filter({ hasText: "lista.jpg" }).locator("button").waitFor();
    expected(wrong, /status of 415/);
  });
});
