// The box of push messages as pages include it, with doors that answer as the contract of `static/src/push/push.ts` says.
// The browser's own push service is far away, so its part is played; all the rest is the real box on a real page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { standBefore } from "./pwa_support.mjs";
import { close, noFindings, open, withPage } from "./support.mjs";

before(open);
after(close);

const PHONE =
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36";

/** The texts of a language by their keys. */
async function textsOf(lang) {
  const written = await readFile(new URL(`../../src/platform/locales/${lang}/phone.ftl`, import.meta.url), "utf8");
  return Object.fromEntries([...written.matchAll(/^([a-z-]+) = (.+)$/gm)].map(([, key, text]) => [key, text]));
}

/** A page with the box of `src/ui/push.html`, for an account. */
async function pageWithBox(texts, account) {
  const template = await readFile(new URL("../../src/ui/push.html", import.meta.url), "utf8");
  const box = template
    .replace(/\{#.*?#\}/gs, "")
    .replace(/\{\{ t\.get\("([a-z-]+)"\) \}\}/g, (_, key) => texts[key])
    .replace("{{ page.who() }}", account)
    .replace("{{ page.push_texts()|safe }}", JSON.stringify(texts));
  assert.ok(!box.includes("{{"), box);
  return `<!doctype html><html lang="pl"><head><meta charset="utf-8"><title>Zgody</title><link rel="icon" href="/static/favicon.svg"><link rel="stylesheet" href="/static/app.css">
<script src="/static/boot.js"></script><script type="module" src="/static/app.js"></script></head>
<body class="govuk-template__body"><main class="page"><h1>Zgody</h1>${box}</main></body></html>`;
}

/** What the browser would do, and what was asked of it. */
function playBrowser({ permission, allows }) {
  permission = localStorage.getItem("permission") ?? permission;
  const told = { permission, asked: 0, subscription: JSON.parse(localStorage.getItem("played") ?? "null") };
  window.told = told;
  Object.defineProperty(Notification, "permission", { get: () => told.permission });
  Notification.requestPermission = async () => {
    told.asked += 1;
    told.permission = allows;
    localStorage.setItem("permission", allows);
    return allows;
  };
  const keep = (subscription) => {
    told.subscription = subscription;
    localStorage.setItem("played", JSON.stringify(subscription));
  };
  const made = ({ endpoint, key }) => ({
    endpoint,
    options: { applicationServerKey: new Uint8Array(key).buffer },
    toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh: "p", auth: "a" } }),
    unsubscribe: async () => {
      keep(null);
      return true;
    },
  });
  PushManager.prototype.getSubscription = async () => told.subscription && made(told.subscription);
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly) throw new Error("every push must be shown");
    keep({ endpoint: `https://push.example/${Math.random()}`, key: [...new Uint8Array(applicationServerKey)] });
    return made(told.subscription);
  };
}

/** Opens the box for an account, with a door that keeps what it is sent. */
async function withBox({ browser, account = "anna", devices = [], ...options }, act) {
  const front = await standBefore();
  const texts = await textsOf("pl");
  const door = { devices, sent: [] };
  let number = 0;
  front.answers.set("GET /account/consents", async () => ({ type: "text/html", body: await pageWithBox(texts, account) }));
  front.answers.set("GET /api/account/push", () => ({
    body: JSON.stringify({ public_key: "BAEC", subscriptions: door.devices }),
  }));
  front.answers.set("POST /api/account/push", (body) => {
    door.sent.push(JSON.parse(body));
    number += 1;
    door.devices = [...door.devices, { id: `mine-${number}`, agent: PHONE, created_at: "2026-11-30T10:00:00Z" }];
    return { status: 201, body: JSON.stringify({ id: `mine-${number}` }) };
  });
  front.answers.set("DELETE /api/account/push/*", (_, what) => {
    door.devices = door.devices.filter(({ id }) => !what.endsWith(`/${id}`));
    return { status: 204 };
  });
  await withPage({ screen: "phone", baseURL: front.base, ...options }, async (page, wrong) => {
    if (browser) await page.addInitScript(playBrowser, browser);
    await page.goto("/account/consents");
    const box = page.locator("[data-push]");
    const state = (name) => page.locator(`[data-push][data-state="${name}"]`).waitFor();
    await act({ page, box, state, door, texts });
    wrong.splice(0, wrong.length, ...wrong.filter((line) => !line.startsWith(`asked ${front.base}`)));
  }).finally(front.close);
}

