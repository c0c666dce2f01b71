// The map page with a mouse or a finger: layers, table, card, an address to share.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, close, mapReady, open, withPage } from "./support.mjs";

before(open);
after(close);

const kindsInTable = (page) =>
  page.$$eval("#sight-rows .sight__kind", (cells) => [...new Set(cells.map((cell) => cell.textContent.trim()))]);

test("a layer that is switched on is asked for, listed and remembered", async () => {
  await withPage({}, async (page) => {
    await page.goto("/map?layers=lamps");
    await mapReady(page);
    await page.locator(".sight__open").first().waitFor();
    const before = await kindsInTable(page);
    const listed = page.waitForResponse((answer) => /\/api\/features\?.*trees/.test(decodeURIComponent(answer.url())));
    await page.locator("#layer-trees").check();
    assert.equal((await listed).status(), 200);
    await page.locator("#layer-lamps").uncheck();
    await page.waitForFunction((old) => {
      const now = [...document.querySelectorAll("#sight-rows .sight__kind")].map((cell) => cell.textContent.trim());
      return now.length > 0 && !now.some((kind) => old.includes(kind));
    }, before);
    assert.match(page.url(), /layers=trees(&|#|$)/);
  });
});

test("with no layer on, the table says what to do", async () => {
  await withPage({}, async (page) => {
    await page.goto("/map?layers=lamps");
    await mapReady(page);
    await page.locator("#layer-lamps").uncheck();
    await page.waitForFunction(() => document.getElementById("sight-table").hidden);
    assert.notEqual(await page.locator("#sight-note").innerText(), "");
  });
});

for (const screen of ["phone", "desk"]) {
  test(`a click on a lamp opens its card on a ${screen}`, async () => {
    const { items } = await ask("/api/features?kinds=lamps&bbox=-180,-85,180,85&limit=1");
    const [lon, lat] = items[0].point;
    await withPage({ screen }, async (page) => {
      await page.goto(`/map?layers=lamps#20/${lat}/${lon}`);
      await mapReady(page);
      const box = await page.locator(".maplibregl-canvas").boundingBox();
      const at = [box.x + box.width / 2, box.y + box.height / 2];
      for (let tries = 0; tries < 20 && (await page.locator("#card.is-open").count()) === 0; tries += 1) {
        await (screen === "phone" ? page.touchscreen.tap(...at) : page.mouse.click(...at));
        await page.locator("#card.is-open").waitFor({ timeout: 1500 }).catch(() => {});
      }
      await page.locator("#card.is-open").waitFor();
      assert.notEqual(await page.locator("#card-title").innerText(), "");
      assert.match(page.url(), /at=[0-9a-f-]{36}/);
      await page.locator('[data-closes="card"]').click();
      assert.equal(await page.locator("#card.is-open").count(), 0);
      assert.ok(!page.url().includes("at="));
    });
  });
}

test("a shared address shows the same layers, place and card", async () => {
  const { items } = await ask("/api/features?kinds=benches&bbox=-180,-85,180,85&limit=1");
  const [lon, lat] = items[0].point;
  const shared = `/map?layers=benches,trees&at=${items[0].id}#18/${lat.toFixed(5)}/${lon.toFixed(5)}`;
  await withPage({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.goto(shared);
    await mapReady(page);
    await page.locator("#card.is-open").waitFor();
    assert.ok(await page.locator("#layer-benches").isChecked());
    assert.ok(await page.locator("#layer-trees").isChecked());
    assert.ok(!(await page.locator("#layer-lamps").isChecked()));
    await page.locator(".explore__side [data-share]").click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, new RegExp(`layers=benches,trees&at=${items[0].id}#18/`));
    assert.notEqual(await page.locator("#map-said").innerText(), "");
  });
});

test("on a phone layers and list come up from below, one at a time", async () => {
  await withPage({ screen: "phone" }, async (page) => {
    await page.goto("/map?layers=lamps");
    await mapReady(page);
    await page.locator('[data-opens="layers"]').click();
    assert.ok(await page.locator("#layers").isVisible());
    await page.locator('[data-opens="list"]').click();
    assert.ok(await page.locator("#list").isVisible());
    assert.ok(!(await page.locator("#layers").isVisible()));
    await page.locator('[data-closes="list"]').click();
    assert.ok(!(await page.locator("#list").isVisible()));
  });
});

test("labels of the map are drawn without a foreign glyph server, Polish letters included", async () => {
  await withPage({}, async (page) => {
    await page.goto("/map");
    await mapReady(page);
    const loaded = await page.evaluate(() =>
      [...document.fonts].filter(({ status, family }) => status === "loaded" && family.includes("Reeve Sans")).length,
    );
    assert.ok(loaded >= 2, "both parts of the font");
  });
});
