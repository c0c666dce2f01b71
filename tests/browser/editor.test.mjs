// The clerk's map editor: what the issue promises, with the mouse, with the keyboard alone, and when things go wrong.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  ask,
  cursor,
  draftStates,
  draw,
  editorReady,
  openEditor,
  pixel,
  redoAll,
  saved,
  selected,
  signIn,
  submit,
  tool,
  townMiddle,
  undoAll,
} from "./editor_support.mjs";
import { ask as askPublic, close, LOOKS, noFindings, open, withPage } from "./support.mjs";

before(open);
after(close);

/** Degrees of about ten metres. */
const STEP = 0.0001;

const asClerk = (options, act) =>
  withPage(options, async (page, wrong) => {
    await signIn(page);
    await act(page, wrong);
  });

async function makeRow(page, { kind, count, pattern }, line) {
  await tool(page, "row");
  await draw(page, line, { ends: true });
  await page.locator("#row-kind").selectOption(kind);
  await page.locator("#row-count").fill(String(count));
  await page.locator("#row-pattern").fill(pattern);
  await page.locator('[data-act="row-make"]').click();
  await page.locator('[data-dialog="row"]').waitFor({ state: "detached" });
}

const field = (page, name) => page.locator(`[data-field="${name}"]`).locator("input, select, textarea").first();

test("twenty lamps in a row, one moved, all undone and done again, then public at the next request", async () => {
  await asClerk({}, async (page) => {
    const { lon, lat } = await townMiddle(page);
    await openEditor(page, { layers: "lamps", lon, lat });
    const first = await cursor(page);
    await makeRow(page, { kind: "lamps", count: 20, pattern: "T-{001}" }, [
      [lon - 4 * STEP, lat + STEP],
      [lon + 4 * STEP, lat + STEP],
    ]);
    assert.equal(await selected(page), 20);
    const row = await draftStates(page);
    assert.equal(row.length, 20);
    const refs = row.map(({ state }) => Object.values(state.attributes).find((value) => /^T-/.test(value)) ?? state.label);
    assert.deepEqual(refs.slice(0, 2).concat(refs.at(-1)), ["T-001", "T-002", "T-020"]);

    await tool(page, "move");
    const [from_x, from_y] = await pixel(page, lon - 4 * STEP, lat + STEP);
    await tool(page, "select");
    await page.mouse.click(from_x, from_y);
    await page.waitForFunction(() => document.getElementById("editor").dataset.selected === "1");
    await tool(page, "move");
    const [to_x, to_y] = await pixel(page, lon - 4 * STEP, lat - STEP);
    await page.mouse.move(from_x, from_y);
    await page.mouse.down();
    await page.mouse.move(to_x, to_y, { steps: 6 });
    await page.mouse.up();
    await page.waitForFunction((wanted) => document.getElementById("editor").dataset.cursor === wanted, String(first + 2));
    const moved = (await draftStates(page)).filter(({ state }) => state.geometry.coordinates[1] < lat);
    assert.equal(moved.length, 1);

    await undoAll(page);
    assert.deepEqual(await draftStates(page), []);
    await redoAll(page, first + 2);
    assert.equal((await draftStates(page)).length, 20);

    const number = await submit(page);
    assert.ok(number > 0);
    const box = [lon - 5 * STEP, lat - 2 * STEP, lon + 5 * STEP, lat + 2 * STEP].join();
    const seen = await askPublic(`/api/features?kinds=lamps&bbox=${box}&limit=100`);
    const ids = new Set(seen.items.map(({ id }) => id));
    assert.ok(row.every(({ asset }) => ids.has(asset)), "the public does not see all lamps");
  });
});

test("a line is split, and the two joined again", async () => {
  await asClerk({}, async (page) => {
    const { lon, lat } = await townMiddle(page);
    await openEditor(page, { layers: "barriers", lon, lat: lat + 0.001 });
    const y = lat + 0.001;
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("barriers");
    await draw(page, [[lon - 3 * STEP, y], [lon, y + STEP], [lon + 3 * STEP, y]], { ends: true });
    await tool(page, "split");
    await draw(page, [[lon, y + STEP]], { catches: true });
    await page.waitForFunction(() => document.getElementById("editor").dataset.selected === "2");
    assert.equal((await draftStates(page)).length, 2);
    await tool(page, "join");
    const [joined] = (await draftStates(page)).filter(({ state }) => state);
    assert.equal(joined.state.geometry.type, "LineString");
    assert.equal(joined.state.geometry.coordinates.length, 3);
    await undoAll(page);
    await redoAll(page, 3);
    assert.equal((await draftStates(page)).filter(({ state }) => state).length, 1);
  });
});

