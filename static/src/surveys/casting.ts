// The way of one ballot, step by step. Each step is kept in the browser before the next one begins, so that whatever ends
// in between (the page, the browser, the line, the server) the same step can be taken again and comes to the same.

import {
  type Ballot,
  ballotOf,
  bytesOf,
  newRight,
  type Right,
  signatureOf,
  textOf,
  type Urn,
} from "./secret";

/** What the browser keeps of one survey. */
export interface Kept {
  readonly survey: string;
  readonly right: Right;
  /** The town's signature of the token. */
  readonly signature: Uint8Array<ArrayBuffer> | null;
  /** The ballot, once it is closed: another one would be refused. Gone as soon as it is in the urn. */
  readonly ballot: Ballot | null;
  /** Whether it is in the urn. */
  readonly cast: boolean;
}

/** Where it is kept. */
export interface Keeper {
  read(survey: string): Promise<Kept | undefined>;
  write(kept: Kept): Promise<void>;
}

/** What the town answers: a status, and words for people when it refuses. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The town's two doors. They throw when there is no answer. */
export interface Town {
  /** Asks for a signature, as the resident who is signed in. */
  sign(survey: string, wish: { blinded: string; handle: string | null }): Promise<Answer>;
  /** Puts a ballot into the urn, as nobody. */
  cast(survey: string, ballot: Ballot): Promise<Answer>;
}

/** The town says no. */
export class Refused extends Error {
  readonly status: number;

  constructor(answer: Answer) {
    const detail = (answer.body as { detail?: unknown } | null)?.detail;
    super(typeof detail === "string" ? detail : "");
    this.status = answer.status;
  }
}

/** Whether the same may be tried again: there was no answer, or the server is busy or broken. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof Refused) || error.status >= 500 || error.status === 429;
}

async function ok(answer: Promise<Answer>): Promise<Answer> {
  const { status, body } = await answer;
  if (status < 200 || status > 299) throw new Refused({ status, body });
  return { status, body };
}

/** The right to vote, signed by the town; the one that is kept, else a new one. */
async function entitled(
  urn: Urn,
  keeper: Keeper,
  town: Town,
): Promise<Kept & { signature: Uint8Array<ArrayBuffer> }> {
  let kept = await keeper.read(urn.survey);
  if (kept === undefined) {
    kept = { survey: urn.survey, right: await newRight(urn), signature: null, ballot: null, cast: false };
    await keeper.write(kept);
  }
  if (kept.signature !== null) return { ...kept, signature: kept.signature };
  const { blinded, handle } = kept.right;
  const wish = { blinded: textOf(blinded), handle: handle && textOf(handle) };
  const { body } = await ok(town.sign(urn.survey, wish));
  const signed = bytesOf(String((body as { signature?: unknown }).signature));
  const next = { ...kept, signature: await signatureOf(urn, kept.right, signed) };
  await keeper.write(next);
  return next;
}

/**
 * Votes, or goes on with a vote that was begun; `answers` count only when no ballot was closed before. Gives the receipt.
 * Throws what {@link mayPass} tells apart.
 */
export async function vote(urn: Urn, keeper: Keeper, town: Town, answers: unknown): Promise<string> {
  const kept = await entitled(urn, keeper, town);
  if (kept.cast) return textOf(kept.right.token);
  let ballot = kept.ballot;
  if (ballot === null) {
    ballot = await ballotOf(urn, kept.right, kept.signature, answers);
    await keeper.write({ ...kept, ballot });
  }
  await ok(town.cast(urn.survey, ballot));
  // What was chosen leaves the browser's memory with the envelope; the token stays as the receipt.
  await keeper.write({ ...kept, ballot: null, cast: true });
  return textOf(kept.right.token);
}
