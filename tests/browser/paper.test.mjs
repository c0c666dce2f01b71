// Without scripts, and on paper.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, findSomebody, leads, mapReady, mistyped, noFindings, open, withPage } from "./support.mjs";

before(open);
after(close);

for (const screen of ["phone", "desk"]) {
  test(`the whole walk without scripts on a ${screen}`, async () => {
    const { person } = await findSomebody();
    await withPage({ screen, javaScriptEnabled: false }, async (page) => {
      await page.goto("/");
      await page.fill("#q", `${mistyped(person.surname)} ${person.given_names}`);
      await leads(page, () => page.locator('button[type="submit"]').click());
      await leads(page, () => page.locator(".result__name a", { hasText: person.surname }).first().click());
      await page.waitForURL(/\/graves\/[0-9a-f-]{36}/);
      assert.ok(await page.locator(".drawn-map svg").isVisible());
      await leads(page, () => page.locator('.guide button[type="submit"]').click());
      await page.waitForURL(/\/route\?/);
      assert.ok((await page.locator(".steps__one").count()) >= 2);
      assert.ok(await page.locator(".drawn-map svg").isVisible());
      assert.equal(await page.locator("[data-print]:visible, [data-from-here]:visible").count(), 0);
    });
  });
}

test("the map page without scripts lists things and switches layers by links", async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto("/map?layers=lamps");
    const rows = page.locator("#sight-rows a");
    assert.ok((await rows.count()) > 0);
    await leads(page, () => page.locator('.layers .no-js-only a[href="/map?layers=lamps,benches"]').click());
    await page.waitForURL(/layers=lamps,benches/);
    await leads(page, () => rows.first().click());
    await page.waitForURL(/\/assets\//);
    assert.ok((await page.locator(".facts__row").count()) >= 1);
  });
});

test("a printed way holds the drawn map and the steps, and nothing that only a screen can do", async () => {
  const { grave } = await findSomebody();
  await withPage({}, async (page) => {
    await page.goto(`/graves/${grave.id}/route?profile=walk`);
    await mapReady(page);
    assert.ok(!(await page.locator(".drawn-map").isVisible()), "on the screen the live map is enough");
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator(".drawn-map svg").isVisible());
    assert.ok(await page.locator(".steps").isVisible());
    for (const selector of ["[data-map]", ".masthead__nav", ".guide", "[data-print]"]) {
      assert.ok(!(await page.locator(selector).first().isVisible()), selector);
    }
    const sheets = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
    assert.ok(sheets.length >= 1 && sheets.length <= 3, `${sheets.length} sheets`);
  });
});

test("a browser without WebGL says so and keeps the list", async () => {
  await withPage({}, async (page, wrong) => {
    await page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null;
    });
    await page.goto("/map?layers=lamps");
    await page.locator(".map--failed").waitFor();
    assert.ok((await page.locator("#sight-rows a").count()) > 0);
    await noFindings(page, "map without WebGL");
    wrong.length = 0;
  });
});
