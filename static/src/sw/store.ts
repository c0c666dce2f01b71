// Answers that are kept on the device, within a limit of number and size: the oldest go first.

/** How much of a kind is kept. */
export interface Limit {
  entries: number;
  bytes: number;
  /** Largest single answer. */
  each: number;
}

/** When an answer was read, and its size. */
export interface Entry {
  at: number;
  bytes: number;
}

/** An answer as it is put away. */
export interface Answer {
  body: ArrayBuffer;
  status: number;
  headers: Headers;
  at: number;
  /** Title of a page. */
  title?: string;
}

/** Headers of ours on what is kept. */
export const READ_AT = "x-read-at";
/** The title of a page, percent-encoded: headers hold no Polish letters. */
export const TITLE = "x-title";
const BYTES = "x-bytes";

/** What an answer keeps of its headers; the body is kept as it was read, so neither coding nor length are. */
const HEADERS = [
  "content-type",
  "content-language",
  "content-security-policy",
  "permissions-policy",
  "referrer-policy",
  "x-content-type-options",
  "cross-origin-opener-policy",
];

/** Addresses that must go until the rest is within the limit, the oldest first. */
export function beyond(kept: ReadonlyMap<string, Entry>, limit: Limit): string[] {
  let bytes = 0;
  for (const entry of kept.values()) bytes += entry.bytes;
  let entries = kept.size;
  const gone: string[] = [];
  for (const [key, entry] of [...kept].sort(([, one], [, other]) => one.at - other.at)) {
    if (entries <= limit.entries && bytes <= limit.bytes) break;
    entries -= 1;
    bytes -= entry.bytes;
    gone.push(key);
  }
  return gone;
}

/** One cache of the browser with its limit. */
export class Store {
  readonly name: string;
  readonly #limit: Limit;
  /** What is there, read once in the life of the worker. */
  #index: Promise<Map<string, Entry>> | null = null;

  constructor(name: string, limit: Limit) {
    this.name = name;
    this.#limit = limit;
  }

  /** What is there, by address. */
  index(): Promise<Map<string, Entry>> {
    this.#index ??= this.#read();
    return this.#index;
  }

  async #read(): Promise<Map<string, Entry>> {
    const cache = await caches.open(this.name);
    const found = new Map<string, Entry>();
    for (const request of await cache.keys()) {
      const headers = (await cache.match(request, { ignoreVary: true }))?.headers;
      found.set(request.url, {
        at: Number(headers?.get(READ_AT)) || 0,
        bytes: Number(headers?.get(BYTES)) || 0,
      });
    }
    return found;
  }

  async get(key: string): Promise<Response | undefined> {
    return (await caches.open(this.name)).match(key, { ignoreVary: true });
  }

  /** Keeps an answer; one that is too large, or for which the device has no room, is left out. */
  async put(key: string, { body, status, headers, at, title }: Answer): Promise<void> {
    const bytes = body.byteLength;
    if (bytes > this.#limit.each) return;
    const kept = new Headers({ [READ_AT]: String(at), [BYTES]: String(bytes) });
    for (const name of HEADERS) {
      const value = headers.get(name);
      if (value !== null) kept.set(name, value);
    }
    if (title !== undefined) kept.set(TITLE, encodeURIComponent(title));
    const [cache, index] = await Promise.all([caches.open(this.name), this.index()]);
    try {
      await cache.put(key, new Response(body, { status, headers: kept }));
    } catch {
      return;
    }
    index.set(key, { at, bytes });
    for (const old of beyond(index, this.#limit)) {
      index.delete(old);
      await cache.delete(old, { ignoreVary: true });
    }
  }

  async drop(key: string): Promise<void> {
    const [cache, index] = await Promise.all([caches.open(this.name), this.index()]);
    index.delete(key);
    await cache.delete(key, { ignoreVary: true });
  }
}
