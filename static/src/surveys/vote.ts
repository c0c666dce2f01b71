// Entry of the page on which a secret vote is cast, and of the page of receipts.

import { type Texts, text } from "../lib/text";
import { type Answers, readAnswers } from "./answers";
import { type Answer, type Keeper, type Kept, mayPass, Refused, type Town, vote } from "./casting";
import { readCode } from "./code";
import { type Form, faultsOf } from "./fits";
import { BY_CODE, browserKeeper, keptIn } from "./keeper";
import { bytesOf, TooLong, textOf, type Urn } from "./secret";

const texts = JSON.parse(document.getElementById("vote-texts")?.textContent ?? "{}") as Texts;

const json = { "content-type": "application/json", accept: "application/json" };

async function answered(response: Response): Promise<Answer> {
  const text = await response.text();
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A page of a proxy, or nothing at all.
  }
  return { status: response.status, body };
}

/** The town's doors for whoever is signed in, or for whoever holds a printed code. */
function townFor(code: string | null): Town {
  return {
    async sign(survey, wish) {
      const request = { method: "POST", headers: json, cache: "no-store" } as const;
      if (code === null) {
        const body = JSON.stringify(wish);
        return answered(
          await fetch(`/api/surveys/${survey}/token`, { ...request, body, credentials: "same-origin" }),
        );
      }
      // Whose session there may be in this browser does not matter, and is not told.
      const body = JSON.stringify({ ...wish, code });
      return answered(
        await fetch(`/api/surveys/${survey}/code-token`, { ...request, body, credentials: "omit" }),
      );
    },
    async cast(survey, ballot) {
      // Without cookies, and without saying from which page.
      const body = JSON.stringify(ballot);
      const request = {
        method: "POST",
        headers: json,
        body,
        credentials: "omit",
        cache: "no-store",
      } as const;
      return answered(await fetch(`/api/ballots/${survey}`, { ...request, referrerPolicy: "no-referrer" }));
    },
  };
}

async function urnOf(survey: string): Promise<Urn> {
  const answer = await answered(await fetch(`/api/surveys/${survey}/urn`, { credentials: "omit" }));
  if (answer.status !== 200) throw new Refused(answer);
  const terms = answer.body as Record<string, string> & { plain_bytes: number; handle: boolean };
  return {
    survey,
    tokenKey: bytesOf(terms.token_key ?? ""),
    urnKey: bytesOf(terms.urn_key ?? ""),
    plainBytes: terms.plain_bytes,
    handle: terms.handle,
  };
}

function showPart(box: HTMLElement, name: string): void {
  for (const part of box.querySelectorAll<HTMLElement>("[data-part]"))
    part.hidden = part.dataset.part !== name;
}

/** The panel of a vote: what it says, and the button that sends what waits. */
class Panel {
  readonly #box: HTMLElement;
  readonly #form: HTMLFormElement | null;
  readonly #survey: string;
  #keeper: Keeper;
  #town: Town;
  #byCode = false;

  constructor(box: HTMLElement) {
    this.#box = box;
    this.#survey = box.dataset.vote ?? "";
    this.#form = document.querySelector<HTMLFormElement>('form[data-secrecy="secret"]');
    this.#keeper = browserKeeper(box.dataset.owner ?? "");
    this.#town = townFor(null);
    this.#listen();
  }

  #part(name: string): HTMLElement | null {
    return this.#box.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }

  /** Shows one part of the panel, and reads it out. */
  #show(name: string, words = ""): void {
    showPart(this.#box, name);
    const part = this.#part(name);
    const said = part?.querySelector<HTMLElement>("[data-words]");
    if (said && words !== "") said.textContent = words;
    if (name !== "ready") part?.focus();
  }

  #done(receipt: string): void {
    const shown = this.#box.querySelector<HTMLElement>("[data-receipt]");
    if (shown) shown.textContent = receipt.slice(0, 24);
    if (this.#form) this.#form.hidden = true;
    this.#show("done");
  }

