// Photos of a thing: sent with scripts and without, and seen by everybody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, close, leads, noFindings, open, withPage } from "./support.mjs";

const EMAIL = "klerk@reeve.example";
const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const skip = PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set";

before(open);
after(close);

async function signIn(page, next) {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.fill("#email", EMAIL);
  await page.fill("#password", PASSWORD);
  await leads(page, () => page.press("#password", "Enter"));
  await page.waitForURL((url) => url.pathname === next);
}

/** A bench that the other tests leave alone. */
async function bench(index) {
  const { items } = await ask("/api/features?kinds=benches&bbox=-180,-90,180,90&limit=20");
  return items[index].id;
}

/** A file with a picture that no other file holds. */
function picture(page, name, colour) {
  return page
    .evaluate((fill) => {
      const canvas = document.createElement("canvas");
      canvas.width = 900;
      canvas.height = 600;
      const pen = canvas.getContext("2d");
      pen.fillStyle = fill;
      pen.fillRect(0, 0, 900, 600);
      pen.fillStyle = "#fff";
      pen.fillRect(80, 80, 200, 200);
      // Another picture each time, so that the test can be run again on the same town.
      for (let mark = 0; mark < 24; mark += 1) {
        pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
        pen.fillRect(320 + 24 * mark, 80, 20, 200);
      }
      return canvas.toDataURL("image/jpeg").split(",")[1];
    }, colour)
    .then((base64) => ({ name, mimeType: "image/jpeg", buffer: Buffer.from(base64, "base64") }));
}

const archive = { name: "spis.jpg", mimeType: "image/jpeg", buffer: Buffer.from("PK\x03\x04 no picture") };

/** How long photos may take: the service gives each one 40 seconds, and asks to come again while it is busy. */
const WORK_MS = 120_000;

/** Waits until the files of the queue stand like this, in order. */
const until = (page, expected) =>
  page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll(".photo-desk__item")].map(({ dataset }) => dataset.stand).join() === wanted,
    expected,
    { timeout: WORK_MS },
  );

/** What a refused or broken upload says in the console is expected. */
const expected = (wrong) => {
  const kept = wrong.filter((line) => !/api\/desk\/assets|\/desk$|Failed to load resource/.test(line));
  wrong.splice(0, wrong.length, ...kept);
};

for (const screen of ["desk", "phone"]) {
  test(`several photos at once, one refused, one tried again: ${screen}`, { skip }, async () => {
    const id = await bench(screen === "desk" ? 0 : 1);
    const caption = `Ławka od strony rynku ${Date.now()}`;
    await withPage({ screen }, async (page, wrong) => {
      await signIn(page, `/desk/assets/${id}/photos`);
      await page.waitForSelector('[data-photos][data-ready="true"]');
      await noFindings(page, "no photos yet");
      const there = await page.locator(".photo-desk__photo").count();
      const shade = screen.length;
      const red = await picture(page, "a.jpg", `#a00${shade}00`);
      const blue = await picture(page, "b.jpg", `#0${shade}0aa0`);
      let broken = false;
      await page.route("**/api/desk/assets/*/photos", (route) => {
        const once = !broken && route.request().headers()["x-file-name"] === "b.jpg";
        if (once) broken = true;
        return once ? route.abort() : route.continue();
      });
      await page.setInputFiles("#photos-files", [red, blue, archive]);
      await until(page, "added,failed,refused");
      await page.getByRole("button", { name: "Ponów: b.jpg" }).click();
      await until(page, "added,added,refused");
      await page.waitForFunction((all) => document.querySelectorAll(".photo-desk__photo").length === all, there + 2);
      assert.match(await page.textContent("[data-photos-said]"), /dodane: 2, odrzucone: 1/);
      await page.setInputFiles("#photos-files", [red]);
      await until(page, "added,added,refused,known");
      await page.locator(".photo-desk__more summary").first().press("Enter");
      await noFindings(page, "photos");
      await page.getByLabel("Podpis").first().fill(caption);
      await leads(page, () => page.getByRole("button", { name: "Zapisz" }).first().click());
      await page.waitForSelector(`text=${caption}`);
      expected(wrong);
    });
    await withPage({ screen }, async (page) => {
      await page.goto(`/assets/${id}`);
      const shown = page.getByRole("img", { name: caption });
      await shown.scrollIntoViewIfNeeded();
      await page.waitForFunction(() => document.querySelector(".photos img")?.naturalWidth > 0);
      await noFindings(page, "the thing's page");
    });
  });
}

test("files are dropped on the panel", { skip }, async () => {
  const id = await bench(2);
  await withPage({}, async (page, wrong) => {
    await signIn(page, `/desk/assets/${id}/photos`);
    await page.waitForSelector('[data-photos][data-ready="true"]');
    const { buffer } = await picture(page, "dropped.jpg", "#123456");
    const data = await page.evaluateHandle((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], "dropped.jpg", { type: "image/jpeg" }));
      return transfer;
    }, buffer.toString("base64"));
    await page.dispatchEvent("[data-photos-form]", "dragover", { dataTransfer: data });
    await page.dispatchEvent("[data-photos-form]", "drop", { dataTransfer: data });
    await until(page, "added");
    expected(wrong);
  });
});

test("the form sends files without scripts", { skip }, async () => {
  const id = await bench(3);
  let good;
  await withPage({}, async (page) => {
    await page.goto("/help");
    good = await picture(page, "c.jpg", "#654321");
  });
  await withPage({ javaScriptEnabled: false }, async (page, wrong) => {
    await signIn(page, `/desk/assets/${id}/photos`);
    const there = await page.locator(".photo-desk__photo").count();
    await page.setInputFiles("#photos-files", [good, archive]);
    await leads(page, () => page.getByRole("button", { name: "Wyślij zdjęcia" }).click());
    await page.waitForSelector(".govuk-error-summary");
    assert.match(await page.textContent(".govuk-error-summary"), /spis\.jpg: to nie jest zdjęcie/);
    assert.match(await page.textContent("main"), /Dodano 1 zdjęcie/);
    assert.equal(await page.locator(".photo-desk__photo").count(), there + 1);
    expected(wrong);
  });
});
