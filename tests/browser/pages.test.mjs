// Every page on every screen in every language: no findings of axe, no errors, nothing foreign, nothing too wide.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { ask, BASE, close, findSomebody, LOOKS, mapReady, noFindings, open, withPage } from "./support.mjs";

before(open);
after(close);

/** Every page in its states, with the status that it answers. */
async function pages() {
  const { grave } = await findSomebody();
  const { items } = await ask("/api/features?kinds=lamps&bbox=-180,-85,180,85&limit=1");
  return [
    ["/", 200],
    ["/map", 200],
    [`/map?layers=lamps&at=${items[0].id}`, 200],
    [`/assets/${items[0].id}`, 200],
    ["/graves", 200],
    ["/graves?q=Nowak", 200],
    ["/graves?q=Qqqxxwwzz", 200],
    ["/graves?q=Nowak&from=dawno", 200],
    [`/graves/${grave.id}`, 200],
    [`/graves/${grave.id}/route?profile=walk`, 200],
    [`/graves/${grave.id}/route?profile=walk&from=0,0`, 422],
    ["/help", 200],
    ["/qgis", 200],
    ["/accessibility", 200],
    ["/privacy", 200],
    ["/no-such-page", 404],
    ["/graves/00000000-0000-4000-8000-000000000000", 404],
  ];
}

/** Words of the page that look like keys of its texts: a key without a text answers itself. */
async function bareKeys(page) {
  const texts = await readFile(new URL("../../src/platform/locales/en/pages.ftl", import.meta.url), "utf8");
  const families = new Set([...texts.matchAll(/^([a-z0-9]+)-[a-z0-9-]+ =/gm)].map(([, family]) => family));
  const words = (await page.locator("body").innerText()).match(/[a-z0-9]+(-[a-z0-9]+)+/g) ?? [];
  return words.filter((word) => families.has(word.split("-")[0]) && word !== "made-up");
}

for (const [screen, lang] of LOOKS) {
  test(`pages on a ${screen} in ${lang}`, async (t) => {
    for (const [path, status] of await pages()) {
      await t.test(path, async () => {
        await withPage({ lang, screen }, async (page, wrong) => {
          const answer = await page.goto(path);
          assert.equal(answer.status(), status);
          // Chromium itself reports the page's own status as an error.
          if (status >= 400) wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of")));
          await mapReady(page);
          assert.equal(await page.getAttribute("html", "lang"), lang);
          assert.notEqual(await page.title(), "");
          assert.equal(await page.locator("h1").count(), 1);
          await noFindings(page, path);
          assert.deepEqual(await bareKeys(page), [], "keys of texts that nobody wrote");
        });
      });
    }
  });
}

test("pages fit a screen 320 pixels wide", async (t) => {
  for (const [path] of await pages()) {
    await t.test(path, async () => {
      await withPage({ screen: "desk", viewport: { width: 320, height: 640 } }, async (page, wrong) => {
        await page.goto(path);
        await mapReady(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${over} pixels too wide`);
        wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of")));
      });
    });
  }
});

test("the source of the data stands on every map", async () => {
  const home = await (await fetch(`${BASE}/`)).text();
  const osm = home.includes("OpenStreetMap contributors");
  const madeUp = home.includes('class="notice"');
  assert.ok(osm || madeUp, "either credit or the notice of a made-up town");
});
