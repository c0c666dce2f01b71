// What was read on this device, and for whom. Pages made for somebody lie in caches of their own, named by the account;
// they are shown to nobody else and go as soon as it is known, or can be no other, that the session has ended.

import type { KeptPage } from "./asks";
import { canSay, titleOf } from "./shown";
import { readState, writeState } from "./state";
import { type Limit, READ_AT, Store, TITLE } from "./store";
import { type Kept, keyOf } from "./ways";
import { after, HEADER, isThere, readSeen, type Who } from "./who";

const MB = 1024 * 1024;

const LIMITS: Record<Kept, Limit> = {
  page: { entries: 60, bytes: 30 * MB, each: 2 * MB },
  data: { entries: 200, bytes: 10 * MB, each: MB },
  tile: { entries: 400, bytes: 40 * MB, each: 2 * MB },
  picture: { entries: 120, bytes: 20 * MB, each: 2 * MB },
  file: { entries: 120, bytes: 30 * MB, each: 8 * MB },
};

/** Begin of the names of all our caches, and of those that belong to somebody. */
const OURS = "reeve-";
const OWN = "reeve-own-";

/** Answers after which what was kept is no longer true. */
const NO_MORE = [401, 403, 404, 410];

/** All that is kept, and whose. */
export class Memory {
  readonly #shell: string;
  readonly #stores = new Map<string, Store>();
  #who: Promise<Who | null> | null = null;
  /** Counts how often somebody was forgotten: what was asked for before must not be kept after. */
  #times = 0;
  #learning: Promise<unknown> = Promise.resolve();

  /** `build` names the files of the pages: another build has a cache of its own. */
  constructor(build: string) {
    this.#shell = `${OURS}shell-${build}`;
  }

  /** Counts up whenever somebody is forgotten. */
  get times(): number {
    return this.#times;
  }

  /** The cache of a kind: everybody's, or an account's own. */
  store(kind: Kept, account: string | null = null): Store {
    const shared = kind === "file" ? this.#shell : `${OURS}${kind}s`;
    const name = account === null || kind === "file" ? shared : `${OWN}${account}-${kind}s`;
    const known = this.#stores.get(name) ?? new Store(name, LIMITS[kind]);
    this.#stores.set(name, known);
    return known;
  }

  /** Who is signed in, as far as is known; whose session has ended is forgotten here. */
  async who(now: number): Promise<Who | null> {
    this.#who ??= readState<Who>("who");
    const who = await this.#who;
    if (isThere(who, now)) return who;
    if (who) await this.forget();
    return null;
  }

  /** Takes away everything that was made for somebody. */
  async forget(): Promise<void> {
    this.#times += 1;
    this.#who = Promise.resolve(null);
    for (const name of this.#stores.keys()) if (name.startsWith(OWN)) this.#stores.delete(name);
    await writeState("who", null);
    for (const name of await caches.keys()) if (name.startsWith(OWN)) await caches.delete(name);
  }

  /** Takes away the caches of other builds, and what lies there for nobody. */
  async sweep(now: number): Promise<void> {
    const who = await this.who(now);
    const kinds: Kept[] = ["page", "data", "tile", "picture", "file"];
    const known = new Set(
      kinds.flatMap((kind) => [this.store(kind).name, ...(who ? [this.store(kind, who.account).name] : [])]),
    );
    for (const name of await caches.keys()) {
      const other = name.startsWith(OURS) && name !== `${OURS}state`;
      if (other && !known.has(name)) await caches.delete(name);
    }
  }

  /**
   * Learns from a page's answer who is signed in. Answers with the account that was there before when it is another one
   * now. Only pages tell it: other requests may go out without the cookie.
   */
  learn(answer: Response, times: number, now: number): Promise<void> {
    const learned = this.#learning.then(() => this.#learn(answer, times, now));
    this.#learning = learned.catch(() => undefined);
    return learned;
  }

  async #learn(answer: Response, times: number, now: number): Promise<void> {
    // A fault says nothing of who asks; an answer from before somebody left, nothing of who is there now.
    if (answer.type !== "basic" || answer.status >= 500 || times !== this.#times) return;
    const before = await this.who(now);
    const next = after(before, readSeen(answer.headers.get(HEADER)), now);
    if (next === before) return;
    if (next?.account !== before?.account) await this.forget();
    this.#who = Promise.resolve(next);
    await writeState("who", next);
  }

  /** Keeps an answer, if it may be kept. */
  async keep(kind: Kept, url: URL, answer: Response, times: number, now: number): Promise<void> {
    const { headers, status, type } = answer;
    const key = keyOf(url);
    const seen = readSeen(headers.get(HEADER));
    if (NO_MORE.includes(status)) {
      const who = await this.who(now);
      await this.store(kind).drop(key);
      if (who) await this.store(kind, who.account).drop(key);
    }
    const caching = headers.get("cache-control") ?? "";
    const refused =
      status !== 200 ||
      type !== "basic" ||
      answer.redirected ||
      caching.includes("no-store") ||
      headers.has("content-disposition") ||
      Number(headers.get("content-length")) > LIMITS[kind].each ||
      // Made for somebody who cannot be named.
      (!seen && caching.includes("private"));
    if (refused) {
      // Else a long download would pile up here while it goes to the page.
      answer.body?.cancel().catch(() => undefined);
      return;
    }
    const body = await answer.arrayBuffer();
    let title: string | undefined;
    if (kind === "page") {
      const html = headers.get("content-type")?.startsWith("text/html") ? new TextDecoder().decode(body) : "";
      if (!canSay(html)) return;
      title = titleOf(html);
    }
    if (seen && (await this.who(now))?.account !== seen.account) return;
    if (seen && times < this.#times) return;
    await this.store(kind, seen?.account ?? null).put(key, {
      body,
      status,
      headers,
      at: now,
      ...(title === undefined ? {} : { title }),
    });
  }

  /** What was kept under an address: of whoever is signed in or of everybody, the newer one. */
  async find(kind: Kept, url: URL, now: number): Promise<Response | undefined> {
    const key = keyOf(url);
    const who = await this.who(now);
    const [own, shared] = await Promise.all([
      who ? this.store(kind, who.account).get(key) : undefined,
      this.store(kind).get(key),
    ]);
    if (!own || !shared) return own ?? shared;
    return readAt(own) >= readAt(shared) ? own : shared;
  }

  /** The pages that can be read now, the newest first. */
  async pages(now: number): Promise<KeptPage[]> {
    const who = await this.who(now);
    const found = new Map<string, KeptPage>();
    for (const account of who ? [null, who.account] : [null]) {
      const store = this.store("page", account);
      for (const key of (await store.index()).keys()) {
        const page = await store.get(key);
        if (!page) continue;
        const { pathname, search } = new URL(key);
        const title = decodeURIComponent(page.headers.get(TITLE) ?? "") || pathname;
        const one = { href: pathname + search, title, at: readAt(page), own: account !== null };
        const other = found.get(key);
        if (!other || other.at <= one.at) found.set(key, one);
      }
    }
    return [...found.values()].sort((one, other) => other.at - one.at);
  }
}

/** When an answer was read. */
export function readAt(answer: Response): number {
  return Number(answer.headers.get(READ_AT)) || 0;
}
