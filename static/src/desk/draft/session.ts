// The draft that is worked on: opened, begun, given up, and handed over when it is submitted.
import { type DeskApi, Refused } from "../api";
import type { Desk } from "../desk";
import { newId } from "../model/ids";
import type { Draft } from "../model/types";
import type { Keeper } from "./kept";
import { type Log, reconcile, sentOf, unsent } from "./reconcile";
import { DraftSync, type SyncStatus } from "./sync";

const NEW: Log = { version: 0, sent: [], sent_cursor: 0, gestures: [], cursor: 0 };

/** A draft that can be gone on with. */
export interface OpenDraft {
  id: string;
  gestures: number;
  assets: number;
  updated_at: string;
  /** It never reached the server. */
  only_here: boolean;
}

export interface SessionParts {
  desk: Desk;
  api: DeskApi;
  keeper: Keeper;
  owner: string;
  status(status: SyncStatus): void;
  /** Another window wrote the same draft. */
  clash(theirs: Draft): void;
}

export class DraftSession {
  readonly #parts: SessionParts;
  #sync: DraftSync;
  #timer = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#sync = this.#start(newId(), NEW);
    parts.desk.onLog = (gestures, cursor) => {
      this.#sync.set(gestures, cursor);
      this.#address();
    };
    for (const event of ["online", "focus"] as const) addEventListener(event, () => this.#sync.push());
    document.addEventListener("visibilitychange", () => this.#sync.push());
  }

  get id(): string {
    return this.#sync.id;
  }

  get sync(): DraftSync {
    return this.#sync;
  }

  #start(id: string, log: Log, pending: ConstructorParameters<typeof DraftSync>[3] = null): DraftSync {
    const { api, keeper, owner, status, clash } = this.#parts;
    const ports = {
      put: (draft: string, put: Parameters<DeskApi["putDraft"]>[1]) => api.putDraft(draft, put),
      draft: (draft: string) => api.draft(draft),
      keeper,
      owner,
      now: () => new Date(),
      later: (act: () => void, ms: number) => {
        window.clearTimeout(this.#timer);
        this.#timer = window.setTimeout(act, ms);
      },
      status,
      clash,
    };
    return new DraftSync(id, ports, log, pending);
  }

  /** Keeps the draft in the address, so that a reload comes back to it. */
  #address(): void {
    const there = new URL(location.href);
    const begun = this.#parts.desk.document.gestures.length > 0;
    if (begun) there.searchParams.set("draft", this.id);
    else there.searchParams.delete("draft");
    if (there.href !== location.href) history.replaceState(null, "", there);
  }

  /** Drafts that this clerk can go on with, on the server and in this browser, newest first. */
  async open(): Promise<OpenDraft[]> {
    const { api, keeper, owner } = this.#parts;
    const lines = await api.drafts();
    const on_server = lines
      .filter(({ gestures }) => gestures > 0)
      .map(({ id, gestures, assets, updated_at }): OpenDraft => {
        return { id, gestures, assets, updated_at, only_here: false };
      });
    const known = new Set(lines.map(({ id }) => id));
    const kept = await keeper.list(owner).catch(() => []);
    const only_here = kept
      .filter((draft) => !known.has(draft.id) && draft.version === 0 && unsent(draft))
      .map(({ id, gestures, updated_at }): OpenDraft => {
        const assets = new Set(gestures.flatMap(({ changes }) => changes.map(({ asset }) => asset)));
        return { id, gestures: gestures.length, assets: assets.size, updated_at, only_here: true };
      });
    // What was submitted or given up elsewhere is kept here no longer.
    for (const draft of kept) {
      if (!known.has(draft.id) && draft.version > 0 && !unsent(draft)) {
        void keeper.remove(draft.id).catch(() => undefined);
      }
    }
    return [...on_server, ...only_here].sort((one, other) => (one.updated_at < other.updated_at ? 1 : -1));
  }

  /**
   * Takes up a draft.
   *
   * Gestures that only this browser has are sent. Answers whether the draft is there.
   */
  async take(id: string): Promise<boolean> {
    const { api, keeper, desk, owner, clash } = this.#parts;
    const found = await keeper.load(id).catch(() => null);
    const kept = found?.owner === owner ? found : null;
    const theirs = await api.draft(id).catch((failure: unknown) => {
      // Only a clear no means that there is none; in all other cases what the browser keeps must do.
      if (failure instanceof Refused && failure.status === 404) return null;
      if (kept) return undefined;
      throw failure;
    });
    if (theirs === null && kept && kept.version > 0) {
      // It was submitted or given up; gestures that came later start a new draft.
      if (!unsent(kept)) {
        await keeper.remove(id).catch(() => undefined);
        return false;
      }
      await this.#sync.close(false);
      this.#sync = this.#start(newId(), NEW);
      desk.takeLog(kept);
      this.#sync.set(kept.gestures, kept.cursor);
      await keeper.remove(id).catch(() => undefined);
      this.#address();
      return true;
    }
    if (!theirs && !kept) return false;
    await this.#sync.close(false);
    const later =
      kept && theirs ? (kept.pending ? "mine" : reconcile(kept, theirs)) : kept ? "mine" : "theirs";
    if (later === "theirs" && theirs) {
      this.#sync = this.#start(id, { ...sentOf(theirs), gestures: theirs.gestures, cursor: theirs.cursor });
      desk.takeLog(theirs);
    } else if (kept) {
      const sent = theirs && !kept.pending && later === "mine" ? sentOf(theirs) : {};
      this.#sync = this.#start(id, { ...kept, ...sent }, kept.pending);
      desk.takeLog(kept);
      if (later === "ask" && theirs) clash(theirs);
      else this.#sync.push();
    }
    this.#address();
    return true;
  }

  /** Begins an empty draft; the old one stays where it is kept, unless it is done with. */
  async begin(forget: boolean): Promise<void> {
    await this.#sync.close(forget);
    this.#sync = this.#start(newId(), NEW);
    this.#parts.desk.takeLog({ gestures: [], cursor: 0 });
    this.#address();
  }

  /** After a clash of two windows: goes on with the other's. */
  async takeTheirs(theirs: Draft): Promise<void> {
    await this.#sync.close(false);
    this.#sync = this.#start(theirs.id, {
      ...sentOf(theirs),
      gestures: theirs.gestures,
      cursor: theirs.cursor,
    });
    this.#parts.desk.takeLog(theirs);
    this.#sync.set(theirs.gestures, theirs.cursor);
  }

  /** After a clash of two windows: goes on with one's own under another id, so that both are kept. */
  async keepMine(): Promise<void> {
    const { gestures, cursor } = this.#parts.desk.document;
    await this.#sync.close(true);
    this.#sync = this.#start(newId(), NEW);
    this.#sync.set(gestures, cursor);
    this.#address();
  }

  /** Throws the draft away. */
  async giveUp(): Promise<void> {
    const { api } = this.#parts;
    const { id } = this;
    const known = this.#sync.status.version > 0;
    await this.begin(true);
    if (known) await api.giveUp(id);
  }
}
