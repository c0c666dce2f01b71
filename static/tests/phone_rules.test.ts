import assert from "node:assert/strict";
import { test } from "node:test";
import { isApple } from "../src/phone/install";
import { deviceName, type Mine, stateOf } from "../src/push/model";
import { INBOX, ownPath, readNotice, windowFor } from "../src/sw/notice";
import { ageWords, canSay, titleOf, withNotice } from "../src/sw/shown";
import { beyond, type Entry } from "../src/sw/store";
import { type Asked, changesWho, keyOf, takesLeave, wayOf } from "../src/sw/ways";
import { after, isThere, readSeen } from "../src/sw/who";

const ORIGIN = "https://gmina.example";

function asked(path: string, more: Partial<Asked> = {}): Asked {
  const url = new URL(path, ORIGIN);
  return {
    method: "GET",
    mode: "cors",
    destination: "",
    url,
    referrer: `${ORIGIN}/map`,
    part: false,
    unkept: false,
    ...more,
  };
}

const page = (path: string, more: Partial<Asked> = {}) =>
  wayOf(asked(path, { mode: "navigate", destination: "document", ...more }), ORIGIN);
const loaded = (path: string, more: Partial<Asked> = {}) => wayOf(asked(path, more), ORIGIN);

test("pages are kept, but none with a secret, of the desk, or that is a download", () => {
  for (const path of [
    "/",
    "/graves",
    "/graves?q=Nowak",
    "/graves/1/route",
    "/account",
    "/account/messages/7",
  ]) {
    assert.equal(page(path), "page", path);
  }
  for (const path of [
    "/desk",
    "/desk/map",
    "/sign-in/second",
    "/sign-in/help",
    "/sign-in/back/stan",
    "/reset/a-token",
    "/unsubscribe/a-token",
    "/account/new",
    "/account/confirm/a-token",
    "/account/security",
    "/account/close",
    "/api/export/lamps.csv",
    "/api/graves",
    "/ogc",
    "/static/app.js",
    "/photos/1.webp",
    "/healthz",
  ]) {
    assert.equal(page(path), "leave", path);
  }
  // Names that only begin alike are others.
  assert.equal(page("/desktop"), "page");
  assert.equal(page("/account/newsletter"), "page");
  assert.equal(page("/sign-in"), "watch");
  assert.equal(page("/offline"), "watch");
  assert.equal(page("/help", { destination: "iframe" }), "leave");
});

test("nothing that changes something, comes in parts or belongs to others is touched", () => {
  assert.equal(page("/account/messages", { method: "POST" }), "leave");
  assert.equal(loaded("/api/graves", { method: "POST" }), "leave");
  assert.equal(loaded("/api/graves", { unkept: true }), "leave");
  assert.equal(loaded("/photos/1.webp", { part: true }), "leave");
  assert.equal(loaded("https://tiles.example/1/2/3.mvt"), "leave");
});

test("what public pages load is kept by its kind", () => {
  assert.equal(loaded("/static/app.css"), "file");
  assert.equal(loaded("/manifest.webmanifest"), "file");
  assert.equal(loaded("/tiles/lamps/15/1/2.mvt"), "tile");
  assert.equal(loaded("/tiles/basemap.json"), "tile");
  assert.equal(loaded("/tiles/lamps/15/1/2.mvt?as_of=2020-01-01"), "leave");
  assert.equal(loaded("/photos/1.webp", { destination: "image" }), "picture");
  assert.equal(loaded("/api/graves?q=Nowak"), "data");
  assert.equal(loaded("/api/graves/1/route?profile=walk"), "data");
  assert.equal(loaded("/api/assets/1"), "data");
  assert.equal(loaded("/api/features?kinds=lamps"), "data");
  for (const path of [
    "/api/account/push",
    "/api/assets/1/history",
    "/api/desk/drafts",
    "/api/openapi.json",
  ]) {
    assert.equal(loaded(path), "leave", path);
  }
  assert.equal(loaded("/static/walk.js", { referrer: `${ORIGIN}/desk/walk` }), "leave");
});

