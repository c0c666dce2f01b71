// Nothing but the keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, close, findSomebody, leads, mapReady, open, withPage } from "./support.mjs";

before(open);
after(close);

/** Presses Tab until something has the focus, and says that it can be seen there. */
async function tabTo(page, selector, most = 120) {
  for (let pressed = 0; pressed < most; pressed += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  assert.fail(`Tab did not reach ${selector} in ${most} steps`);
}

/** Whether the focused element looks other than without the focus. */
function focusShows(page) {
  return page.evaluate(() => {
    const focused = document.activeElement;
    const look = () => {
      const { outline, boxShadow, backgroundColor, borderColor } = getComputedStyle(focused);
      return [outline, boxShadow, backgroundColor, borderColor].join();
    };
    const with_focus = look();
    focused.blur();
    const without = look();
    focused.focus();
    return with_focus !== without;
  });
}

test("the first Tab offers to skip to the content", async () => {
  await withPage({}, async (page) => {
    await page.goto("/help");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.classList.contains("govuk-skip-link")));
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  });
});

test("from the first page to the way without a mouse", async () => {
  const { person } = await findSomebody();
  await withPage({}, async (page) => {
    await page.goto("/");
    await mapReady(page);
    await tabTo(page, "#q");
    assert.ok(await focusShows(page));
    await page.keyboard.type(`${person.surname} ${person.given_names}`);
    await leads(page, () => page.keyboard.press("Enter"));
    await page.waitForURL(/\/graves\?/);
    await tabTo(page, ".result__name a");
    assert.ok(await focusShows(page));
    await leads(page, () => page.keyboard.press("Enter"));
    await page.waitForURL(/\/graves\/[0-9a-f-]{36}/);
    await tabTo(page, '.guide input[type="radio"]');
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await tabTo(page, '.guide button[type="submit"]');
    assert.ok(await focusShows(page));
    await leads(page, () => page.keyboard.press("Enter"));
    await page.waitForURL(/\/route\?/);
    await page.locator(".steps__one").first().waitFor();
  });
});

test("every stop on the map page shows that it has the focus", async () => {
  await withPage({}, async (page) => {
    await page.goto("/map");
    await mapReady(page);
    for (let step = 0; step < 25; step += 1) {
      await page.keyboard.press("Tab");
      const on_page = await page.evaluate(() => document.activeElement !== document.body);
      if (!on_page) break;
      const what = await page.evaluate(() => document.activeElement.outerHTML.slice(0, 100));
      assert.ok(await focusShows(page), what);
    }
  });
});

test("Enter opens the card of the thing under the crosshair, Escape gives the focus back", async () => {
  const { items } = await ask("/api/features?kinds=lamps&bbox=-180,-85,180,85&limit=1");
  const [lon, lat] = items[0].point;
  await withPage({}, async (page) => {
    await page.goto(`/map?layers=lamps#20/${lat}/${lon}`);
    await mapReady(page);
    await page.waitForFunction(() => document.querySelectorAll("#sight-rows button").length > 0);
    await page.locator(".maplibregl-canvas").focus();
    // Tiles may still be on their way; a key that meets nothing does nothing.
    await page.waitForFunction(() => {
      if (document.querySelector("#card.is-open")) return true;
      const canvas = document.querySelector(".maplibregl-canvas");
      canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      return false;
    }, null, { polling: 500 });
    assert.equal(await page.evaluate(() => document.activeElement.id), "card-title");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#card.is-open").count(), 0);
    assert.ok(await page.evaluate(() => document.activeElement.matches(".maplibregl-canvas")));
  });
});

test("the table opens a card and takes the focus back", async () => {
  await withPage({}, async (page) => {
    await page.goto("/map?layers=lamps,benches");
    await mapReady(page);
    const first = page.locator(".sight__open").first();
    await first.waitFor();
    await first.focus();
    await page.keyboard.press("Enter");
    await page.locator("#card.is-open").waitFor();
    await page.locator("#card .facts, #card p").first().waitFor();
    await page.keyboard.press("Escape");
    assert.ok(await page.evaluate(() => document.activeElement.matches(".sight__open, .maplibregl-canvas")));
  });
});
