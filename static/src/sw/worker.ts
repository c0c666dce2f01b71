// The service worker: what was read on a device can be read there again without a network, and messages are shown.
// The network comes first, always: a page must never run with the scripts of another build, and a clerk's change is
// seen at once. What was kept answers only when the network does not, or not in time.
import { fromBase64url } from "../accounts/base64url";
import type { Ask } from "./asks";
import { Memory, readAt } from "./memory";
import { INBOX, type Notice, readNotice, windowFor } from "./notice";
import { withNotice } from "./shown";
import { readState, writeState } from "./state";
import { changesWho, type Kept, keyOf, takesLeave, type Way, wayOf } from "./ways";
import { HEADER, readSeen } from "./who";

declare const self: ServiceWorkerGlobalScope;
/** Sum of everything that was built together with this worker. */
declare const BUILD: string;
/** Addresses of what every page needs. */
declare const SHELL: readonly string[];

/** How long the network may take when something was kept. */
const WAIT_MS: Record<Kept, number> = { page: 4000, data: 6000, tile: 6000, picture: 6000, file: 6000 };

/** The server is away: what stands before it says so. */
const AWAY = [502, 503, 504];

const DAY_MS = 86_400_000;
/** Most files that a page may name which was there before the worker. */
const MOST_FILES = 100;

const { origin } = self.location;
const memory = new Memory(BUILD);
/** Somebody asked to be signed out; the next page tells whether they are. */
let leaving = false;

function offlineAddress(lang: string): URL {
  return new URL(`/offline/${lang}`, origin);
}

/** Fetches the pages that are shown instead of others, in both languages and for nobody in particular. */
async function fetchOffline(): Promise<void> {
  for (const lang of ["pl", "en"]) {
    const answer = await fetch(`/offline?lang=${lang}`, { cache: "no-cache", credentials: "omit" });
    if (!answer.ok) throw new Error(`/offline: ${answer.status}`);
    const { headers, status } = answer;
    const body = await answer.arrayBuffer();
    await memory.store("file").put(offlineAddress(lang).href, { body, status, headers, at: Date.now() });
  }
}

async function fetchShell(): Promise<void> {
  await fetchOffline();
  await Promise.all(
    SHELL.map(async (path) => {
      const answer = await fetch(path, { cache: "no-cache" });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await memory.keep("file", new URL(path, origin), answer, memory.times, Date.now());
    }),
  );
}

