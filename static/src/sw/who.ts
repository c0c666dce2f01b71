// Whose pages are kept on this device, and until when. Pure; `worker.ts` keeps the value.

/** Somebody who is signed in, as the last answers said. Times are milliseconds since 1970. */
export interface Who {
  account: string;
  /** First answer to them. */
  since: number;
  /** From then on their session has ended for sure. */
  until: number;
}

/** What an answer says of whom it was made for. */
export interface Seen {
  account: string;
  /** Seconds without a request after which the session ends. */
  idle_s: number;
  /** Seconds after which it ends whatever happens. */
  longest_s: number;
}

/** Header of every answer that was made for somebody. */
export const HEADER = "reeve-account";

const SAID = /^([0-9a-f-]{36});idle=(\d{1,9});longest=(\d{1,9})$/;

/** Reads the header; `null` for an answer that was made for everybody. */
export function readSeen(header: string | null): Seen | null {
  const said = SAID.exec(header ?? "");
  if (!said?.[1]) return null;
  return { account: said[1], idle_s: Number(said[2]), longest_s: Number(said[3]) };
}

/** Who it is after an answer; the same value when nothing changed that must be kept. */
export function after(who: Who | null, seen: Seen | null, now: number): Who | null {
  if (!seen) return null;
  const same = who !== null && who.account === seen.account && now < who.until;
  const since = same ? who.since : now;
  const until = Math.min(now + seen.idle_s * 1000, since + seen.longest_s * 1000);
  // Written down no more often than each minute.
  return same && Math.abs(until - who.until) < 60_000 ? who : { account: seen.account, since, until };
}

/** Whether what was kept for them may still be shown. */
export function isThere(who: Who | null, now: number): who is Who {
  // A clock that was put back must not bring a session to life again.
  return who !== null && now < who.until && now >= who.since - 60_000;
}