  async #send(answers: Answers): Promise<void> {
    this.#show("sending");
    try {
      const urn = await urnOf(this.#survey);
      // Two tabs of one browser are one voter.
      const cast = () => vote(urn, this.#keeper, this.#town, answers);
      const receipt = navigator.locks
        ? await navigator.locks.request(`vote-${this.#survey}`, cast)
        : await cast();
      this.#done(receipt);
    } catch (error) {
      if (error instanceof TooLong) this.#show("too-long");
      else if (this.#byCode && error instanceof Refused && error.status === 429)
        this.#show("refused", text(texts, "vote-js-code-too-often"));
      else if (mayPass(error)) this.#show("again");
      else this.#show("refused", (error as Refused).message);
    }
  }

  #listen(): void {
    const form = this.#form;
    for (const button of this.#box.querySelectorAll<HTMLButtonElement>("[data-send]")) {
      // What waits is closed already; without a form there is nothing that could be closed anew.
      button.addEventListener("click", () => void this.#send(form ? readAnswers(form) : {}));
    }
    form?.addEventListener("submit", (event) => {
      // Answers never leave the browser but in the envelope.
      event.preventDefault();
      const answers = readAnswers(form);
      if (this.#fits(form, answers)) void this.#send(answers);
    });
    // Without this script the button stays shut: nothing may leave the browser in the clear.
    for (const button of form?.querySelectorAll<HTMLButtonElement>('button[value="send"]') ?? [])
      button.disabled = false;
  }

  /** Votes as whoever is signed in, or with a code; goes on where this voter was in this browser. */
  async begin(code: string | null): Promise<void> {
    const owner = code === null ? (this.#box.dataset.owner ?? "") : await ownerOf(this.#survey, code);
    this.#keeper = browserKeeper(owner);
    this.#town = townFor(code);
    this.#byCode = code !== null;
    const kept = await this.#keeper.read(this.#survey);
    if (kept?.cast) {
      this.#done(textOf(kept.right.token));
      return;
    }
    if (this.#form) this.#form.hidden = Boolean(kept?.ballot);
    this.#show(kept?.ballot ? "pending" : "ready");
  }

  /** Nobody votes here yet: a code is waited for. */
  wait(): void {
    if (this.#form) this.#form.hidden = true;
    this.#show("ready");
  }

  /** Says what is wrong beside each question, and goes to the first. */
  #fits(form: HTMLFormElement, answers: Answers): boolean {
    const whole = form.querySelector<HTMLInputElement>("[data-form]")?.value ?? '{"pages":[]}';
    const faults = faultsOf(JSON.parse(whole) as Form, answers);
    for (const said of form.querySelectorAll("[data-vote-fault]")) said.remove();
    for (const { id, why } of faults) {
      const question = form.querySelector<HTMLElement>(`[data-question="${CSS.escape(id)}"]`);
      const said = document.createElement("p");
      said.className = "govuk-error-message";
      said.dataset.voteFault = "";
      said.textContent = text(texts, `vote-js-${why}`);
      question?.prepend(said);
    }
    const first = form.querySelector<HTMLElement>("[data-vote-fault]");
    if (first) {
      first.tabIndex = -1;
      first.focus();
    }
    return faults.length === 0;
  }
}

/** Where a code is typed, or comes by the address of the page. */
class CodeEntry {
  readonly #box: HTMLElement;
  readonly #panel: Panel;
  readonly #fold: HTMLDetailsElement | null;
  readonly #field: HTMLInputElement | null;
  readonly #with: HTMLElement | null;
  /** Why there is no other way than a code. */
  readonly #why = document.querySelector<HTMLElement>("[data-why]");

  constructor(box: HTMLElement, panel: Panel) {
    this.#box = box;
    this.#panel = panel;
    this.#fold = box.querySelector("details[data-code]");
    this.#field = box.querySelector("#vote-code");
    this.#with = box.querySelector("[data-with-code]");
    if (this.#fold) this.#fold.hidden = false;
    this.#fold?.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#take(this.#field?.value ?? "");
    });
    this.#with?.querySelector("button")?.addEventListener("click", () => {
      this.#panel.wait();
      this.#ask("");
    });
    addEventListener("hashchange", () => void this.fromAddress());
  }

  /** Takes the code that stands behind "#", and the code out of the address bar. */
  async fromAddress(): Promise<boolean> {
    const typed = new URLSearchParams(location.hash.slice(1)).get("code");
    if (typed === null) return false;
    history.replaceState(history.state, "", location.pathname + location.search);
    await this.#take(typed);
    return true;
  }

  async #take(typed: string): Promise<void> {
    const code = readCode(typed);
    this.#fault(code === null);
    if (code === null) {
      if (typed !== this.#field?.value) this.#panel.wait();
      this.#ask(typed);
      return;
    }
    if (this.#field) this.#field.value = "";
    if (this.#fold) this.#fold.hidden = true;
    const end = this.#with?.querySelector("[data-code-end]");
    if (end) end.textContent = `…${code.slice(-4)}`;
    if (this.#why) this.#why.hidden = true;
    if (this.#with) this.#with.hidden = false;
    this.#with?.focus();
    await this.#panel.begin(code);
  }

  #ask(typed: string): void {
    if (this.#with) this.#with.hidden = true;
    if (this.#why) this.#why.hidden = false;
    if (this.#fold) {
      this.#fold.hidden = false;
      this.#fold.open = true;
    }
    if (this.#field) {
      this.#field.value = typed;
      this.#field.focus();
    }
  }

  #fault(wrong: boolean): void {
    const said = this.#box.querySelector<HTMLElement>("#vote-code-fault");
    if (said) said.hidden = !wrong;
    this.#field?.classList.toggle("govuk-input--error", wrong);
    this.#field?.closest(".govuk-form-group")?.classList.toggle("govuk-form-group--error", wrong);
    this.#field?.setAttribute(
      "aria-describedby",
      wrong ? "vote-code-fault vote-code-hint" : "vote-code-hint",
    );
    if (wrong) this.#field?.setAttribute("aria-invalid", "true");
    else this.#field?.removeAttribute("aria-invalid");
  }
}

/** For whom the browser keeps what is voted with a code: two codes in one browser are two voters. The code is not kept. */
async function ownerOf(survey: string, code: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${survey} ${code}`));
  return BY_CODE + textOf(new Uint8Array(digest).slice(0, 16));
}

async function beginAt(box: HTMLElement): Promise<void> {
  const panel = new Panel(box);
  const entry = new CodeEntry(box, panel);
  // A code goes before a session: whoever came with a paper votes with it, whosever the computer is.
  if (await entry.fromAddress()) return;
  if (box.dataset.byCode === undefined) await panel.begin(null);
}

/** Whether a browser has what a secret ballot needs. */
function isAble(): boolean {
  return typeof crypto.subtle !== "undefined" && typeof indexedDB !== "undefined";
}

/** Compares the receipts of this browser with the published list, here and not at the office. */
async function checkReceipt(box: HTMLElement): Promise<void> {
  const all = await keptIn(box.dataset.receipts ?? "", box.dataset.owner ?? "");
  const cast = all.filter((kept) => kept.cast);
  if (cast.length === 0) return showPart(box, "none");
  const list = await (await fetch(box.dataset.list ?? "", { credentials: "omit" })).text();
  const has = (kept: Kept) => list.includes(`{"receipt":{"token":"${textOf(kept.right.token)}"`);
  showPart(box, cast.every(has) ? "found" : "missing");
}

for (const box of document.querySelectorAll<HTMLElement>("[data-vote]")) {
  if (isAble()) void beginAt(box);
  else showPart(box, "no-crypto");
}
for (const box of document.querySelectorAll<HTMLElement>("[data-receipts]")) {
  if (isAble()) box.querySelector("button")?.addEventListener("click", () => void checkReceipt(box));
}