test("languages and anchors share one place", () => {
  const key = keyOf(new URL(`${ORIGIN}/graves?q=Nowak&lang=en#3`));
  assert.equal(key, `${ORIGIN}/graves?q=Nowak`);
});

test("whatever changes who is there takes their pages away", () => {
  for (const path of ["/sign-in", "/sign-in/second", "/sign-out", "/account/acting", "/account/close"]) {
    assert.ok(changesWho("POST", path), path);
  }
  assert.ok(changesWho("GET", "/sign-in/back/stan"));
  assert.ok(!changesWho("GET", "/sign-in"));
  assert.ok(!changesWho("POST", "/account/messages/7"));
  assert.ok(takesLeave("POST", "/sign-out") && !takesLeave("POST", "/sign-in"));
});

test("the oldest go first, by number and by size", () => {
  const kept = new Map<string, Entry>([
    ["b", { at: 2, bytes: 10 }],
    ["a", { at: 1, bytes: 10 }],
    ["c", { at: 3, bytes: 10 }],
  ]);
  const limit = { entries: 3, bytes: 30, each: 30 };
  assert.deepEqual(beyond(kept, limit), []);
  assert.deepEqual(beyond(kept, { ...limit, entries: 2 }), ["a"]);
  assert.deepEqual(beyond(kept, { ...limit, bytes: 15 }), ["a", "b"]);
  assert.deepEqual(beyond(kept, { ...limit, bytes: 0 }), ["a", "b", "c"]);
});

const ANNA = "01890000-0000-7000-8000-000000000001";
const JAN = "01890000-0000-7000-8000-000000000002";
const MINUTE = 60_000;

test("a session is known from the header, and from nothing that looks like it", () => {
  assert.deepEqual(readSeen(`${ANNA};idle=28800;longest=43200`), {
    account: ANNA,
    idle_s: 28_800,
    longest_s: 43_200,
  });
  for (const header of [null, "", ANNA, `${ANNA};idle=x;longest=1`, `../${ANNA};idle=1;longest=1`]) {
    assert.equal(readSeen(header), null);
  }
});

test("somebody is there until the session has ended: idle, at its longest, or because another one came", () => {
  const seen = { account: ANNA, idle_s: 3600, longest_s: 7200 };
  const first = after(null, seen, 0);
  assert.deepEqual(first, { account: ANNA, since: 0, until: 60 * MINUTE });
  // Within a minute nothing is written anew.
  assert.equal(after(first, seen, 30_000), first);
  const later = after(first, seen, 50 * MINUTE);
  assert.deepEqual(later, { account: ANNA, since: 0, until: 110 * MINUTE });
  assert.equal(after(later, seen, 100 * MINUTE)?.until, 120 * MINUTE, "no longer than the longest");
  assert.ok(isThere(first, 59 * MINUTE) && !isThere(first, 60 * MINUTE));
  assert.ok(!isThere(first, -2 * MINUTE), "a clock that was put back");
  assert.equal(after(later, null, 51 * MINUTE), null);
  assert.deepEqual(after(later, { ...seen, account: JAN }, 51 * MINUTE), {
    account: JAN,
    since: 51 * MINUTE,
    until: 111 * MINUTE,
  });
});

const HTML = `<!doctype html><html lang="pl" class="x"><head><title>Grób – „A &#38; B” &lt;1&gt;</title></head>
<body><template id="kept-notice"><p>odczytane %when%.</p></template><main>100 % $& tekst</main></body></html>`;

test("a page out of memory says when it was read and stays what it was", () => {
  assert.ok(canSay(HTML) && !canSay("<html lang='pl'></html>"));
  assert.equal(titleOf(HTML), "Grób – „A & B” <1>");
  const shown = withNotice(HTML, 1_000, 1_000 + 3 * 60 * MINUTE);
  assert.match(shown, /<p>odczytane 3 godziny temu \(1 stycznia 1970 \d\d:\d\d\)\.<\/p>/);
  assert.match(shown, /<html data-kept="1000" lang="pl" class="x">/);
  assert.ok(shown.includes("<main>100 % $& tekst</main>") && !shown.includes("<template"));
});

