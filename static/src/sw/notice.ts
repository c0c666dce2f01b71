// What a push says, and where a click on it leads. Pure.

/** A message as it is shown on the device. */
export interface Notice {
  title: string;
  body: string;
  /** Path of ours, with its query. */
  href: string;
  /** Messages with the same tag take each other's place. */
  tag: string;
}

/** Where somebody is led whose notice names no page of ours. */
export const INBOX = "/account/messages";

const LONGEST_TITLE = 120;
const LONGEST_BODY = 400;
const LONGEST_HREF = 500;
const LONGEST_TAG = 100;

function words(value: unknown, longest: number): string {
  return typeof value === "string" ? value.trim().slice(0, longest) : "";
}

/**
 * Reads what was pushed. Browsers demand that every push is shown, so what cannot be read is shown as `plain`, a notice
 * that says only that there is something.
 */
export function readNotice(payload: string | null, plain: Notice, origin: string): Notice {
  let said: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(payload ?? "");
    if (typeof parsed === "object" && parsed !== null) said = parsed as Record<string, unknown>;
  } catch {
    return plain;
  }
  const title = words(said.title, LONGEST_TITLE);
  if (title === "") return plain;
  return {
    title,
    body: words(said.body, LONGEST_BODY),
    href: ownPath(said.href, origin),
    tag: words(said.tag, LONGEST_TAG) || plain.tag,
  };
}

/** A path of this service; whatever would lead elsewhere leads to the inbox. */
export function ownPath(href: unknown, origin: string): string {
  if (typeof href !== "string" || href.length > LONGEST_HREF || !href.startsWith("/")) return INBOX;
  let url: URL;
  try {
    url = new URL(href, origin);
  } catch {
    return INBOX;
  }
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : INBOX;
}

/** The open window that shows a page already; `-1` when there is none, and a new one is opened. Another page that is
 *  open is left alone: somebody may be writing there. */
export function windowFor(href: string, open: readonly string[], origin: string): number {
  const wanted = new URL(href, origin);
  return open.findIndex((address) => {
    const url = new URL(address);
    return url.origin === origin && url.pathname === wanted.pathname && url.search === wanted.search;
  });
}
