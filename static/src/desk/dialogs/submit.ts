// Handing the draft over: what it changes, what is wrong with it, what clashes, and then all of it or nothing.
import { el } from "../../lib/dom";
import { Refused, type Submitted } from "../api";
import type { Desk } from "../desk";
import type { DraftSession } from "../draft/session";
import type { Drawn } from "../map_view";
import { netChanges } from "../model/document";
import type { Choice, Clash, Fault } from "../model/types";
import { ClashList, outlines } from "./clashes";
import { button, labelled, type Opened, openDialog } from "./dialog";

export interface SubmitParts {
  desk: Desk;
  session: DraftSession;
  sprite: string;
  /** Selects a thing with a fault and shows it. */
  showFault(fault: Fault): void;
  goTo(ids: readonly string[]): void;
  overlay(drawn: readonly Drawn[]): void;
  done(submitted: Submitted): Promise<void>;
}

export class SubmitDialog {
  readonly #parts: SubmitParts;
  readonly #opened: Opened;
  readonly #result = el("div", { class: "submit__result", "aria-live": "polite" });
  readonly #comment = el("textarea", { class: "govuk-textarea", rows: "2", maxlength: "1000" });
  readonly #send: HTMLButtonElement;
  #clashes: ClashList | null = null;
  /** What was asked when the dialog opened; a submit waits for its answer, which would else come to a closed draft. */
  #checked: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(parts: SubmitParts) {
    this.#parts = parts;
    const { desk, sprite } = parts;
    const { say } = desk;
    this.#send = button(say("editor-submit"), () => void this.#submit(), "first", { "data-act": "submit" });
    this.#opened = openDialog({
      name: "submit",
      title: say("editor-submit-title"),
      say,
      sprite,
      wide: true,
      body: [
        this.#counts(),
        labelled(this.#comment, {
          id: "submit-comment",
          label: say("editor-submit-comment"),
          hint: say("editor-submit-comment-hint"),
        }),
        this.#result,
      ],
      buttons: [this.#send, button(say("editor-cancel"), () => this.#opened.close())],
      onClose: () => parts.overlay([]),
    });
    if (netChanges(desk.document).length === 0) {
      this.#send.disabled = true;
      return;
    }
    this.#checked = this.#check();
  }

  #counts(): HTMLElement {
    const { desk } = this.#parts;
    const { say } = desk;
    const net = netChanges(desk.document);
    if (net.length === 0) return el("p", {}, say("editor-submit-nothing"));
    const kinds = [...new Set(net.map(({ kind }) => kind))];
    const count = (kind: string, what: string): string =>
      String(net.filter((one) => one.kind === kind && one.what === what).length);
    const heads = ["editor-kind", "editor-mark-new", "editor-mark-changed", "editor-mark-removed"];
    return el(
      "table",
      { class: "preview" },
      el("thead", {}, el("tr", {}, ...heads.map((key) => el("th", { scope: "col" }, say(key))))),
      el(
        "tbody",
        {},
        ...kinds.map((kind) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, desk.kinds.get(kind)?.title ?? kind),
            ...["new", "changed", "removed"].map((what) => el("td", {}, count(kind, what))),
          ),
        ),
      ),
    );
  }

  #say(...nodes: Node[]): void {
    this.#result.replaceChildren(...nodes);
  }

  #note(words: string): void {
    this.#say(el("p", { class: "dialog__note" }, words));
  }

  /** Waits until the server has the whole draft; says so where it cannot be reached. */
  async #ready(): Promise<boolean> {
    const { session, desk } = this.#parts;
    if (await session.sync.flush()) return true;
    const { state, detail } = session.sync.status;
    this.#note(
      detail !== ""
        ? detail
        : desk.say(state === "signed-out" ? "editor-signed-out-title" : "editor-submit-offline"),
    );
    return false;
  }

  async #check(): Promise<void> {
    const { desk, session } = this.#parts;
    this.#note(desk.say("editor-checking"));
    if (!(await this.#ready())) return;
    try {
      const { faults, clashes } = await desk.api.check(session.id, this.#choices());
      this.#show(faults, clashes);
    } catch (failure) {
      this.#note(
        failure instanceof Refused && failure.detail !== ""
          ? failure.detail
          : desk.say("editor-submit-offline"),
      );
    }
  }

  #choices(): Choice[] {
    return this.#clashes?.choices ?? [];
  }

  #show(faults: readonly Fault[], clashes: readonly Clash[]): void {
    const { desk, overlay } = this.#parts;
    overlay(outlines(clashes));
    const parts: Node[] = [];
    if (faults.length > 0) parts.push(this.#faults(faults));
    if (clashes.length > 0) {
      this.#clashes = new ClashList(
        desk,
        clashes,
        (id) => this.#leaveTo([id]),
        () => this.#may(faults),
      );
      parts.push(el("h3", {}, desk.say("editor-clash-title")), this.#clashes.element);
    } else this.#clashes = null;
    if (parts.length === 0) parts.push(el("p", { class: "dialog__note" }, desk.say("editor-check-fine")));
    this.#say(...parts);
    this.#may(faults);
  }

  #may(faults: readonly Fault[]): void {
    this.#send.disabled = faults.length > 0 || (this.#clashes !== null && !this.#clashes.complete);
  }

  #leaveTo(ids: readonly string[]): void {
    const { desk, goTo } = this.#parts;
    this.#opened.close();
    void desk.ensure(ids).then((there) => {
      desk.select(there);
      goTo(there);
    });
  }

  #faults(faults: readonly Fault[]): HTMLElement {
    const { desk, showFault } = this.#parts;
    const list = el("ul", { class: "govuk-list govuk-error-summary__list" });
    for (const fault of faults) {
      const link = el(
        "a",
        { href: `#field-${fault.field}`, "data-fault": fault.asset },
        `${fault.label}: ${fault.title}: ${fault.detail}`,
      );
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.#opened.close();
        showFault(fault);
      });
      list.append(el("li", {}, link));
    }
    return el(
      "div",
      { class: "govuk-error-summary" },
      el(
        "h3",
        { class: "govuk-error-summary__title" },
        desk.say("editor-faults-title", { n: faults.length }),
      ),
      el("div", { class: "govuk-error-summary__body" }, list),
    );
  }

  async #submit(): Promise<void> {
    if (this.#busy) return;
    const { desk, session, done } = this.#parts;
    this.#busy = true;
    await this.#checked;
    // What the answer found is on the page now, and wants mending or choosing first.
    if (this.#send.disabled) {
      this.#busy = false;
      return;
    }
    this.#send.disabled = true;
    try {
      if (await this.#ready()) {
        const { version } = session.sync.status;
        const submitted = await desk.api.submit(session.id, version, this.#comment.value, this.#choices());
        this.#opened.close();
        await done(submitted);
        return;
      }
      this.#send.disabled = false;
    } catch (failure) {
      this.#failed(failure);
    } finally {
      this.#busy = false;
    }
  }

  #failed(failure: unknown): void {
    const { desk } = this.#parts;
    if (failure instanceof Refused && failure.code === "clash" && Array.isArray(failure.more.clashes)) {
      this.#show([], failure.more.clashes as Clash[]);
      return;
    }
    if (failure instanceof Refused && failure.errors.length > 0) {
      this.#show(failure.errors, []);
      return;
    }
    // The same submit again answers the same, so that a lost answer is mended by trying once more.
    this.#send.disabled = false;
    const told = failure instanceof Refused ? failure.detail : desk.say("editor-submit-unsure");
    this.#note(told === "" ? desk.say("editor-submit-failed") : told);
  }
}
