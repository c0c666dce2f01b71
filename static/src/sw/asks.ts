// What pages and the service worker say to each other.

/** A page that can be read without a network. */
export interface KeptPage {
  href: string;
  title: string;
  /** When it was read, milliseconds since 1970. */
  at: number;
  /** Whether it was made for whoever is signed in. */
  own: boolean;
}

/** What a page asks of the worker. */
export type Ask =
  /** Answered with `KeptPage[]`, the newest first. */
  | { ask: "kept" }
  /** A page that was there before the worker: it and what it loaded are to be kept as well. */
  | { ask: "keep"; href: string; lang: string; files: string[] }
  /** Whose messages this device shows from now on; `null` for nobody's. Answered when it is written down. */
  | { ask: "push-owner"; account: string | null };
