import assert from "node:assert/strict";
import { test } from "node:test";
import { type DraftPut, Refused, Unreachable } from "../src/desk/api";
import type { Keeper, KeptDraft } from "../src/desk/draft/kept";
import { type Log, reconcile, unsent } from "../src/desk/draft/reconcile";
import { DraftSync, type SyncStatus } from "../src/desk/draft/sync";
import type { Draft, Gesture } from "../src/desk/model/types";

const gesture = (id: string): Gesture => ({ id, label: id, at: "2026-01-01T00:00:00Z", changes: [] });
const draft = (ids: string[], version: number, cursor = ids.length): Draft => ({
  id: "d",
  title: null,
  version,
  cursor,
  gestures: ids.map(gesture),
  created_at: "",
  updated_at: "",
});
const NEW: Log = { version: 0, sent: [], sent_cursor: 0, gestures: [], cursor: 0 };

/** A server of one draft that can be away, lose its answer, or have signed the clerk out. */
class Server {
  draft = draft([], 0);
  away = false;
  lose_answer = false;
  signed_out = false;
  #last = "";

  put(_id: string, put: DraftPut): Promise<{ version: number }> {
    if (this.away) return Promise.reject(new Unreachable("away"));
    if (this.signed_out) return Promise.reject(new Refused(401, "unauthorized", "", [], {}));
    const written = JSON.stringify(put);
    if (put.version === this.draft.version) {
      const gestures = [...this.draft.gestures.slice(0, put.from), ...put.gestures];
      this.draft = { ...this.draft, gestures, cursor: put.cursor, version: this.draft.version + 1 };
      this.#last = written;
    } else if (written !== this.#last) {
      return Promise.reject(new Refused(409, "draft-changed", "", [], { version: this.draft.version }));
    }
    if (this.lose_answer) {
      this.lose_answer = false;
      return Promise.reject(new Unreachable("lost"));
    }
    return Promise.resolve({ version: this.draft.version });
  }
}

/** Keeps in memory what the browser would keep. */
class Memory implements Keeper {
  readonly drafts = new Map<string, KeptDraft>();
  load = (id: string): Promise<KeptDraft | null> => Promise.resolve(this.drafts.get(id) ?? null);
  list = (): Promise<KeptDraft[]> => Promise.resolve([...this.drafts.values()]);
  remove = (id: string): Promise<void> => Promise.resolve(void this.drafts.delete(id));
  save = (kept: KeptDraft, from: number): Promise<void> => {
    const before = this.drafts.get(kept.id)?.gestures.slice(0, from) ?? [];
    this.drafts.set(kept.id, { ...kept, gestures: [...before, ...kept.gestures.slice(from)] });
    return Promise.resolve();
  };
}

function desk(server: Server, keeper = new Memory(), log = NEW, pending: DraftPut | null = null) {
  const seen = { statuses: [] as SyncStatus[], clash: null as Draft | null, later: [] as (() => void)[] };
  const sync = new DraftSync(
    "d",
    {
      put: (id, put) => server.put(id, put),
      draft: () => Promise.resolve(server.draft),
      keeper,
      owner: "klerk@reeve.example",
      now: () => new Date(0),
      later: (act) => void seen.later.push(act),
      status: (status) => void seen.statuses.push(status),
      clash: (theirs) => {
        seen.clash = theirs;
      },
    },
    log,
    pending,
  );
  return { sync, seen, keeper };
}

const rest = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};
const ids = (server: Server): string[] => server.draft.gestures.map(({ id }) => id);

test("gestures go to the server in order, amended and undone ones too", async () => {
  const server = new Server();
  const { sync } = desk(server);
  sync.set([gesture("a")], 1);
  sync.set([gesture("a"), gesture("b")], 2);
  assert.ok(await sync.flush());
  assert.deepEqual(ids(server), ["a", "b"]);
  sync.set([gesture("a"), gesture("b2")], 2);
  sync.set([gesture("a"), gesture("b2")], 1);
  assert.ok(await sync.flush());
  assert.deepEqual(ids(server), ["a", "b2"]);
  assert.equal(server.draft.cursor, 1);
});

test("what the network swallows stays in the browser and is sent when it is back", async () => {
  const server = new Server();
  const { sync, seen, keeper } = desk(server);
  server.away = true;
  sync.set([gesture("a")], 1);
  sync.set([gesture("a"), gesture("b")], 2);
  assert.equal(await sync.flush(), false);
  assert.equal(sync.status.state, "offline");
  assert.equal((await keeper.load("d"))?.gestures.length, 2);
  server.away = false;
  for (const act of seen.later.splice(0)) act();
  assert.ok(await sync.flush());
  assert.deepEqual(ids(server), ["a", "b"]);
  assert.equal(sync.status.state, "saved");
});

test("a lost answer is no clash, even when the clerk went on meanwhile", async () => {
  const server = new Server();
  const { sync, seen } = desk(server);
  server.lose_answer = true;
  sync.set([gesture("a")], 1);
  await rest();
  sync.set([gesture("a"), gesture("b")], 2);
  for (const act of seen.later.splice(0)) act();
  assert.ok(await sync.flush());
  assert.deepEqual(ids(server), ["a", "b"]);
  assert.equal(seen.clash, null);
});

test("after a crash the kept log is sent on, the unanswered request first", async () => {
  const server = new Server();
  const before = desk(server);
  server.lose_answer = true;
  before.sync.set([gesture("a")], 1);
  await rest();
  before.sync.set([gesture("a"), gesture("b")], 2);
  await before.sync.close(false);
  const kept = await before.keeper.load("d");
  assert.ok(kept?.pending);
  const after = desk(server, before.keeper, kept, kept.pending);
  assert.ok(await after.sync.flush());
  assert.deepEqual(ids(server), ["a", "b"]);
});

test("an ended session keeps everything until the clerk is back", async () => {
  const server = new Server();
  const { sync, seen } = desk(server);
  server.signed_out = true;
  sync.set([gesture("a")], 1);
  await rest();
  assert.equal(sync.status.state, "signed-out");
  server.signed_out = false;
  for (const act of seen.later.splice(0)) act();
  assert.ok(await sync.flush());
  assert.deepEqual(ids(server), ["a"]);
});

test("two windows with one draft: the second is asked and loses nothing", async () => {
  const server = new Server();
  const { sync, seen } = desk(server);
  sync.set([gesture("a")], 1);
  await sync.flush();
  await server.put("d", { version: 1, from: 1, gestures: [gesture("x")], cursor: 2 });
  sync.set([gesture("a"), gesture("b")], 2);
  await rest();
  assert.equal(sync.status.state, "clash");
  assert.deepEqual(
    seen.clash?.gestures.map(({ id }) => id),
    ["a", "x"],
  );
});

test("which log is the later", () => {
  const kept = (mine: string[], sent: string[], version: number): Log => ({
    version,
    sent,
    sent_cursor: sent.length,
    gestures: mine.map(gesture),
    cursor: mine.length,
  });
  assert.equal(unsent(kept(["a"], ["a"], 1)), false);
  assert.equal(reconcile(kept(["a"], ["a"], 1), draft(["a", "b"], 2)), "theirs");
  assert.equal(reconcile(kept(["a", "b"], ["a"], 1), draft(["a"], 1)), "mine");
  assert.equal(reconcile(kept(["a", "b", "c"], ["a"], 1), draft(["a", "b"], 2)), "mine");
  assert.equal(reconcile(kept(["a", "b"], ["a"], 1), draft(["a", "x"], 2)), "ask");
  assert.equal(reconcile(kept(["a2"], ["a"], 1), draft(["a"], 1)), "mine");
});