test("ages are told in both languages", () => {
  assert.match(ageWords(0, 5_000, "pl"), /^1 minutę temu \(/);
  assert.match(ageWords(0, 5 * MINUTE, "en"), /^5 minutes ago \(1 January 1970/);
  assert.match(ageWords(0, 50 * 60 * MINUTE, "pl"), /^2 dni temu \(/);
  assert.match(ageWords(9_000, 0, "en"), /^1 minute ago \(/, "a clock that was put back");
});

const PLAIN = { title: "Nowa wiadomość", body: "", href: INBOX, tag: "reeve" };

test("a push leads to our own pages only, and is shown whatever it holds", () => {
  const read = (payload: unknown) => readNotice(JSON.stringify(payload), PLAIN, ORIGIN);
  const whole = { title: "Dokument gotowy", body: "Do odbioru", href: "/account/messages/7?a=1", tag: "m7" };
  assert.deepEqual(read(whole), whole);
  for (const href of [
    "https://zly.example/",
    "//zly.example/x",
    "/\\zly.example",
    "javascript:alert(1)",
    "account",
    7,
    `/${"a".repeat(600)}`,
  ]) {
    assert.equal(read({ ...whole, href }).href, INBOX, String(href));
  }
  assert.equal(ownPath("/a/../account", ORIGIN), "/account");
  for (const payload of [null, "", "{", "7", "null", "[]", '{"title":" "}', '{"title":{"a":1}}']) {
    assert.equal(readNotice(payload, PLAIN, ORIGIN), PLAIN, String(payload));
  }
  assert.equal(read({ ...whole, title: "x".repeat(1000) }).title.length, 120);
  assert.equal(read({ title: "Tak" }).tag, "reeve");
});

test("a click goes to the window that shows the page, and never takes another one away", () => {
  const open = [
    `${ORIGIN}/account/messages/new`,
    "https://inny.example/account/messages/7",
    `${ORIGIN}/account/messages/7#x`,
  ];
  assert.equal(windowFor("/account/messages/7", open, ORIGIN), 2);
  assert.equal(windowFor("/account/messages/8", open, ORIGIN), -1);
});

test("what is said of push on a device", () => {
  const mine: Mine = { account: ANNA, endpoint: "https://push.example/1", id: "1" };
  const devices = [{ id: "1", agent: "", created_at: "" }];
  const on = { supported: true, apple_page: false, permission: "granted" as const, endpoint: mine.endpoint };
  assert.equal(stateOf(on, mine, ANNA, devices), "on");
  assert.equal(stateOf(on, mine, JAN, devices), "off", "somebody else's subscription");
  assert.equal(stateOf(on, mine, ANNA, []), "off", "removed from another device");
  assert.equal(stateOf({ ...on, endpoint: null }, mine, ANNA, devices), "off");
  assert.equal(stateOf({ ...on, permission: "default" }, mine, ANNA, devices), "off");
  assert.equal(stateOf({ ...on, permission: "denied" }, mine, ANNA, devices), "blocked");
  assert.equal(stateOf({ ...on, supported: false }, null, ANNA, []), "unsupported");
  assert.equal(stateOf({ ...on, supported: false, apple_page: true }, null, ANNA, []), "home-screen-first");
});

test("devices have names that people know", () => {
  const android =
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36";
  assert.equal(deviceName(android), "Chrome, Android");
  assert.equal(
    deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1"),
    "Safari, iPhone",
  );
  assert.equal(deviceName("curl/8"), null);
  assert.ok(isApple("Mozilla/5.0 (iPhone; CPU)", 5));
  assert.ok(isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X)", 5) && !isApple("Mozilla/5.0 (Macintosh)", 0));
});
