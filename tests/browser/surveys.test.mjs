// Surveys in a real browser: answered on a phone with map and keyboard, answered without scripts, built at the desk; axe.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { close, leads, noFindings, open, SCREENS, withPage } from "./support.mjs";

const PASSWORD = process.env.REEVE_DEMO_PASSWORD;
const ADMIN = "admin@reeve.example";
const VOTER = "pelnomocnik@reeve.example";
const SHOTS = process.env.REEVE_SHOTS;
const needsDemo = { skip: PASSWORD ? false : "REEVE_DEMO_PASSWORD is not set" };

before(open);
after(close);

/** Looks at a page: width, one heading, axe, and a picture to look at. */
async function look(page, screen, name) {
  assert.equal(await page.locator("h1").count(), 1, name);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= SCREENS[screen].viewport.width, `${name}: ${width} pixels wide`);
  await noFindings(page, name);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/survey-${name}-${screen}.png`, fullPage: true });
}

const press = (page, value) => leads(page, () => page.locator(`button[name=go_][value=${value}]`).click());

/** Waits for the maps of the page that asks about benches; each comes in its own time. */
async function mapsDrawn(page) {
  for (const kind of ["pin", "line", "asset"]) await page.locator(`[data-draw="${kind}"][data-ready="true"]`).waitFor();
}

/** Chromium itself reports the page's own status as an error. */
function forgiveStatus(wrong) {
  wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.includes("status of")));
}

test("a survey is answered on a phone within two minutes", needsDemo, async () => {
  const began = Date.now();
  await withPage({ screen: "phone" }, async (page, wrong) => {
    await page.goto("/surveys");
    await look(page, "phone", "list");
    await leads(page, () => page.locator('a[href="/surveys/lawki"]').click());
    await press(page, "next");
    await look(page, "phone", "faults");
    await page.locator(".govuk-error-summary a").first().click();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "p1");
    // A question that hangs on another one comes and goes.
    const why = page.locator('[data-question="p2"]');
    assert.equal(await why.isVisible(), false);
    await page.getByLabel("nigdy").check();
    assert.equal(await why.isVisible(), true);
    await page.getByLabel("codziennie").check();
    assert.equal(await why.isVisible(), false);
    await page.getByLabel("cień").check();
    await page.getByLabel("4", { exact: true }).check();
    await look(page, "phone", "first");
    await press(page, "next");

    // The map: a pin by a tap, a line by the keyboard alone.
    const pins = page.locator('[data-question="m1"]');
    await mapsDrawn(page);
    await pins.locator("canvas").scrollIntoViewIfNeeded();
    const canvas = await pins.locator("canvas").boundingBox();
    await page.mouse.click(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2);
    await pins.getByRole("textbox", { name: "Komentarz" }).fill("pod lipą");
    const ways = page.locator('[data-question="m2"]');
    await ways.locator("canvas").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await ways.getByRole("button", { name: "Gotowe" }).click();
    assert.equal(await ways.locator(".survey__drawn li").count(), 1);
    await look(page, "phone", "map");
    await press(page, "next");

    // Points are counted, a place is given once.
    const points = page.locator('[data-question="w1"]');
    await points.locator("input").first().fill("11");
    assert.match(await points.locator("[data-left]").innerText(), /za dużo/);
    await points.locator("input").first().fill("7");
    assert.match(await points.locator("[data-left]").innerText(), /3/);
    const places = page.locator('[data-question="w2"] select');
    await places.nth(0).selectOption("1");
    await places.nth(1).selectOption("1");
    assert.deepEqual(await places.evaluateAll((all) => all.map(({ value }) => value)), ["", "1", ""]);
    await look(page, "phone", "last");
    await press(page, "back");
    await mapsDrawn(page);
    assert.equal(await page.locator('[data-question="m1"] .survey__drawn li').count(), 1, "nothing is lost on the way back");
    await press(page, "next");
    await press(page, "send");
    await page.getByText("Dziękujemy").waitFor();
    await look(page, "phone", "done");
    forgiveStatus(wrong);
  });
  assert.ok(Date.now() - began < 120_000, "two minutes");
});

test("a survey is answered without scripts", needsDemo, async () => {
  await withPage({ screen: "desk", lang: "en", javaScriptEnabled: false }, async (page, wrong) => {
    await page.goto("/surveys/lawki");
    await page.getByLabel("never", { exact: true }).check();
    await page.locator("#p2").fill("They are wet.");
    await press(page, "next");
    await page.locator('[data-question="m1"] summary').click();
    await page.locator("#m1-typed").fill("52.0 19.0\nfar away");
    await press(page, "next");
    assert.match(await page.locator(".govuk-error-summary").innerText(), /outside the area/);
    await press(page, "back");
    assert.ok(await page.getByLabel("never", { exact: true }).isChecked());
    forgiveStatus(wrong);
  });
});

test("a survey is built at the desk", needsDemo, async () => {
  const slug = `proba-${Date.now().toString(36)}`;
  await withPage({ screen: "desk", lang: "en" }, async (page, wrong) => {
    await page.goto("/sign-in?next=%2Fdesk%2Fsurveys");
    await page.fill("#email", ADMIN);
    await page.fill("#password", PASSWORD);
    await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
    await look(page, "desk", "desk-list");
    for (const [path, name] of [
      ["/desk/surveys/new", "desk-new"],
      ["/desk/surveys/districts", "desk-districts"],
    ]) {
      await page.goto(path);
      await look(page, "desk", name);
    }
    await page.goto("/desk/surveys/new");
    await page.fill("#title_pl", "Próba w przeglądarce");
    await page.fill("#slug", slug);
    await page.selectOption("#template", "yes-no");
    await page.selectOption("#audience", "everyone");
    await page.fill("#opens_at", "2026-01-01T08:00");
    await page.fill("#closes_at", "2036-01-01T08:00");
    await leads(page, () => page.locator("main form button.govuk-button").first().click());
    await page.selectOption("#kind-0", "scale");
    await leads(page, () => page.getByRole("button", { name: "Add a question" }).click());
    await page.fill("#title_pl", "Jak ważne jest to pytanie?");
    await page.fill("#title_en", "How important is this question?");
    await page.locator('[id="when-p1/c1"]').check();
    await look(page, "desk", "desk-question");
    await leads(page, () => page.locator("main form button.govuk-button").first().click());
    await look(page, "desk", "desk-form");
    const up = page.getByRole("button", { name: "Up How important is this question?" });
    await leads(page, () => up.click());
    assert.match(await page.locator("#q-p2").innerText(), /not there before/);
    await leads(page, () => page.getByRole("button", { name: "Down How important is this question?" }).click());
    await leads(page, () => page.getByRole("link", { name: "Preview and trial" }).click());
    await page.getByLabel("for", { exact: true }).check();
    await look(page, "desk", "desk-preview");
    await press(page, "send");
    await page.getByText("For real they would be kept now").waitFor();
    await leads(page, () => page.locator("a.back").click());
    await leads(page, () => page.getByRole("button", { name: "Announce" }).click());
    await look(page, "desk", "desk-survey");
    await leads(page, () => page.getByRole("link", { name: "Poster with a QR code" }).click());
    await look(page, "desk", "desk-poster");
    await page.goto(`/surveys/${slug}`);
    await look(page, "desk", "public");
    await page.goto("/surveys/park-kieszonkowy/opinions");
    await look(page, "desk", "opinions");
    await page.goto("/desk/surveys");
    await leads(page, () => page.getByRole("link", { name: "Draft of a pocket park" }).click());
    await leads(page, () => page.getByRole("link", { name: "Opinions and the office" }).click());
    await look(page, "desk", "desk-opinions");
    forgiveStatus(wrong);
  });
});

test("a secret vote is sealed in the browser, by keyboard on a phone", needsDemo, async () => {
  await withPage({ screen: "phone" }, async (page, wrong) => {
    await page.goto("/sign-in?next=/surveys/nazwa-parku");
    await page.locator("#email").fill(VOTER);
    await page.locator("#password").fill(PASSWORD);
    await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
    await page.waitForURL("**/surveys/nazwa-parku");
    // What leaves the browser: bodies and cookies of everything that is sent.
    const sent = [];
    page.on("request", async (request) => {
      // Of what is still under way when the test ends nobody asks any more.
      const { cookie } = await request.allHeaders().catch(() => ({}));
      sent.push({ url: request.url(), body: request.postData() ?? "", cookie });
    });
    await page.locator('[data-part="ready"]').waitFor({ state: "attached" });
    await look(page, "phone", "vote");
    const button = page.locator('button[value="send"]');
    await button.focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-vote-fault]").waitFor();
    const asked = () => sent.filter(({ url }) => url.includes("/api/"));
    assert.deepEqual(asked(), [], "nothing is asked before the answers fit");
    const choice = page.getByLabel("Park Lipowy");
    await choice.focus();
    await page.keyboard.press("Space");
    await button.focus();
    await page.keyboard.press("Enter");
    const done = page.locator('[data-part="done"]');
    await done.waitFor({ timeout: 30_000 });
    await look(page, "phone", "voted");
    const receipt = await page.locator("[data-receipt]").textContent();
    assert.match(receipt ?? "", /^[\w-]{24}$/);
    const ballot = sent.find(({ url }) => url.includes("/api/ballots/"));
    assert.ok(ballot, "the ballot went by its own door");
    assert.equal(ballot.cookie, undefined, "as nobody");
    assert.ok(sent.some(({ url, cookie }) => url.endsWith("/token") && cookie), "the roll knows who asks");
    for (const { url, body } of sent) assert.ok(!body.includes("lipowy"), `${url} holds the vote in the clear`);
    await page.reload();
    await done.waitFor();
    assert.equal(await page.locator("[data-receipt]").textContent(), receipt);
    assert.equal(await button.isVisible(), false);
    forgiveStatus(wrong);
  });
});

test("a code on paper votes without an account, on a phone", needsDemo, async () => {
  let code = "";
  await withPage({ screen: "desk" }, async (page) => {
    await page.goto("/sign-in?next=%2Fdesk%2Fsurveys");
    await page.fill("#email", ADMIN);
    await page.fill("#password", PASSWORD);
    await leads(page, () => page.locator("form[action='/sign-in'] button[type=submit]").click());
    await leads(page, () => page.getByRole("link", { name: "Nazwa nowego parku" }).click());
    await leads(page, () => page.locator('a[href$="/paper"]').click());
    await leads(page, () => page.locator('a[href$="/paper/person"]').click());
    await look(page, "desk", "desk-person");
    await leads(page, () => page.locator("a.back").click());
    await page.fill("#q", "Mieszkanka");
    await leads(page, () => page.getByRole("button", { name: "Szukaj" }).click());
    await look(page, "desk", "desk-codes");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Wydrukuj kod" }).first().click();
    const file = await (await download).path();
    if (SHOTS) execFileSync("pdftoppm", ["-r", "80", "-png", file, `${SHOTS}/survey-slip`]);
    const said = execFileSync("pdftotext", ["-layout", file, "-"]).toString();
    code = said.match(/\b\w{4}(?:-\w{4}){3}\b/)?.[0] ?? "";
    assert.notEqual(code, "", said);
  });
  await withPage({ screen: "phone" }, async (page) => {
    const sent = [];
    page.on("request", async (request) => {
      const { cookie } = await request.allHeaders();
      sent.push({ url: request.url(), body: request.postData() ?? "", cookie });
    });
    await page.goto("/surveys/nazwa-parku");
    const field = page.locator("#vote-code");
    await field.waitFor();
    const choice = page.getByLabel("Park Nadrzeczny");
    assert.equal(await choice.isVisible(), false, "there is nothing to fill in before the code");
    assert.equal(await page.locator("#vote-code-fault").isVisible(), false);
    await field.focus();
    await page.keyboard.type(code.replace(/.$/, (last) => (last === "A" ? "C" : "A")));
    await page.keyboard.press("Enter");
    await page.locator("#vote-code-fault").waitFor();
    await look(page, "phone", "code-mistyped");
    // As the camera of a phone opens it.
    await page.goto(`/surveys/nazwa-parku#code=${code}`);
    await choice.waitFor();
    assert.equal(new URL(page.url()).hash, "", "the code does not stay in the address");
    assert.equal(await field.isVisible(), false);
    await choice.focus();
    await page.keyboard.press("Space");
    await page.locator('button[value="send"]').focus();
    await look(page, "phone", "code-given");
    await page.keyboard.press("Enter");
    await page.locator('[data-part="done"]').waitFor();
    await look(page, "phone", "code-voted");
    const [token, ballot] = ["/code-token", "/api/ballots/"].map((door) => sent.find(({ url }) => url.includes(door)));
    assert.ok(token?.body.includes(code.replaceAll("-", "")) && !token.cookie, "the code is all that the roll is told");
    assert.ok(ballot && !ballot.cookie);
    const others = sent.filter((one) => one !== token);
    for (const { url, body } of others) assert.ok(!`${url} ${body}`.includes(code.slice(-4)), url);
    // Somebody else at the same phone, and the same one once more.
    await page.getByRole("button", { name: "Podaj inny kod" }).click();
    await field.fill(code.toLowerCase());
    await page.keyboard.press("Enter");
    await page.locator('[data-part="done"]').waitFor();
  });
});
