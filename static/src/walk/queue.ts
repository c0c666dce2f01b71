// What waits to be sent, kept in the browser's database: a lost network or a closed page loses nothing.
import type { Waiting } from "./types";

const NAME = "reeve-walk";
const STORE = "waiting";

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Reports and photos of one person, in the order in which they were made. */
export class Queue {
  readonly #owner: string;
  #opened: Promise<IDBDatabase> | null = null;
  /** Where there is no database (a private window), the page itself keeps them. */
  readonly #kept = new Map<string, Waiting>();

  constructor(owner: string) {
    this.#owner = owner;
  }

  #database(): Promise<IDBDatabase> {
    this.#opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "report" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return this.#opened;
  }

  async #store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
    return (await this.#database()).transaction(STORE, mode).objectStore(STORE);
  }

  async put(waiting: Waiting): Promise<void> {
    this.#kept.set(waiting.report, waiting);
    try {
      await asked((await this.#store("readwrite")).put(waiting));
    } catch {
      // It stays in the page.
    }
  }

  async drop(report: string): Promise<void> {
    this.#kept.delete(report);
    try {
      await asked((await this.#store("readwrite")).delete(report));
    } catch {
      // It was only in the page.
    }
  }

  async all(): Promise<Waiting[]> {
    const found = new Map(this.#kept);
    try {
      const stored: Waiting[] = await asked((await this.#store("readonly")).getAll());
      for (const one of stored) found.set(one.report, one);
    } catch {
      // What the page holds is all there is.
    }
    return [...found.values()]
      .filter(({ owner }) => owner === this.#owner)
      .sort((one, other) => one.at.localeCompare(other.at));
  }
}
