// What the service worker does with a request, told by the request alone. Whatever is not named here goes its own way,
// as if there were no service worker.

/**
 * - `leave`: not ours; the browser asks the network itself and nothing is kept.
 * - `watch`: asked for as ever and never kept, but who is signed in is learned from the answer.
 * - `page`, `data`, `tile`, `picture`, `file`: the network first, then what was kept of that kind.
 */
export type Way = "leave" | "watch" | Kept;

/** What is kept, each kind with a limit of its own. */
export type Kept = "page" | "data" | "tile" | "picture" | "file";

/** What is looked at of a request. */
export interface Asked {
  method: string;
  /** `navigate` for a page. */
  mode: string;
  /** `document`, `image`, `script`, … */
  destination: string;
  url: URL;
  /** Full address of the page that asks, or nothing. */
  referrer: string;
  /** Whether a part of the file is asked for. */
  part: boolean;
  /** Whether the page forbids keeping (`cache: "no-store"`). */
  unkept: boolean;
}

/**
 * Never touched: the desk has means of its own for the field; pages with secrets in the address or in the text; files that
 * are downloaded; what tells whether the server lives.
 */
const NEVER = [
  "/desk",
  "/api/desk",
  "/api/export",
  "/sign-in",
  "/sign-out",
  "/reset",
  "/unsubscribe",
  "/account/new",
  "/account/confirm",
  "/account/security",
  "/account/close",
  "/ogc",
  "/healthz",
  "/readyz",
  "/metrics",
  "/sw.js",
];

/** Where programs ask; as a page such an address is a download. */
const NO_PAGES = ["/api", "/tiles", "/photos", "/static", "/qgis/project"];

/** JSON of the public pages: kinds, what is in sight, cards, graves and ways to them. */
const DATA = /^\/api\/(kinds|features|graves|graves\/[^/]+\/route|assets\/[^/]+)$/;

/** Whether a path is one of these or lies below one. */
function under(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}

/** What is done with a request to a service at `origin`. */
export function wayOf(asked: Asked, origin: string): Way {
  const { url, method, mode, destination, referrer, part, unkept } = asked;
  const path = url.pathname;
  if (method !== "GET" || url.origin !== origin || part || unkept) return "leave";
  if (mode === "navigate") {
    if (destination !== "document" || under(path, NO_PAGES)) return "leave";
    if (path === "/sign-in" || path === "/offline") return "watch";
    return under(path, NEVER) ? "leave" : "page";
  }
  if (under(path, NEVER) || askedByDesk(referrer, origin)) return "leave";
  if (path.startsWith("/static/") || path === "/manifest.webmanifest") return "file";
  // A day of the past and a filter are looked at once; they must not push out the town's own tiles.
  if (path.startsWith("/tiles/")) return url.search === "" ? "tile" : "leave";
  if (path.startsWith("/photos/") || destination === "image") return "picture";
  return DATA.test(path) ? "data" : "leave";
}

function askedByDesk(referrer: string, origin: string): boolean {
  if (!referrer.startsWith(`${origin}/`)) return false;
  return under(new URL(referrer).pathname, ["/desk"]);
}

/** The address under which an answer is kept: languages share one place, and what was read last is found. */
export function keyOf(url: URL): string {
  const key = new URL(url.href);
  key.hash = "";
  key.searchParams.delete("lang");
  return key.href;
}

/** Whether a request may change who is signed in, or in whose name they act: what was theirs alone must go. */
export function changesWho(method: string, path: string): boolean {
  if (method === "GET") return under(path, ["/sign-in/back"]);
  return under(path, [
    "/sign-in",
    "/sign-out",
    "/reset",
    "/account/acting",
    "/account/close",
    "/account/confirm",
  ]);
}

/** Whether somebody says with a request that they are done with this device. */
export function takesLeave(method: string, path: string): boolean {
  return method !== "GET" && under(path, ["/sign-out", "/account/close"]);
}
