// The JSON doors of the desk.
import type { Bounds } from "../lib/geo";
import type { DeskKind } from "./model/kind";
import type {
  Asset,
  Choice,
  Clash,
  Draft,
  DraftLine,
  Fault,
  Geometry,
  Gesture,
  Photo,
  Position,
} from "./model/types";
import type { Lang } from "./words";

/** Most things that one question brings. */
export const FEATURE_LIMIT = 5000;

/** The server answered no. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly Fault[],
    readonly more: Readonly<Record<string, unknown>>,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** No answer came: the network or the server is away. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** A draft as it is sent: gestures from `from` on are replaced with these. */
export interface DraftPut {
  version: number;
  from: number;
  gestures: readonly Gesture[];
  cursor: number;
  title?: string | null;
}

/** A condition of a search. */
export interface Condition {
  key: string;
  op: "eq" | "ne" | "lt" | "gt" | "contains" | "empty" | "filled";
  value?: string | number | boolean;
}

export interface Search {
  kinds: string[];
  bbox?: Bounds;
  within?: Geometry;
  text?: string;
  conditions?: Condition[];
  limit?: number;
}

export interface Found {
  assets: Asset[];
  matched: number;
}

export interface Submitted {
  change_set: string;
  number: number;
  assets: Asset[];
  removed: string[];
}

export interface Checked {
  faults: Fault[];
  clashes: Clash[];
  changes: number;
}

interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  errors?: Fault[];
  more?: Record<string, unknown>;
}

/** Reads a problem document, also one from a door in between that speaks no JSON. */
export async function refusalOf(answer: Response): Promise<Refused> {
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  const code = problem.type?.split(":").at(-1) ?? "";
  return new Refused(
    answer.status,
    code,
    problem.detail ?? problem.title ?? "",
    problem.errors ?? [],
    problem.more ?? {},
  );
}

/** Asks the doors of the desk in the clerk's language. */
export class DeskApi {
  constructor(readonly lang: Lang) {}

  kinds(): Promise<DeskKind[]> {
    return this.#call("GET", "/kinds");
  }

  features(kinds: readonly string[], bounds: Bounds, signal?: AbortSignal): Promise<Found> {
    const bbox = bounds.map((degrees) => degrees.toFixed(7)).join(",");
    const query = new URLSearchParams({ kinds: kinds.join(","), bbox, limit: String(FEATURE_LIMIT) });
    return this.#call("GET", `/features?${query}`, undefined, signal);
  }

  feature(id: string): Promise<Asset> {
    return this.#call("GET", `/features/${encodeURIComponent(id)}`);
  }

  search(search: Search): Promise<Found> {
    return this.#call("POST", "/search", { limit: FEATURE_LIMIT, ...search });
  }

  /** From a system's own axis order to longitude and latitude, or back with `inverse`. */
  async coordinates(crs: string, points: readonly Position[], inverse = false): Promise<Position[]> {
    const { points: answered } = await this.#call<{ points: Position[] }>("POST", "/coordinates", {
      crs,
      points,
      inverse,
    });
    return answered;
  }

  drafts(): Promise<DraftLine[]> {
    return this.#call("GET", "/drafts");
  }

  draft(id: string): Promise<Draft> {
    return this.#call("GET", `/drafts/${encodeURIComponent(id)}`);
  }

  putDraft(id: string, put: DraftPut): Promise<{ version: number }> {
    return this.#call("PUT", `/drafts/${encodeURIComponent(id)}`, put);
  }

  giveUp(id: string): Promise<void> {
    return this.#call("DELETE", `/drafts/${encodeURIComponent(id)}`);
  }

  check(id: string, choices: readonly Choice[]): Promise<Checked> {
    return this.#call("POST", `/drafts/${encodeURIComponent(id)}/check`, { choices });
  }

  submit(id: string, version: number, comment: string, choices: readonly Choice[]): Promise<Submitted> {
    const said = comment.trim() === "" ? {} : { comment: comment.trim() };
    return this.#call("POST", `/drafts/${encodeURIComponent(id)}/submit`, { version, choices, ...said });
  }

  photos(asset: string): Promise<Photo[]> {
    return this.#call("GET", `/assets/${encodeURIComponent(asset)}/photos`);
  }

  changePhoto(id: string, change: { caption?: string; public?: boolean }): Promise<void> {
    return this.#call("PATCH", `/photos/${encodeURIComponent(id)}`, change);
  }

  removePhoto(id: string): Promise<void> {
    return this.#call("DELETE", `/photos/${encodeURIComponent(id)}`);
  }

  /** Address of a door, with the language in which its answers' words should be. */
  address(path: string): string {
    return `/api/desk${path}${path.includes("?") ? "&" : "?"}lang=${this.lang}`;
  }

  async #call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(this.address(path), {
        method,
        credentials: "same-origin",
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (failure) {
      if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
      throw new Unreachable(String(failure));
    }
    if (!answer.ok) throw await refusalOf(answer);
    const written = await answer.text();
    return (written === "" ? undefined : JSON.parse(written)) as T;
  }
}