test("an area gets a hole and a second part, is cut in two, and all is undone and done again", async () => {
  await asClerk({}, async (page) => {
    const middle = await townMiddle(page);
    const [lon, lat] = [middle.lon, middle.lat - 0.001];
    await openEditor(page, { layers: "greens", lon, lat, zoom: 18 });
    const square = (x, y, half) => [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]];
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("greens");
    await draw(page, square(lon, lat, 2 * STEP), { ends: true });
    await tool(page, "hole");
    await draw(page, square(lon - STEP, lat, STEP / 2), { ends: true });
    const [holed] = await draftStates(page);
    assert.equal(holed.state.geometry.coordinates.length, 2);
    await tool(page, "part");
    await draw(page, square(lon + 4 * STEP, lat, STEP), { ends: true });
    const [parted] = await draftStates(page);
    assert.equal(parted.state.geometry.type, "MultiPolygon");
    await tool(page, "split");
    await draw(page, [[lon + STEP, lat - 3 * STEP], [lon + STEP, lat + 3 * STEP]], { ends: true });
    assert.equal((await draftStates(page)).length, 2);
    await undoAll(page);
    assert.deepEqual(await draftStates(page), []);
    await redoAll(page, 4);
    assert.equal((await draftStates(page)).length, 2);
  });
});

test("an attribute of 200 trees at once, and 50 rows pasted from a spreadsheet", async () => {
  await asClerk({}, async (page) => {
    const middle = await townMiddle(page);
    const [lon, lat] = [middle.lon + 0.0015, middle.lat];
    await openEditor(page, { layers: "trees", lon, lat, zoom: 18 });
    await makeRow(page, { kind: "trees", count: 200, pattern: "P-{001}" }, [[lon - 9 * STEP, lat], [lon + 9 * STEP, lat]]);
    assert.equal(await selected(page), 200);
    await field(page, "attributes.species").fill("Tilia cordata");
    await field(page, "attributes.species").press("Tab");
    await page.waitForFunction(() => document.getElementById("editor").dataset.cursor === "2");
    const all = await draftStates(page);
    assert.equal(all.length, 200);
    assert.ok(all.every(({ state }) => state.attributes.species === "Tilia cordata"));

    await page.locator('[data-act="table"]').click();
    await page.locator(".grid tbody tr").first().waitFor();
    await page.locator('[data-act="table-paste"]').click();
    const rows = Array.from({ length: 50 }, (_, at) => `P-${String(at + 1).padStart(3, "0")}\tQuercus robur ${at}`);
    await page.locator("#paste-area").fill(["ref\tspecies", ...rows].join("\n"));
    await page.locator('[data-act="paste-look"]').click();
    const preview = page.locator('[data-dialog="preview"]');
    await preview.locator("tbody tr").nth(49).waitFor();
    await page.locator('[data-act="paste-use"]').click();
    await preview.waitFor({ state: "detached" });
    const pasted = (await draftStates(page)).filter(({ state }) => /^Quercus/.test(state.attributes.species));
    assert.equal(pasted.length, 50);
    assert.equal(await cursor(page), 3);
  });
});

