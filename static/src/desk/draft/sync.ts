// Every gesture goes into the browser's store at once and to the server as soon as it can be reached. Nothing here
// ever drops a gesture: what cannot be sent is kept and sent later.
import { type DraftPut, Refused, Unreachable } from "../api";
import type { Draft, Gesture } from "../model/types";
import type { Keeper, KeptDraft } from "./kept";
import { commonStart, type Log, reconcile, sentOf, unsent } from "./reconcile";

/** How the draft stands. */
export type SyncState = "empty" | "saved" | "saving" | "offline" | "signed-out" | "clash" | "refused";

export interface SyncStatus {
  state: SyncState;
  version: number;
  /** When the server last had everything. */
  saved_at: Date | null;
  /** Words of the server when it refused. */
  detail: string;
}

/** What the sync needs of its surroundings. */
export interface SyncPorts {
  put(id: string, put: DraftPut): Promise<{ version: number }>;
  draft(id: string): Promise<Draft>;
  keeper: Keeper;
  owner: string;
  now(): Date;
  /** Calls back after so many milliseconds, and sooner when there is reason to hope. */
  later(act: () => void, ms: number): void;
  status(status: SyncStatus): void;
  /** Both sides have gestures that the other lacks. */
  clash(theirs: Draft): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

export class DraftSync {
  readonly id: string;
  readonly #ports: SyncPorts;
  #log: Log;
  #pending: DraftPut | null = null;
  #kept_ids: string[] = [];
  #keeping: Promise<void> = Promise.resolve();
  #pushing = false;
  #closed = false;
  #wait_ms = FIRST_WAIT_MS;
  #status: SyncStatus = { state: "empty", version: 0, saved_at: null, detail: "" };
  #waiting: ((ok: boolean) => void)[] = [];

  constructor(id: string, ports: SyncPorts, log: Log, pending: DraftPut | null = null) {
    this.id = id;
    this.#ports = ports;
    this.#log = log;
    this.#pending = pending;
    const state = unsent(log) ? "saving" : log.version > 0 ? "saved" : "empty";
    this.#tell({ state, version: log.version, ...(state === "saved" ? { saved_at: ports.now() } : {}) });
  }

  /** How the draft stands now. */
  get status(): SyncStatus {
    return this.#status;
  }

  /** Takes the log as it is now, keeps it in the browser, and sends it. */
  set(gestures: readonly Gesture[], cursor: number): void {
    this.#log = { ...this.#log, gestures, cursor };
    void this.#keep();
    this.push();
  }

  /** Tries now, whatever it waited for. */
  push(): void {
    if (this.#closed || this.#pushing || this.#status.state === "clash") return;
    void this.#push();
  }

  /** Waits until the server has everything; answers whether it has. */
  flush(): Promise<boolean> {
    if (!this.#pending && !unsent(this.#log)) return Promise.resolve(true);
    if (this.#closed || this.#status.state === "clash") return Promise.resolve(false);
    return new Promise((done) => {
      this.#waiting.push(done);
      this.push();
    });
  }

  /** Stops; what the browser keeps of the draft is forgotten when it is done with. */
  async close(forget: boolean): Promise<void> {
    this.#closed = true;
    await this.#keeping;
    if (forget) await this.#ports.keeper.remove(this.id).catch(() => undefined);
  }

  #tell(change: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, detail: "", ...change };
    if (!this.#closed) this.#ports.status(this.#status);
    const { state } = this.#status;
    if (state === "saving") return;
    for (const done of this.#waiting.splice(0)) done(state === "saved" || state === "empty");
  }

  #keep(): Promise<void> {
    const kept: KeptDraft = {
      ...this.#log,
      id: this.id,
      owner: this.#ports.owner,
      updated_at: this.#ports.now().toISOString(),
      pending: this.#pending,
    };
    this.#keeping = this.#keeping.then(async () => {
      const from = commonStart(this.#kept_ids, kept.gestures);
      // Where the browser's store is full or shut, the server's copy still stands.
      await this.#ports.keeper.save(kept, from).catch(() => undefined);
      this.#kept_ids = kept.gestures.map(({ id }) => id);
    });
    return this.#keeping;
  }

  async #push(): Promise<void> {
    this.#pushing = true;
    try {
      while (!this.#closed && (this.#pending || unsent(this.#log))) {
        this.#tell({ state: "saving" });
        const put = this.#pending ?? this.#nextPut();
        this.#pending = put;
        await this.#keep();
        const { version } = await this.#ports.put(this.id, put);
        const sent = [...this.#log.sent.slice(0, put.from), ...put.gestures.map(({ id }) => id)];
        this.#log = { ...this.#log, version, sent, sent_cursor: put.cursor };
        this.#pending = null;
        this.#wait_ms = FIRST_WAIT_MS;
        await this.#keep();
      }
      if (!this.#closed && this.#log.version > 0) {
        this.#tell({ state: "saved", version: this.#log.version, saved_at: this.#ports.now() });
      }
    } catch (failure) {
      await this.#failed(failure);
    } finally {
      this.#pushing = false;
    }
  }

  #nextPut(): DraftPut {
    const { version, sent, gestures, cursor } = this.#log;
    const from = commonStart(sent, gestures);
    return { version, from, gestures: gestures.slice(from), cursor };
  }

  async #failed(failure: unknown): Promise<void> {
    if (!(failure instanceof Refused)) {
      if (!(failure instanceof Unreachable)) console.warn("the draft could not be sent", failure);
      this.#tell({ state: "offline" });
      this.#tryLater();
    } else if (failure.status === 401) {
      this.#tell({ state: "signed-out" });
      this.#tryLater();
    } else if (failure.status === 409) {
      await this.#meet();
    } else if (failure.status === 429 || failure.status >= 500) {
      this.#tell({ state: "offline" });
      this.#tryLater();
    } else {
      // Sent again as it is, it would be refused again; the next gesture or undo makes another request.
      this.#pending = null;
      await this.#keep();
      this.#tell({ state: "refused", detail: failure.detail });
    }
  }

  #tryLater(): void {
    this.#ports.later(() => this.push(), this.#wait_ms);
    this.#wait_ms = Math.min(this.#wait_ms * 2, LONGEST_WAIT_MS);
  }

  /** Another window wrote the draft, or an answer to this one was lost. */
  async #meet(): Promise<void> {
    try {
      const theirs = await this.#ports.draft(this.id);
      this.#pending = null;
      if (reconcile({ ...this.#log, version: -1 }, theirs) === "mine") {
        this.#log = { ...this.#log, ...sentOf(theirs) };
        this.#ports.later(() => this.push(), 0);
        return;
      }
      this.#tell({ state: "clash" });
      this.#ports.clash(theirs);
    } catch (failure) {
      if (failure instanceof Refused && failure.status === 404) {
        this.#tell({ state: "refused", detail: failure.detail });
      } else {
        this.#tell({ state: "offline" });
        this.#tryLater();
      }
    }
  }
}
