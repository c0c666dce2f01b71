// Small values that outlive the worker: browsers end it whenever nothing happens.

const NAME = "reeve-state";

/** A value by its name; `null` when there is none. */
export async function readState<T>(name: string): Promise<T | null> {
  const found = await (await caches.open(NAME)).match(`/${name}`);
  return found ? ((await found.json()) as T) : null;
}

/** Keeps a value, or takes it away. */
export async function writeState<T>(name: string, value: T | null): Promise<void> {
  const cache = await caches.open(NAME);
  if (value === null) await cache.delete(`/${name}`);
  else await cache.put(`/${name}`, new Response(JSON.stringify(value)));
}