test("adding, filling in and submitting with the keyboard alone", async () => {
  await asClerk({}, async (page) => {
    const middle = await townMiddle(page);
    await openEditor(page, { layers: "benches", lon: middle.lon, lat: middle.lat + 0.002, zoom: 20 });
    const tabTo = async (selector) => {
      for (let pressed = 0; pressed < 250; pressed += 1) {
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab did not reach ${selector}`);
    };
    await tabTo(".maplibregl-canvas");
    await page.keyboard.press("a");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.getElementById("editor").dataset.selected === "1");
    await page.keyboard.press("Alt+ArrowUp");
    await page.keyboard.press("o");
    assert.equal(await page.evaluate(() => document.activeElement.id), "field-label");
    await page.keyboard.type("Ławka pod lipą");
    await page.keyboard.press("Tab");
    const [bench] = await draftStates(page);
    assert.equal(bench.state.label, "Ławka pod lipą");
    await page.evaluate(() => document.activeElement.blur());
    await tabTo('[data-act="open-submit"]');
    await page.keyboard.press("Enter");
    await tabTo('[data-dialog="submit"] [data-act="submit"]:not(:disabled)');
    await page.keyboard.press("Enter");
    await page.locator('[data-dialog="submitted"]').waitFor();
  });
});

test("without a network everything is kept in the browser and sent when it is back", async () => {
  await asClerk({}, async (page, wrong) => {
    const middle = await townMiddle(page);
    await openEditor(page, { layers: "lamps", lon: middle.lon - 0.0015, lat: middle.lat });
    await page.context().setOffline(true);
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("lamps");
    await draw(page, [[middle.lon - 0.0015, middle.lat], [middle.lon - 0.0014, middle.lat]]);
    await page.locator('#editor[data-sync="offline"]').waitFor();
    await page.context().setOffline(false);
    await saved(page);
    assert.equal((await draftStates(page)).length, 2);
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !/ERR_INTERNET_DISCONNECTED/.test(line)));
  });
});

test("a reload in mid-edit brings the draft back whole, with what can be redone", async () => {
  await asClerk({}, async (page) => {
    const middle = await townMiddle(page);
    await openEditor(page, { layers: "lamps", lon: middle.lon - 0.003, lat: middle.lat });
    await tool(page, "add");
    await page.locator("#add-kind").selectOption("lamps");
    const [lon, lat] = [middle.lon - 0.003, middle.lat];
    await draw(page, [[lon, lat], [lon + STEP, lat], [lon + 2 * STEP, lat]]);
    await page.locator(".maplibregl-canvas").focus();
    await page.keyboard.press("Control+z");
    await saved(page);
    await page.reload();
    await editorReady(page);
    assert.equal(await cursor(page), 2);
    await redoAll(page, 3);
    assert.equal((await draftStates(page)).length, 3);
  });
});

test("two clerks and one tree: both values are shown, and the clerk chooses", async () => {
  await asClerk({}, async (page, wrong) => {
    const { assets } = await ask(page, "POST", "/search", { kinds: ["trees"], limit: 1 });
    const [tree] = assets;
    // New words each time, so that the test can be run again on the same town.
    const [mine, theirs] = ["Moja lipa", "Ich lipa"].map((words) => `${words} ${Date.now()}`);
    const [lon, lat] = tree.geometry.coordinates;
    await openEditor(page, { layers: "trees", lon, lat, zoom: 20, query: `&assets=${tree.id}` });
    await page.waitForFunction(() => document.getElementById("editor").dataset.selected === "1");
    await field(page, "label").fill(mine);
    await field(page, "label").press("Tab");
    await saved(page);

    const other = crypto.randomUUID();
    const { id, kind, rev, geometry, attributes, status, part_of, label } = tree;
    const before_state = { geometry, label, attributes, status, part_of };
    const change = { asset: id, kind, base_rev: rev, before: before_state, after: { ...before_state, label: theirs } };
    const gesture = { id: crypto.randomUUID(), label: "x", at: new Date().toISOString(), changes: [change] };
    await ask(page, "PUT", `/drafts/${other}`, { version: 0, from: 0, gestures: [gesture], cursor: 1 });
    await ask(page, "POST", `/drafts/${other}/submit`, { version: 1 });

    await page.locator('[data-act="open-submit"]').click();
    const clash = page.locator(`[data-clash="${id}"]`);
    await clash.waitFor();
    const said = await clash.innerText();
    assert.ok(said.includes(mine));
    assert.ok(said.includes(theirs));
    await noFindings(page, "the dialog of a clash");
    await clash.locator('input[value="mine"][data-field="label"]').check();
    await page.locator('[data-dialog="submit"] [data-act="submit"]').click();
    await page.locator('[data-dialog="submitted"]').waitFor();
    assert.equal((await ask(page, "GET", `/features/${id}`)).label, mine);
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !/status of 409/.test(line)));
  });
});

for (const [screen, lang] of LOOKS) {
  test(`axe finds nothing in the editor, ${screen}, ${lang}`, async () => {
    await asClerk({ screen, lang }, async (page) => {
      const { assets } = await ask(page, "POST", "/search", { kinds: ["trees"], limit: 1 });
      const [lon, lat] = assets[0].geometry.coordinates;
      const query = `&lang=${lang}&assets=${assets[0].id}`;
      await openEditor(page, { layers: "trees,lamps", lon, lat, zoom: 20, query });
      await page.waitForFunction(() => document.getElementById("editor").dataset.selected === "1");
      if (screen === "phone") await page.locator('[data-act="form"]').click();
      await noFindings(page, "the form");
      if (screen === "phone") await page.locator(".editor__form-close").click();
      await page.locator('[data-act="table"]').click();
      await page.locator(".grid tbody tr").first().waitFor();
      await noFindings(page, "the table");
      for (const name of ["help", "layers", "log", "open-submit"]) {
        await page.locator(`[data-act="${name}"]`).click();
        await page.locator("dialog[open]").waitFor();
        await noFindings(page, name);
        await page.keyboard.press("Escape");
        await page.locator("dialog[open]").waitFor({ state: "detached" });
      }
      await tool(page, "filter");
      await noFindings(page, "the filter");
    });
  });
}
