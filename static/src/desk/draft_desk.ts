// The draft on the page: how it stands, whose version goes on, and handing it over.
import { el } from "../lib/dom";
import type { Submitted } from "./api";
import type { Desk } from "./desk";
import { button, type Opened, openDialog } from "./dialogs/dialog";
import { openDraftClash, openGiveUp, openSignedOut } from "./dialogs/drafts";
import { SubmitDialog } from "./dialogs/submit";
import type { DraftSession } from "./draft/session";
import type { SyncStatus } from "./draft/sync";
import type { FormPanel } from "./form/panel";
import type { Layout } from "./layout";
import type { EditMap } from "./map_view";
import type { Draft } from "./model/types";
import type { Workbench } from "./tools/workbench";
import { type Say, shownTime } from "./words";

export interface DraftDeskParts {
  desk: Desk;
  root: HTMLElement;
  layout: Layout;
  map: EditMap;
  bench: Workbench;
  form: FormPanel;
  say: Say;
  sprite: string;
  goTo(ids: readonly string[]): void;
  showForm(): void;
}

export class DraftDesk {
  session: DraftSession | null = null;
  readonly #parts: DraftDeskParts;
  #signed_out: Opened | null = null;

  constructor(parts: DraftDeskParts) {
    this.#parts = parts;
  }

  showStatus({ state, version, saved_at, detail }: SyncStatus): void {
    const { layout, root, desk, say, sprite } = this.#parts;
    const words: Record<SyncStatus["state"], string> = {
      empty: say("editor-draft-empty"),
      saved: say("editor-draft-saved", { time: saved_at ? shownTime(saved_at, desk.lang) : "" }),
      saving: say("editor-draft-saving"),
      offline: say("editor-draft-offline"),
      "signed-out": say("editor-draft-signed-out"),
      clash: say("editor-two-windows-title"),
      refused: say("editor-draft-refused", { why: detail }),
    };
    layout.status.textContent = words[state];
    layout.status.dataset.state = state;
    root.dataset.sync = state;
    if (state === "saved" || state === "empty") root.dataset.saved = String(version);
    else delete root.dataset.saved;
    if (state === "signed-out" && !this.#signed_out) {
      this.#signed_out = openSignedOut(desk, sprite, () => this.session?.sync.push());
    } else if (state === "saved" && this.#signed_out) {
      this.#signed_out.close();
      this.#signed_out = null;
    }
    if (state === "refused" || state === "offline") desk.announce(words[state]);
  }

  clash(theirs: Draft): void {
    const { desk, sprite } = this.#parts;
    if (this.session) openDraftClash(desk, sprite, this.session, theirs);
  }

  openDraft(): void {
    const { desk, sprite, say, layout } = this.#parts;
    const session = this.session;
    if (!session) return;
    const opened = openDialog({
      name: "draft",
      title: say("editor-draft-title"),
      say,
      sprite: sprite,
      body: [
        el("p", {}, layout.status.textContent ?? ""),
        el(
          "p",
          {},
          say("editor-draft-count", { done: desk.document.cursor, all: desk.document.gestures.length }),
        ),
      ],
      buttons: [
        button(say("editor-draft-retry"), () => session.sync.push(), "first"),
        button(
          say("editor-draft-new"),
          () => {
            opened.close();
            void session.begin(false);
          },
          "second",
          { "data-act": "draft-new" },
        ),
        button(
          say("editor-give-up"),
          () => {
            opened.close();
            openGiveUp(desk, sprite, () => session.giveUp());
          },
          "warning",
        ),
      ],
    });
  }

  openSubmit(): void {
    const { desk, sprite } = this.#parts;
    this.#parts.form.settle();
    if (!this.session) return;
    new SubmitDialog({
      desk,
      session: this.session,
      sprite: sprite,
      showFault: (fault) => {
        void desk.ensure([fault.asset]).then(() => {
          this.#parts.goTo([fault.asset]);
          this.#parts.showForm();
          this.#parts.form.showFault(fault);
        });
      },
      goTo: (ids) => this.#parts.goTo(ids),
      overlay: (drawn) => this.#parts.bench.overlay(drawn),
      done: (submitted) => this.#submitted(submitted),
    });
  }

  async #submitted({ change_set, number, assets, removed }: Submitted): Promise<void> {
    const { desk, sprite, say, map } = this.#parts;
    await this.session?.begin(true);
    desk.take(assets, removed);
    map.refreshTiles();
    void desk.load(true);
    const opened = openDialog({
      name: "submitted",
      title: say("editor-submitted-title", { n: number }),
      say,
      sprite: sprite,
      body: [
        el("p", {}, say("editor-submitted", { n: assets.length + removed.length })),
        el(
          "p",
          {},
          el(
            "a",
            { class: "govuk-link", href: `/desk/changes/${encodeURIComponent(change_set)}` },
            say("editor-submitted-link"),
          ),
        ),
      ],
      buttons: [button(say("editor-submitted-on"), () => opened.close(), "first")],
    });
    opened.element.dataset.number = String(number);
  }
}
