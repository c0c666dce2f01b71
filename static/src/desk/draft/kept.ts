// The browser's own copy of drafts, in IndexedDB: it outlives the page, the network and the session.
import type { DraftPut } from "../api";
import type { Gesture } from "../model/types";
import type { Log } from "./reconcile";

/** A draft kept in this browser. */
export interface KeptDraft extends Log {
  id: string;
  /** Whose it is; another clerk at the same desk does not get it. */
  owner: string;
  updated_at: string;
  /** A request whose answer has not come; it is sent again unchanged, which the server takes for the same. */
  pending: DraftPut | null;
}

type Head = Omit<KeptDraft, "gestures"> & { count: number };

/** Where drafts are kept. */
export interface Keeper {
  load(id: string): Promise<KeptDraft | null>;
  /** Keeps a draft; only gestures from `from` on are written again. */
  save(draft: KeptDraft, from: number): Promise<void>;
  remove(id: string): Promise<void>;
  list(owner: string): Promise<KeptDraft[]>;
}

const HEADS = "drafts";
const GESTURES = "gestures";

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error ?? new Error("IndexedDB"));
  });
}

function settled(transaction: IDBTransaction): Promise<void> {
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error ?? new Error("IndexedDB"));
    transaction.onerror = () => failed(transaction.error ?? new Error("IndexedDB"));
  });
}

/** All gestures of one draft, from an index on. */
const range = (id: string, from = 0): IDBKeyRange =>
  IDBKeyRange.bound([id, from], [id, Number.MAX_SAFE_INTEGER]);

/** Opens the browser's store; throws where the browser gives none. */
export async function openKeeper(): Promise<Keeper> {
  const request = indexedDB.open("reeve-desk", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(HEADS, { keyPath: "id" });
    request.result.createObjectStore(GESTURES);
  };
  const database = await answered(request);
  return new BrowserKeeper(database);
}

class BrowserKeeper implements Keeper {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  async load(id: string): Promise<KeptDraft | null> {
    const transaction = this.#database.transaction([HEADS, GESTURES]);
    const head = await answered<Head | undefined>(transaction.objectStore(HEADS).get(id));
    if (!head) return null;
    const gestures = await answered<Gesture[]>(transaction.objectStore(GESTURES).getAll(range(id)));
    const { count, ...rest } = head;
    return { ...rest, gestures: gestures.slice(0, count) };
  }

  async save({ gestures, ...rest }: KeptDraft, from: number): Promise<void> {
    const transaction = this.#database.transaction([HEADS, GESTURES], "readwrite", { durability: "strict" });
    const head: Head = { ...rest, count: gestures.length };
    transaction.objectStore(HEADS).put(head);
    const store = transaction.objectStore(GESTURES);
    store.delete(range(rest.id, from));
    gestures.slice(from).forEach((gesture, offset) => {
      store.put(gesture, [rest.id, from + offset]);
    });
    await settled(transaction);
  }

  async remove(id: string): Promise<void> {
    const transaction = this.#database.transaction([HEADS, GESTURES], "readwrite");
    transaction.objectStore(HEADS).delete(id);
    transaction.objectStore(GESTURES).delete(range(id));
    await settled(transaction);
  }

  async list(owner: string): Promise<KeptDraft[]> {
    const heads = await answered<Head[]>(this.#database.transaction(HEADS).objectStore(HEADS).getAll());
    const mine = heads.filter((head) => head.owner === owner).map(({ id }) => this.load(id));
    return (await Promise.all(mine)).flatMap((draft) => (draft ? [draft] : []));
  }
}

/** Keeps nothing; for browsers that give no store, where the server's copy must do. */
export const NO_KEEPER: Keeper = {
  load: () => Promise.resolve(null),
  save: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  list: () => Promise.resolve([]),
};
