// The state of files that are being sent: pure, so that it can be tested without a browser.

/** Largest file that the server takes, in bytes. */
export const MOST_BYTES = 40_000_000;
/** Files that are on their way at the same time. */
export const AT_ONCE = 2;
/** How often a file is sent again by itself while the server is busy. */
export const MOST_TRIES = 4;

/** Where a file stands. */
export type Stand = "waiting" | "sending" | "working" | "added" | "known" | "refused" | "failed";

/** One file of the queue. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly stand: Stand;
  /** Part that has arrived, 0 to 1. */
  readonly sent: number;
  /** How often it was sent. */
  readonly tries: number;
  /** Why it is no photo, in the page's language. */
  readonly why: string;
}

/** What came back of an upload. */
export interface Answer {
  /** HTTP status; 0 when there was none. */
  readonly status: number;
  /** What the server says is wrong, in the page's language. */
  readonly detail: string | null;
}

/** What is to happen after an answer. */
export type Verdict =
  | { readonly stand: "added" | "known" }
  | { readonly stand: "waiting"; readonly afterMs: number }
  | { readonly stand: "refused"; readonly why: string }
  /** The person may try again; `key` names a text. */
  | { readonly stand: "failed"; readonly key: string };

/** Judges an answer to a file that was sent `tries` times. */
export function judge(answer: Answer, tries: number): Verdict {
  const { status, detail } = answer;
  if (status === 201) return { stand: "added" };
  if (status === 200) return { stand: "known" };
  if (status === 503 || status === 429) {
    if (tries < MOST_TRIES) return { stand: "waiting", afterMs: 1000 * 2 ** tries };
    return { stand: "failed", key: "photos-js-busy" };
  }
  if (status === 0) return { stand: "failed", key: "photos-js-offline" };
  if (status === 401) return { stand: "failed", key: "photos-js-signed-out" };
  if (detail && [413, 415, 422].includes(status)) return { stand: "refused", why: detail };
  return { stand: "failed", key: "photos-js-failed" };
}

/** What is wrong with a file before it is sent; names a text. The server looks at the bytes and has the last word. */
export function faultOf(file: {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}): string | null {
  if (file.size > MOST_BYTES) return "photos-js-too-large";
  if (/^image\/hei[cf]/.test(file.type) || /\.hei[cf]$/i.test(file.name)) return "photos-js-heic";
  return null;
}

/** The items that may be sent now, in order. */
export function ready(items: readonly Item[]): Item[] {
  const busy = items.filter(({ stand }) => stand === "sending" || stand === "working").length;
  return items.filter(({ stand }) => stand === "waiting").slice(0, Math.max(0, AT_ONCE - busy));
}

/** Whether nothing is on its way any more. */
export function settled(items: readonly Item[]): boolean {
  return items.every(({ stand }) => !["waiting", "sending", "working"].includes(stand));
}
