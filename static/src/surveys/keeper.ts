// Where the browser keeps a right to vote between its steps: IndexedDB, which also holds keys that scripts cannot read.

import type { Keeper, Kept } from "./casting";

const DATABASE = "reeve-votes";
const STORE = "votes";

/** How the owner begins of what was voted with a printed code. */
export const BY_CODE = "code-";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "survey" });
  };
  return done(request);
}

/** The browser's own memory, apart for each account: two people at one computer have two votes. */
export function browserKeeper(owner: string): Keeper {
  const named = (survey: string) => `${owner}/${survey}`;
  return {
    async read(survey) {
      const database = await opened();
      const found = await done(database.transaction(STORE).objectStore(STORE).get(named(survey)));
      database.close();
      return found === undefined ? undefined : ({ ...found, survey } as Kept);
    },
    async write(kept) {
      const database = await opened();
      const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
      transaction.objectStore(STORE).put({ ...kept, survey: named(kept.survey) });
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
      });
      database.close();
    },
  };
}

/** All that is kept of a survey for an account, and for printed codes. */
export async function keptIn(survey: string, owner: string): Promise<Kept[]> {
  const database = await opened();
  const all: Kept[] = await done(database.transaction(STORE).objectStore(STORE).getAll());
  database.close();
  const own = (kept: Kept) =>
    kept.survey === `${owner}/${survey}` ||
    (kept.survey.startsWith(BY_CODE) && kept.survey.endsWith(`/${survey}`));
  return all.filter(own);
}
