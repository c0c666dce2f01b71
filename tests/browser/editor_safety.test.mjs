// Nothing that a clerk did is ever lost: a killed browser, an ended session, two windows, a server that is away.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import {
  cursor,
  draftStates,
  draw,
  editorReady,
  expected,
  openEditor,
  saved,
  signIn,
  tool,
  townMiddle,
} from "./editor_support.mjs";
import { BASE, close, mapReady, open, withPage } from "./support.mjs";

before(open);
after(close);

const STEP = 0.0001;

async function addLamps(page, places) {
  await tool(page, "add");
  await page.locator("#add-kind").selectOption("lamps");
  await draw(page, places);
}

/** A Chromium of its own with a profile on the disk, so that it can be killed as a flat battery kills it. */
async function startBrowser(profile) {
  const path =
    process.env.REEVE_CHROMIUM ??
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  const child = spawn(path, [
    "--headless=new",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "about:blank",
  ], { detached: true });
  const address = await new Promise((done, failed) => {
    let written = "";
    child.stderr.on("data", (chunk) => {
      written += chunk;
      const found = /DevTools listening on (ws:\S+)/.exec(written);
      if (found) done(found[1]);
    });
    child.on("exit", () => failed(new Error(written)));
  });
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 900 });
  return { child, page };
}

/** Ends the browser with all its children, which are its process group, without a word to them. */
async function kill(child) {
  const gone = new Promise((done) => child.once("exit", done));
  process.kill(-child.pid, "SIGKILL");
  await gone;
}

test("a killed browser: the draft is whole again, also what never reached the server", async () => {
  const profile = mkdtempSync(join(tmpdir(), "reeve-profile-"));
  let running = await startBrowser(profile);
  try {
    const go = (page) => (address) => page.goto(`${BASE}${address}`);
    const clerk = (page) => new Proxy(page, {
      get: (target, name) => (name === "goto" ? go(target) : typeof target[name] === "function" ? target[name].bind(target) : target[name]),
    });
    let page = clerk(running.page);
    await page.goto("/sign-in?next=/help");
    await signIn(page);
    const middle = await middleOf(page);
    await openEditor(page, { layers: "lamps", ...middle });
    await addLamps(page, [[middle.lon, middle.lat], [middle.lon + STEP, middle.lat]]);
    const id = await saved(page);
    // From here on nothing reaches the server.
    await page.route("**/api/desk/drafts/**", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
    await addLamps(page, [[middle.lon + 2 * STEP, middle.lat]]);
    await page.locator('#editor[data-sync="offline"]').waitFor();
    assert.equal(await cursor(page), 3);
    await kill(running.child);

    running = await startBrowser(profile);
    page = clerk(running.page);
    await page.goto("/sign-in?next=/help");
    if (new URL(page.url()).pathname === "/sign-in") await signIn(page);
    await page.goto(`/desk/map?layers=lamps#19/${middle.lat}/${middle.lon}`);
    await mapReady(page);
    await page.locator(`[data-draft="${id}"]`).click();
    await page.waitForFunction(() => document.getElementById("editor").dataset.cursor === "3");
    await saved(page);
    const answer = await page.request.get(`${BASE}/api/desk/drafts/${id}`);
    assert.equal((await answer.json()).gestures.length, 3);
  } finally {
    await kill(running.child).catch(() => {});
    // Children of a killed browser write for a moment longer.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
});

/** As {@link townMiddle}, for a browser that knows no base address. */
async function middleOf(page) {
  const answer = await page.request.post(`${BASE}/api/desk/search`, {
    headers: { origin: BASE, "sec-fetch-site": "same-origin" },
    data: { kinds: ["trees"], limit: 100 },
  });
  const { assets } = await answer.json();
  const [lon, lat] = assets[50].geometry.coordinates;
  return { lon: lon - 0.002, lat };
}

test("an ended session: sign in again in another tab, and everything is sent", async () => {
  await withPage({}, async (page, wrong) => {
    await signIn(page);
    const middle = await townMiddle(page);
    await openEditor(page, { layers: "lamps", lon: middle.lon, lat: middle.lat + 0.003 });
    await page.context().clearCookies();
    await addLamps(page, [[middle.lon, middle.lat + 0.003]]);
    await page.locator('[data-dialog="signed-out"]').waitFor();
    const other = await page.context().newPage();
    await signIn(other);
    await other.close();
    // It tries by itself; the button of the dialog only makes it try sooner.
    await saved(page);
    await page.locator('[data-dialog="signed-out"]').waitFor({ state: "detached" });
    assert.equal((await draftStates(page)).length, 1);
    expected(wrong, /status of 401/);
  });
});

test("two windows with one draft: the second is asked, and can keep its own as a new one", async () => {
  await withPage({}, async (page, wrong) => {
    await signIn(page);
    const middle = await townMiddle(page);
    const [lon, lat] = [middle.lon + 0.002, middle.lat + 0.002];
    await openEditor(page, { layers: "lamps", lon, lat });
    await addLamps(page, [[lon, lat]]);
    const id = await saved(page);
    const second = await page.context().newPage();
    await second.goto(`/desk/map?layers=lamps&draft=${id}#19/${lat}/${lon}`);
    await editorReady(second);
    assert.equal(await cursor(second), 1);
    await addLamps(page, [[lon + STEP, lat]]);
    await saved(page);
    await addLamps(second, [[lon - STEP, lat]]);
    await second.locator('[data-dialog="draft-clash"]').waitFor();
    await second.locator('[data-act="keep-mine"]').click();
    await second.locator('#editor[data-sync="saved"]').waitFor();
    assert.equal((await draftStates(second)).length, 2);
    assert.notEqual(new URL(second.url()).searchParams.get("draft"), id);
    await page.reload();
    await editorReady(page);
    assert.equal((await draftStates(page)).length, 2);
    expected(wrong, /status of 409/);
  });
});

test("an answer that got lost is no clash", async () => {
  await withPage({}, async (page, wrong) => {
    await signIn(page);
    const middle = await townMiddle(page);
    const [lon, lat] = [middle.lon - 0.002, middle.lat + 0.002];
    await openEditor(page, { layers: "lamps", lon, lat });
    let lost = false;
    await page.route("**/api/desk/drafts/**", async (route) => {
      if (lost || route.request().method() !== "PUT") return route.continue();
      lost = true;
      await route.fetch();
      return route.abort();
    });
    await addLamps(page, [[lon, lat], [lon + STEP, lat]]);
    await saved(page);
    assert.equal(await page.locator('[data-dialog="draft-clash"]').count(), 0);
    assert.equal((await draftStates(page)).length, 2);
    expected(wrong, /ERR_FAILED/);
  });
});
