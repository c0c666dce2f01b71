// Filters put together in plain words: on the map, on a phone, and in the desk's table.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, close, leads, mapReady, noFindings, open, SCREENS, withPage } from "./support.mjs";

before(open);
after(close);

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const town = "bbox=-180,-85,180,85";
const rows = (page) => page.locator(".conditions__row");
const ready = (page) => page.locator(".conditions__add").waitFor({ state: "attached" });

/** Fills one row of the form. */
async function fill(page, index, property, comparison, value) {
  const row = rows(page).nth(index);
  await row.locator("select").nth(0).selectOption({ label: property });
  await row.locator("select").nth(1).selectOption({ label: comparison });
  const choice = row.locator("select").nth(2);
  if ((await choice.count()) > 0) await choice.selectOption({ label: value });
  else if (value !== undefined) await row.locator("input").first().fill(value);
}

for (const screen of Object.keys(SCREENS)) {
  test(`trees are filtered by height and leaves on a ${screen}`, async () => {
    await withPage({ screen }, async (page) => {
      await page.goto("/map?layers=trees,lamps");
      await mapReady(page);
      await ready(page);
      if (screen === "phone") await page.locator('[data-opens="conditions"]').click();
      await noFindings(page, `empty filter on a ${screen}`);
      await page.locator("#filter-kind").selectOption({ label: "Drzewa" });
      await ready(page);
      await page.locator(".conditions__add").click();
      await fill(page, 0, "Wysokość", "co najmniej", "12,5");
      await page.locator(".conditions__add").click();
      await fill(page, 1, "Stan techniczny", "jest", "dobry");
      await noFindings(page, `filled filter on a ${screen}`);
      const tile = page.waitForResponse((answer) => /\/tiles\/trees\/.*\.mvt\?filter=/.test(answer.url()));
      const table = page.waitForResponse((answer) => /\/api\/features\?.*filter-kind=trees/.test(answer.url()));
      await page.locator("[data-filter-form] button[type=submit]").click();
      assert.equal((await tile).status(), 200);
      const shown = await (await table).json();
      assert.match(decodeURIComponent(page.url()).replaceAll("+", " "), /filter=height_m >= 12\.5 AND condition = 'good'/);
      assert.match(page.url(), /layers=trees,lamps|layers=trees%2Clamps|layers=lamps,trees/);
      const filter = encodeURIComponent("height_m >= 12.5 AND condition = 'good'");
      const all = await ask(`/api/features?kinds=trees&${town}&filter=${filter}`);
      assert.ok(all.matched > 0, "the village has such trees");
      assert.ok(shown.items.filter(({ kind }) => kind === "trees").length <= all.matched);
      // The form comes back from the address.
      await ready(page);
      assert.equal(await rows(page).count(), 2);
      assert.equal(await rows(page).nth(0).locator("input").inputValue(), "12,5");
    });
  });
}

test("a row without a value is named and nothing is sent", async () => {
  await withPage({ lang: "en" }, async (page) => {
    await page.goto("/map?layers=trees&filter-kind=trees&lang=en");
    await ready(page);
    await page.locator("#filter-kind").selectOption({ label: "Trees" });
    await ready(page);
    await page.locator(".conditions__add").click();
    await fill(page, 0, "Height", "more than", "tall");
    await page.locator("[data-filter-form] button[type=submit]").click();
    assert.equal(await page.locator(".conditions__row .govuk-error-message").innerText(), "Type a number, such as 12.5.");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-invalid")), "true");
    await noFindings(page, "filter with a fault");
    await rows(page).nth(0).locator("button").click();
    assert.equal(await rows(page).count(), 0);
    assert.equal(await page.locator("#filter").inputValue(), "");
  });
});

test("the visible area becomes part of the condition", async () => {
  await withPage({}, async (page) => {
    await page.goto("/map?layers=trees");
    await mapReady(page);
    await ready(page);
    await page.locator("[data-map][data-bounds]").waitFor({ state: "attached" });
    await page.locator("#filter-within").check();
    assert.match(await page.locator("#filter").inputValue(), /^S_INTERSECTS\(geometry, BBOX\([\d., ]+\)\)$/);
  });
});

test("a condition that was typed stays as it is", async () => {
  await withPage({}, async (page) => {
    const typed = "height_m * 2 > 30 OR genus LIKE 'T%'";
    await page.goto(`/map?layers=trees&filter-kind=trees&filter=${encodeURIComponent(typed)}`);
    await mapReady(page);
    await ready(page);
    assert.equal(await page.locator("#filter").inputValue(), typed);
    assert.equal(await page.locator("[data-filter-text]").evaluate((details) => details.open), true);
    // The address is to be the same again, so it cannot tell the one page from the other.
    await leads(page, () => page.locator("[data-filter-form] button[type=submit]").click());
    assert.equal(new URL(page.url()).searchParams.get("filter"), typed);
  });
});

test("without scripts the field takes CQL2", async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto("/map?layers=trees");
    await page.locator("#filter-kind").selectOption({ label: "Drzewa" });
    await page.locator("#filter").fill("height_m > 10");
    await leads(page, () => page.locator("[data-filter-form] button[type=submit]").click());
    assert.equal(new URL(page.url()).searchParams.get("filter"), "height_m > 10");
    assert.equal(await page.locator(".conditions__now").count(), 1);
  });
});

test("the desk's table is filtered, and its files with it", { skip: !PASSWORD && "REEVE_DEMO_PASSWORD is not set" }, async () => {
  for (const screen of Object.keys(SCREENS)) {
    await withPage({ screen }, async (page) => {
      await page.goto("/sign-in");
      await page.fill("#email", "klerk@reeve.example");
      await page.fill("#password", PASSWORD);
      await page.locator('main button[type="submit"]').first().click();
      await page.waitForURL((url) => url.pathname !== "/sign-in");
      await page.goto("/desk/assets?kind=trees");
      await ready(page);
      await page.locator(".conditions__add").click();
      await fill(page, 0, "Wysokość", "od – do", "10");
      await rows(page).nth(0).locator("input").nth(1).fill("12");
      await noFindings(page, `the table's filter on a ${screen}`);
      await leads(page, () => page.locator("[data-filter-form] button[type=submit]").click());
      assert.equal(new URL(page.url()).searchParams.get("filter"), "height_m BETWEEN 10 AND 12");
      assert.equal(new URL(page.url()).searchParams.get("kind"), "trees");
      const heights = await page.$$eval("table.register tbody tr", (lines) => lines.length);
      const { matched } = await ask(`/api/features?kinds=trees&${town}&filter=${encodeURIComponent("height_m BETWEEN 10 AND 12")}`);
      assert.equal(heights, Math.min(matched, 100));
      const file = await page.locator('a[href*="/api/export/trees.geojsonl"]').getAttribute("href");
      assert.match(decodeURIComponent(file), /filter=height_m BETWEEN 10 AND 12/);
      await noFindings(page, `the filtered table on a ${screen}`);
    });
  }
});

test("by keyboard alone a condition is added and sent", async () => {
  await withPage({}, async (page) => {
    await page.goto("/map?layers=trees&filter-kind=trees");
    await ready(page);
    await page.locator("#filter-kind").selectOption({ label: "Drzewa" });
    await ready(page);
    await page.locator(".conditions__add").focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "filter-row-0-name");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("lip");
    await leads(page, () => page.keyboard.press("Enter"));
    assert.match(new URL(page.url()).searchParams.get("filter"), /LIKE ACCENTI\(CASEI\('%lip%'\)\)/);
  });
});
