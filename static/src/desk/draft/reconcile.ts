// Which of two logs of one draft is the later: that in this browser or that on the server.
import type { Draft, Gesture } from "../model/types";

/** A draft as this browser keeps it. */
export interface Log {
  /** Version that the server last answered; 0 when it has answered none. */
  version: number;
  /** Ids of the gestures that the server had then, and its cursor. */
  sent: readonly string[];
  sent_cursor: number;
  gestures: readonly Gesture[];
  cursor: number;
}

const idsOf = (gestures: readonly Gesture[]): string[] => gestures.map(({ id }) => id);

/** How many gestures two logs have in common from their beginning on. */
export function commonStart(sent: readonly string[], gestures: readonly Gesture[]): number {
  let at = 0;
  while (at < sent.length && at < gestures.length && sent[at] === gestures[at]?.id) at += 1;
  return at;
}

/** Whether the log holds anything that the server has not. */
export function unsent({ sent, sent_cursor, gestures, cursor }: Log): boolean {
  return (
    sent_cursor !== cursor || sent.length !== gestures.length || commonStart(sent, gestures) < sent.length
  );
}

/**
 * Decides between this browser's log and the server's.
 *
 * `mine`: go on with the browser's log over the server's version. `theirs`: the server's is the later. `ask`: both
 * have gestures that the other lacks.
 */
export function reconcile(mine: Log, theirs: Draft): "mine" | "theirs" | "ask" {
  if (!unsent(mine)) return "theirs";
  if (mine.version === theirs.version) return "mine";
  const their_ids = idsOf(theirs.gestures);
  const common = commonStart(their_ids, mine.gestures);
  if (common === their_ids.length && their_ids.length > 0) return "mine";
  return common === mine.gestures.length && mine.gestures.length > 0 ? "theirs" : "ask";
}

/** What the server knows after it answered with a draft. */
export function sentOf(draft: Draft): Pick<Log, "version" | "sent" | "sent_cursor"> {
  return { version: draft.version, sent: idsOf(draft.gestures), sent_cursor: draft.cursor };
}
