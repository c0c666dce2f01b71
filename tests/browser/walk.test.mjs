// The main walk: first page, a name typed wrongly, the grave, the way to it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, findSomebody, leads, LOOKS, mapReady, mistyped, noFindings, open, withPage } from "./support.mjs";

before(open);
after(close);

for (const [screen, lang] of LOOKS) {
  test(`from the first page to the grave on a ${screen} in ${lang}`, async () => {
    const { person } = await findSomebody();
    await withPage({ lang, screen }, async (page) => {
      await page.goto("/");
      assert.equal(await page.getAttribute("html", "lang"), lang);
      await mapReady(page);
      await page.fill("#q", `${mistyped(person.surname)} ${person.given_names}`);
      await leads(page, () => page.locator('button[type="submit"]').click());
      await page.waitForURL(/\/graves\?/);
      const result = page.locator(".result__name", { hasText: person.surname }).first();
      await result.waitFor();
      await mapReady(page);
      await noFindings(page, "results");
      await leads(page, () => result.getByRole("link").click());
      await page.waitForURL(/\/graves\/[0-9a-f-]{36}/);
      await page.locator(".people__name", { hasText: person.surname }).first().waitFor();
      await mapReady(page);
      await noFindings(page, "grave");
      await leads(page, () => page.locator('.guide button[type="submit"]').click());
      await page.waitForURL(/\/route\?/);
      await page.locator(".steps__one").first().waitFor();
      assert.ok((await page.locator(".steps__one").count()) >= 2);
      assert.match(await page.locator(".figures dd").first().innerText(), /\d\s?(m|km)$/);
      await mapReady(page);
      await noFindings(page, "way");
    });
  });
}

test("the language switch stays on the page and is remembered", async () => {
  await withPage({ lang: "pl" }, async (page) => {
    await page.goto("/graves?q=Nowak");
    await leads(page, () => page.getByRole("link", { name: "English" }).click());
    await page.waitForURL(/lang=en/);
    assert.equal(await page.inputValue("#q"), "Nowak");
    await page.goto("/help");
    assert.equal(await page.getAttribute("html", "lang"), "en");
  });
});
