// The wizard for imports: a small file is dropped, looked at, placed, mapped, reviewed, brought in and taken back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, close, LANGUAGES, leads, mapReady, noFindings, open, withPage } from "./support.mjs";

const EMAIL = "klerk@reeve.example";
const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const skip = PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set";
/** Folder in which pictures of the pages are left, to be looked at. */
const SHOTS = process.env.REEVE_SHOTS;

before(open);
after(close);

async function signIn(page, next) {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.fill("#email", EMAIL);
  await page.fill("#password", PASSWORD);
  await leads(page, () => page.press("#password", "Enter"));
  await page.waitForURL((url) => url.pathname === next);
}

/** Trees somewhere in the village, one without a position; `mark` makes the file another one. */
async function trees(mark) {
  const { items } = await ask("/api/features?kinds=lamps&bbox=-180,-90,180,90&limit=20");
  const [lon, lat] = items[0].point;
  const rows = [1, 2, 3, 4, 5].map((n) => {
    const x = (lon + n * 0.00021 + mark * 0.0011).toFixed(7);
    const y = (lat + n * 0.00013).toFixed(7);
    return `W${mark}-${n};${n === 5 ? ";" : `${x};${y}`};Tilia cordata;${n === 2 ? "gruby" : 60 + n * 10}`;
  });
  return ["nr;dlugosc;szerokosc;gatunek;obwod", ...rows, ""].join("\n");
}

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

/** Drops a file on the panel. */
async function drop(page, name, content) {
  const data = await page.evaluateHandle(
    ([called, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], called, { type: "text/csv", lastModified: 1_700_000_000_000 }));
      return transfer;
    },
    [name, content],
  );
  await page.dispatchEvent("[data-import-form]", "dragover", { dataTransfer: data });
  await page.dispatchEvent("[data-import-form]", "drop", { dataTransfer: data });
}

/** What a broken upload says in the console is expected. */
const expected = (wrong) => {
  const kept = wrong.filter((line) => !/Failed to load resource|net::ERR/.test(line));
  wrong.splice(0, wrong.length, ...kept);
};

async function begin(page, lang) {
  await leads(page, () => page.getByRole("button", { name: lang === "pl" ? "Nowe wczytanie" : "New import" }).click());
  await page.waitForSelector('[data-import-upload][data-ready="true"]');
}

let mark = Math.floor(Date.now() / 1000) % 9;
for (const [screen, lang] of [
  ["desk", "pl"],
  ["phone", "en"],
]) {
  test(`a spreadsheet becomes trees and goes back: ${screen}, ${lang}`, { skip }, async () => {
    mark += 1;
    const csv = await trees(mark);
    await withPage({ screen, lang }, async (page) => {
      await signIn(page, "/desk/imports");
      await noFindings(page, "history");
      await shot(page, `${screen}-1-history`);
      await begin(page, lang);
      await noFindings(page, "no files yet");
      await shot(page, `${screen}-2-files`);
      await drop(page, "drzewa.csv", csv);
      await page.waitForSelector('[data-file][data-whole="true"]');
      await noFindings(page, "files");
      await shot(page, `${screen}-3-files`);
      await page.getByRole("button", { name: lang === "pl" ? "Dalej: przejrzyj pliki" : "Next: look at the files" }).click();
      await page.waitForURL(/\/position$/);
      await mapReady(page);
      assert.ok((await page.locator(".badge").count()) >= 3, "sample points stand on the map");
      await noFindings(page, "position");
      await shot(page, `${screen}-4-position`);
      await page.locator('button[value="confirm"]').click();
      await page.waitForURL(/\/columns$/);
      await noFindings(page, "columns");
      await shot(page, `${screen}-5-columns`);
      await page.locator('button.govuk-button[value="next"]').click();
      await page.waitForURL(/\/review$/);
      await page.waitForSelector(".review__groups");
      await page.waitForSelector('[data-import-map][data-ready="true"]');
      assert.equal((await page.textContent(".review__group--new .review__count")).trim(), "4");
      await noFindings(page, "review");
      await shot(page, `${screen}-6-review`);
      await page.goto(`${page.url().split("?")[0]}?group=rejected`);
      await noFindings(page, "rejected");
      await shot(page, `${screen}-7-rejected`);
      await page.locator('button[value="apply"]').click();
      await page.waitForURL(/\/done$/);
      await noFindings(page, "done");
      await shot(page, `${screen}-8-done`);
      await page.getByRole("button", { name: lang === "pl" ? "Cofnij całe wczytanie" : "Undo the whole import" }).click();
      await page.waitForSelector(`text=${lang === "pl" ? "Wczytanie cofnięte" : "The import is undone"}`);
      await noFindings(page, "undone");
    });
  });
}

test("an upload that broke goes on after a reload", { skip }, async () => {
  await withPage({}, async (page, wrong) => {
    await signIn(page, "/desk/imports");
    await begin(page, "pl");
    // Two pieces and a bit; the second one does not arrive.
    const content = "a;b\n".repeat(2_300_000);
    const failed = page.waitForEvent("requestfailed");
    await page.route("**/api/desk/imports/*/files/*", (route) => {
      const { "upload-offset": offset } = route.request().headers();
      if (route.request().method() !== "PATCH" || offset === "0") return route.continue();
      return route.abort();
    });
    await drop(page, "duzy.csv", content);
    await failed;
    await page.getByRole("button", { name: "Wstrzymaj plik duzy.csv" }).click();
    await page.waitForSelector('[data-stand="paused"]');
    await page.reload();
    await page.waitForSelector('[data-import-upload][data-ready="true"]');
    assert.match(await page.textContent("[data-import-live]"), /duzy\.csv/);
    await page.unroute("**/api/desk/imports/*/files/*");
    const offsets = [];
    page.on("request", (request) => {
      if (request.method() === "PATCH") offsets.push(request.headers()["upload-offset"]);
    });
    await drop(page, "duzy.csv", content);
    await page.waitForSelector('[data-file][data-whole="true"]');
    assert.ok(offsets[0] === String(4 * 1024 * 1024), `goes on where it ended: ${offsets}`);
    expected(wrong);
  });
});

test("every page is there in both languages without scripts", { skip }, async () => {
  for (const lang of LANGUAGES) {
    await withPage({ lang, javaScriptEnabled: false }, async (page) => {
      await signIn(page, "/desk/imports");
      await leads(page, () => page.getByRole("button", { name: lang === "pl" ? "Nowe wczytanie" : "New import" }).click());
      await page.setInputFiles("#file", { name: "x.csv", mimeType: "text/csv", buffer: Buffer.from("a;b\n1;2\n") });
      await leads(page, () => page.getByRole("button", { name: lang === "pl" ? "Wyślij pliki" : "Send the files" }).click());
      await page.waitForSelector("[data-file]");
    });
  }
});