const WILLING = { permission: "default", allows: "granted" };

test("permission is asked for after a click alone; then this device is on, and off again", async () => {
  await withBox({ browser: WILLING }, async ({ page, box, state, door, texts }) => {
    await state("off");
    assert.equal(await page.evaluate(() => window.told.asked), 0, "nobody is asked unasked");
    await noFindings(page, "off");
    await box.getByRole("button", { name: texts["push-js-turn-on"] }).click();
    await state("on");
    assert.equal(await page.evaluate(() => window.told.asked), 1);
    const [{ endpoint, keys }] = door.sent;
    assert.match(endpoint, /^https:\/\/push\.example\//);
    assert.deepEqual(keys, { p256dh: "p", auth: "a" });
    assert.deepEqual(Object.keys(door.sent[0]).sort(), ["endpoint", "keys"]);
    await noFindings(page, "on");
    // Also when the page is opened again.
    await page.reload();
    await state("on");
    assert.equal(await box.locator("[data-push-devices] li").count(), 0, "this device is none of the others");
    await box.getByRole("button", { name: texts["push-js-turn-off"] }).click();
    await state("off");
    assert.deepEqual(door.devices, []);
    assert.equal(await page.evaluate(() => window.told.subscription), null);
  });
});

test("other devices are named and can be removed", async () => {
  const devices = [{ id: "other", agent: PHONE, created_at: "2026-10-02T10:00:00Z" }];
  await withBox({ browser: WILLING, devices }, async ({ page, box, state, door }) => {
    await state("off");
    const row = box.locator("[data-push-devices] li", { hasText: "Chrome, Android – od 2 października 2026" });
    await noFindings(page, "with another device");
    await row.getByRole("button").click();
    await row.waitFor({ state: "detached" });
    assert.deepEqual(door.devices, []);
  });
});

test("somebody else's subscription on the same device ends before one's own begins", async () => {
  await withBox({ browser: { ...WILLING, permission: "granted" } }, async ({ page, box, state, door, texts }) => {
    await page.evaluate(() => {
      localStorage.setItem("played", JSON.stringify({ endpoint: "https://push.example/jan", key: [4, 1, 2] }));
      const mine = { account: "jan", endpoint: "https://push.example/jan", id: "other" };
      localStorage.setItem("reeve-push", JSON.stringify(mine));
    });
    await page.reload();
    await state("off");
    await box.getByRole("button", { name: texts["push-js-turn-on"] }).click();
    await state("on");
    assert.notEqual(door.sent[0].endpoint, "https://push.example/jan");
  });
});

test("who has said no is told how to take it back, and who says no now is not half on", async () => {
  await withBox({ browser: { permission: "denied", allows: "denied" } }, async ({ page, box, state, texts }) => {
    await state("blocked");
    assert.ok((await box.innerText()).includes(texts["push-js-blocked"]));
    assert.equal(await box.getByRole("button").count(), 0);
    await noFindings(page, "blocked");
  });
  await withBox({ browser: { permission: "default", allows: "denied" } }, async ({ page, box, state, door, texts }) => {
    await state("off");
    await box.getByRole("button", { name: texts["push-js-turn-on"] }).click();
    await state("blocked");
    assert.deepEqual(door.sent, []);
    assert.equal(await page.evaluate(() => window.told.subscription), null);
  });
});

test("a server that refuses leaves nothing half on", async () => {
  await withBox({ browser: WILLING }, async ({ page, box, state, texts }) => {
    await state("off");
    await page.evaluate(() => {
      const was = window.fetch;
      window.fetch = (address, options) =>
        options?.method === "POST" ? Promise.resolve(new Response("", { status: 503 })) : was(address, options);
    });
    await box.getByRole("button", { name: texts["push-js-turn-on"] }).click();
    await box.getByText(texts["push-js-failed"]).waitFor();
    assert.equal(await page.evaluate(() => window.told.subscription), null);
  });
});

test("an iPhone is told to put the page on its screen first", async () => {
  const userAgent =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1";
  await withBox({ userAgent }, async ({ page, box, state, texts }) => {
    await page.addInitScript(() => {
      delete window.PushManager;
    });
    await page.reload();
    await state("home-screen-first");
    assert.ok((await box.innerText()).includes(texts["push-js-home-screen-first"]));
  });
});