self.addEventListener("install", (event) => {
  event.waitUntil(fetchShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(memory.sweep(Date.now()).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin === origin) {
    if (changesWho(request.method, url.pathname)) event.waitUntil(memory.forget());
    if (takesLeave(request.method, url.pathname)) leaving = true;
  }
  const way = wayOf(
    {
      method: request.method,
      mode: request.mode,
      destination: request.destination,
      url,
      referrer: request.referrer,
      part: request.headers.has("range"),
      unkept: request.cache === "no-store",
    },
    origin,
  );
  if (way !== "leave") event.respondWith(answer(event, way, url));
});

async function answer(event: FetchEvent, way: Exclude<Way, "leave">, url: URL): Promise<Response> {
  const { times } = memory;
  const asked = fetch(event.request);
  if (way === "watch") {
    const page = await asked.catch(() => null);
    if (!page) return offline(url);
    event.waitUntil(learn(page, times));
    return page;
  }
  // Put away as soon as it is there, also when something kept was shown meanwhile.
  event.waitUntil(
    asked.then(
      async (fresh) => {
        const copy = fresh.clone();
        if (way === "page") await learn(fresh, times);
        await memory.keep(way, url, copy, memory.times, Date.now());
      },
      () => undefined,
    ),
  );
  const kept = () => memory.find(way, url, Date.now());
  const show = (copy: Response) => (way === "page" ? asKept(copy) : copy);
  const fresh = await inTime(asked, WAIT_MS[way], kept);
  if (fresh.copy) return show(fresh.copy);
  if (fresh.answer && !AWAY.includes(fresh.answer.status)) return fresh.answer;
  const copy = await kept();
  if (copy) return show(copy);
  return fresh.answer ?? (way === "page" ? offline(url) : Response.error());
}

/** The network's answer, or a copy when there is one and the network takes too long; neither when it fails. */
async function inTime(
  asked: Promise<Response>,
  wait_ms: number,
  kept: () => Promise<Response | undefined>,
): Promise<{ answer?: Response; copy?: Response }> {
  const settled = asked.then(
    (answer) => ({ answer }),
    () => ({}),
  );
  let timer = 0;
  const late = new Promise<"late">((done) => {
    timer = setTimeout(() => done("late"), wait_ms);
  });
  const first = await Promise.race([settled, late]);
  clearTimeout(timer);
  if (first !== "late") return first;
  const copy = await kept();
  return copy ? { copy } : settled;
}

/** What a page's answer says: who is there, in which language, whether the page for no network is old. */
async function learn(page: Response, times: number): Promise<void> {
  const seen = readSeen(page.headers.get(HEADER));
  await memory.learn(page, times, Date.now());
  if (page.type !== "basic" || page.status >= 500) return;
  const owner = await readState<string>("push-owner");
  const left = leaving && !seen;
  leaving = false;
  if (owner && (left || (seen && seen.account !== owner))) await endPush();
  const lang = page.headers.get("content-language");
  if (lang && lang !== (await readState<string>("lang"))) await writeState("lang", lang);
  const shown = await memory.store("file").get(offlineAddress("pl").href);
  // The town may have another name or crest by now.
  if (!shown || Date.now() - readAt(shown) > DAY_MS) await fetchOffline().catch(() => undefined);
}

async function asKept(copy: Response): Promise<Response> {
  const html = withNotice(await copy.text(), readAt(copy), Date.now());
  return new Response(html, { headers: copy.headers });
}

/** The page in place of one that was never read here. */
async function offline(url: URL): Promise<Response> {
  const lang = url.searchParams.get("lang") ?? (await readState<string>("lang")) ?? "pl";
  const page = await memory.store("file").get(offlineAddress(lang === "en" ? "en" : "pl").href);
  return page ? new Response(page.body, { status: 503, headers: page.headers }) : Response.error();
}

self.addEventListener("message", (event) => {
  const ask = event.data as Ask;
  const reply = (value: unknown) => event.ports[0]?.postMessage(value);
  if (ask.ask === "kept") event.waitUntil(memory.pages(Date.now()).then(reply));
  if (ask.ask === "keep") event.waitUntil(keepToo(ask.href, ask.lang, ask.files));
  if (ask.ask === "push-owner") event.waitUntil(writeState("push-owner", ask.account).then(reply));
});

/** Keeps a page that was there before the worker, with what it loaded. */
async function keepToo(href: string, lang: string, files: readonly string[]): Promise<void> {
  const asked = { method: "GET", referrer: "", part: false, unkept: false };
  const page = new URL(href);
  if (wayOf({ ...asked, mode: "navigate", destination: "document", url: page }, origin) !== "page") return;
  const { times } = memory;
  const fetches = files.slice(-MOST_FILES).map(async (file) => {
    const url = new URL(file, origin);
    const way = wayOf({ ...asked, mode: "cors", destination: "", url }, origin);
    if (way === "leave" || way === "watch" || (await memory.store(way).index()).has(keyOf(url))) return;
    await memory.keep(way, url, await fetch(url.href), times, Date.now());
  });
  // What cannot be had is left out. The page comes last: with it go the files without which it is little worth.
  await Promise.allSettled(fetches);
  const fresh = await fetch(page.href, { headers: { accept: "text/html", "accept-language": lang } });
  const copy = fresh.clone();
  await learn(fresh, times);
  await memory.keep("page", page, copy, memory.times, Date.now());
}

/** The notice for a push that says nothing: that there is something. */
async function plainNotice(): Promise<Notice> {
  const lang = (await readState<string>("lang")) === "en" ? "en" : "pl";
  const page = await memory.store("file").get(offlineAddress(lang).href);
  const block = /<script type="application\/json" id="phone-texts">([\s\S]*?)<\/script>/.exec(
    (await page?.text()) ?? "",
  );
  const texts = block?.[1] ? (JSON.parse(block[1]) as Record<string, string>) : {};
  return {
    title: texts["phone-js-notice"] ?? "Reeve",
    body: texts["phone-js-notice-body"] ?? "",
    href: INBOX,
    tag: "reeve",
  };
}

self.addEventListener("push", (event) => {
  const show = async () => {
    const { title, body, tag, href } = readNotice(event.data?.text() ?? null, await plainNotice(), origin);
    await self.registration.showNotification(title, {
      body,
      tag,
      data: { href },
      icon: "/static/icon-192.png",
      badge: "/static/badge-96.png",
    });
  };
  event.waitUntil(show());
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { href } = (event.notification.data ?? {}) as { href?: string };
  const go = async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const path = href ?? INBOX;
    const there =
      open[
        windowFor(
          path,
          open.map(({ url }) => url),
          origin,
        )
      ];
    await (there ? there.focus() : self.clients.openWindow(path));
  };
  event.waitUntil(go());
});

/** Messages of somebody who has left are not shown here any more. */
async function endPush(): Promise<void> {
  const subscription = await self.registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  await writeState("push-owner", null);
}

/** What browsers tell of a subscription that they have changed by themselves. */
interface PushChange extends ExtendableEvent {
  readonly newSubscription?: PushSubscription | null;
}

self.addEventListener("pushsubscriptionchange", (event) => {
  const change = event as PushChange;
  change.waitUntil(renewPush(change.newSubscription ?? null));
});

/** Tells the server of a subscription in the place of one that the browser has ended. */
async function renewPush(made: PushSubscription | null): Promise<void> {
  const owner = await readState<string>("push-owner");
  const told = await fetch("/api/account/push", { headers: { accept: "application/json" } });
  const seen = readSeen(told.headers.get(HEADER));
  if (!owner || !told.ok || seen?.account !== owner) return;
  const { public_key } = (await told.json()) as { public_key: string };
  const subscription =
    made ??
    (await self.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: fromBase64url(public_key),
    }));
  const { endpoint, keys } = subscription.toJSON();
  await fetch("/api/account/push", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ endpoint, keys }),
  });
}
