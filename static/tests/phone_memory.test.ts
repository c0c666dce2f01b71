// The device that a family shares, over a cache like the browser's.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Memory } from "../src/sw/memory";
import { HEADER } from "../src/sw/who";

const ORIGIN = "https://gmina.example";
const ANNA = "01890000-0000-7000-8000-000000000001";
const JAN = "01890000-0000-7000-8000-000000000002";
const HOUR = 3_600_000;

class FakeCache {
  readonly kept = new Map<string, Response>();
  async put(key: string | { url: string }, answer: Response): Promise<void> {
    this.kept.set(addressOf(key), answer);
  }
  async match(key: string | { url: string }): Promise<Response | undefined> {
    return this.kept.get(addressOf(key))?.clone();
  }
  async delete(key: string): Promise<boolean> {
    return this.kept.delete(addressOf(key));
  }
  async keys(): Promise<{ url: string }[]> {
    return [...this.kept.keys()].map((url) => ({ url }));
  }
}

function addressOf(key: string | { url: string }): string {
  return new URL(typeof key === "string" ? key : key.url, ORIGIN).href;
}

const all = new Map<string, FakeCache>();
const fake = {
  async open(name: string): Promise<FakeCache> {
    const found = all.get(name) ?? new FakeCache();
    all.set(name, found);
    return found;
  },
  async delete(name: string): Promise<boolean> {
    return all.delete(name);
  },
  async keys(): Promise<string[]> {
    return [...all.keys()];
  },
};
Object.assign(globalThis, { caches: fake });
beforeEach(() => all.clear());

/** An answer of the server: to an account, or to a visitor. */
function answer(
  words: string,
  account: string | null,
  more: Record<string, string> = {},
  status = 200,
): Response {
  const html = `<html lang="pl"><title>${words}</title><template id="kept-notice">%when%</template>${words}</html>`;
  const headers = new Headers({ "content-type": "text/html; charset=utf-8", ...more });
  if (account) {
    headers.set(HEADER, `${account};idle=28800;longest=43200`);
    if (!headers.has("cache-control")) headers.set("cache-control", "private, no-cache");
  }
  const made = new Response(html, { status, headers });
  Object.defineProperty(made, "type", { value: "basic" });
  return made;
}

/** Reads a page with a network, as the worker does. */
async function read(
  memory: Memory,
  path: string,
  account: string | null,
  now: number,
  more = {},
): Promise<void> {
  const { times } = memory;
  await memory.learn(answer(path, account, more), times, now);
  await memory.keep("page", new URL(path, ORIGIN), answer(path, account, more), memory.times, now);
}

const found = async (memory: Memory, path: string, now: number) =>
  (await memory.find("page", new URL(path, ORIGIN), now)) !== undefined;

test("what was read is there for whoever read it, also after the worker was ended", async () => {
  const memory = new Memory("1");
  await read(memory, "/account/messages/7", ANNA, 0);
  await read(memory, "/graves/1", ANNA, 0);
  const again = new Memory("1");
  assert.ok(await found(again, "/account/messages/7", HOUR));
  assert.deepEqual((await again.pages(HOUR)).map(({ href, own }) => [href, own]).sort(), [
    ["/account/messages/7", true],
    ["/graves/1", true],
  ]);
});

test("another account sees nothing of the first, nor does a visitor, and nothing stays on the device", async () => {
  const memory = new Memory("1");
  await read(memory, "/account", ANNA, 0);
  await read(memory, "/account", JAN, HOUR);
  await read(memory, "/help", JAN, HOUR);
  assert.deepEqual(
    [...all.keys()].filter((name) => name.includes(ANNA)),
    [],
  );
  assert.ok(await found(memory, "/help", HOUR));
  await read(memory, "/graves", null, 2 * HOUR);
  assert.ok(!(await found(memory, "/account", 2 * HOUR)) && !(await found(memory, "/help", 2 * HOUR)));
  assert.ok(await found(memory, "/graves", 2 * HOUR));
  assert.deepEqual(
    [...all.keys()].filter((name) => name.startsWith("reeve-own-")),
    [],
  );
  assert.deepEqual(
    (await memory.pages(2 * HOUR)).map(({ href }) => href),
    ["/graves"],
  );
});

