import { readConfig } from "../map/config";
import type { Ask, KeptPage } from "../sw/asks";

/** How long the worker may take to answer a page. */
const PATIENCE_MS = 4000;

/** What the page's map has loaded. Bundles share no variables, so it is told by an event. */
const loaded_by_map = new Set<string>();

/** Starts the service worker when the page has nothing else to do. Without one everything works, only not offline. */
export function startWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  if (navigator.serviceWorker.controller === null) {
    document.addEventListener("reeve-loads", (event) => {
      loaded_by_map.add((event as CustomEvent<string>).detail);
    });
  }
  if (document.readyState === "complete") void start();
  else window.addEventListener("load", () => setTimeout(() => void start()), { once: true });
}

async function start(): Promise<void> {
  const { serviceWorker } = navigator;
  const before_it = serviceWorker.controller === null;
  try {
    await serviceWorker.register("/sw.js", { updateViaCache: "none" });
  } catch {
    // A browser that keeps nothing, or an address without TLS.
    return;
  }
  if (!before_it) return;
  const { active } = await serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const files = [...new Set([...loaded, ...loaded_by_map])];
  // Browsers do not count a worker's script among what a page loaded.
  const map = readConfig(document);
  if (map) files.push(new URL(map.worker, location.href).href);
  const ask: Ask = { ask: "keep", href: location.href, lang: document.documentElement.lang, files };
  active?.postMessage(ask);
}

/** Asks the worker; `null` when there is none or it does not answer in time. */
export async function askWorker<T>(ask: Ask): Promise<T | null> {
  if (!("serviceWorker" in navigator)) return null;
  const late = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS));
  const answered = navigator.serviceWorker.ready.then(
    ({ active }) =>
      new Promise<T | null>((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => done(data as T);
        active?.postMessage(ask, [port2]);
      }),
  );
  return Promise.race([answered, late]);
}

/** What can be read without a network. */
export async function keptPages(): Promise<KeptPage[]> {
  return (await askWorker<KeptPage[]>({ ask: "kept" })) ?? [];
}