test("signing out takes everything, also what is still on its way", async () => {
  const memory = new Memory("1");
  await read(memory, "/account", ANNA, 0);
  const { times } = memory;
  await memory.forget();
  assert.ok(!(await found(memory, "/account", 1)));
  // An answer that was asked for before, and comes after.
  await memory.learn(answer("late", ANNA), times, 2);
  await memory.keep("page", new URL("/account/late", ORIGIN), answer("late", ANNA), times, 2);
  await memory.keep("page", new URL("/account/late", ORIGIN), answer("late", ANNA), memory.times, 2);
  assert.ok(!(await found(memory, "/account/late", 3)));
  assert.ok(![...all.keys()].some((name) => name.includes(ANNA)), "nor does it lie there unseen");
  assert.equal(await memory.who(3), null);
  // What the next one to sign in asks for is theirs, though Anna's answer was late.
  await read(memory, "/account", JAN, 4);
  await memory.keep("page", new URL("/account", ORIGIN), answer("late", ANNA), memory.times, 5);
  assert.equal((await memory.find("page", new URL("/account", ORIGIN), 6))?.headers.get("x-read-at"), "4");
});

test("a session that has ended is over without a network too", async () => {
  const memory = new Memory("1");
  await read(memory, "/account", ANNA, 0);
  await read(memory, "/graves", null, 0);
  await read(memory, "/account", ANNA, 1);
  assert.ok(await found(memory, "/account", 7 * HOUR));
  assert.ok(!(await found(new Memory("1"), "/account", 8 * HOUR + 1)));
  assert.deepEqual(
    [...all.keys()].filter((name) => name.startsWith("reeve-own-")),
    [],
  );
  assert.ok(await found(memory, "/graves", 8 * HOUR + 1));
});

test("what says that it is not to be kept is not, and what is gone goes", async () => {
  const memory = new Memory("1");
  const refused: [string, string | null, Record<string, string>][] = [
    ["/account/secret", ANNA, { "cache-control": "no-store" }],
    ["/account/file", ANNA, { "content-disposition": "attachment" }],
    ["/account/long", ANNA, { "content-length": "3000000" }],
    ["/somebody", null, { "cache-control": "private, no-cache" }],
    ["/plain", null, { "content-type": "text/plain" }],
  ];
  for (const [path, account, more] of refused) {
    await read(memory, path, account, 0, more);
    assert.ok(!(await found(memory, path, 1)), path);
  }
  await read(memory, "/account/messages/7", ANNA, 0);
  await memory.keep(
    "page",
    new URL("/account/messages/7", ORIGIN),
    answer("", ANNA, {}, 404),
    memory.times,
    1,
  );
  assert.ok(!(await found(memory, "/account/messages/7", 2)));
});

test("a fault of the server ends no session", async () => {
  const memory = new Memory("1");
  await read(memory, "/account", ANNA, 0);
  await memory.learn(answer("fault", null, {}, 500), memory.times, 1);
  assert.ok(await found(memory, "/account", 2));
});

test("no more than sixty pages, the last read ones", async () => {
  const memory = new Memory("1");
  for (let at = 0; at < 65; at += 1) await read(memory, `/graves/${at}`, null, at);
  const pages = await memory.pages(100);
  assert.equal(pages.length, 60);
  assert.equal(pages.at(0)?.href, "/graves/64");
  assert.equal(pages.at(-1)?.href, "/graves/5");
});

test("another build takes away the files of the one before, but nothing that was read", async () => {
  const old = new Memory("1");
  await read(old, "/account", ANNA, 0);
  await read(old, "/graves", null, 1);
  await read(old, "/account", ANNA, 2);
  await fake.open("reeve-shell-1");
  await fake.open(`reeve-own-${JAN}-pages`);
  await fake.open("someone-elses");
  await new Memory("2").sweep(3);
  const left = [...all.keys()].sort();
  assert.deepEqual(left, [`reeve-own-${ANNA}-pages`, "reeve-pages", "reeve-state", "someone-elses"]);
});
