// Entry of the page on which a secret vote is cast, and of the page of receipts.

import { type Texts, text } from "../lib/text";
import { type Answers, readAnswers } from "./answers";
import { type Answer, type Keeper, mayPass, Refused, type Town, vote } from "./casting";
import { type Form, faultsOf } from "./fits";
import { browserKeeper } from "./keeper";
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

const town: Town = {
  async sign(survey, wish) {
    const body = JSON.stringify(wish);
    const request = {
      method: "POST",
      headers: json,
      body,
      credentials: "same-origin",
      cache: "no-store",
    } as const;
    return answered(await fetch(`/api/surveys/${survey}/token`, request));
  },
  async cast(survey, ballot) {
    // Without cookies, and without saying from which page.
    const body = JSON.stringify(ballot);
    const request = { method: "POST", headers: json, body, credentials: "omit", cache: "no-store" } as const;
    return answered(await fetch(`/api/ballots/${survey}`, { ...request, referrerPolicy: "no-referrer" }));
  },
};

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
  readonly #keeper: Keeper;

  constructor(box: HTMLElement) {
    this.#box = box;
    this.#survey = box.dataset.vote ?? "";
    this.#form = document.querySelector<HTMLFormElement>('form[data-secrecy="secret"]');
    this.#keeper = browserKeeper(box.dataset.owner ?? "");
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
      const cast = () => vote(urn, this.#keeper, town, answers);
      const receipt = navigator.locks
        ? await navigator.locks.request(`vote-${this.#survey}`, cast)
        : await cast();
      this.#done(receipt);
    } catch (error) {
      if (error instanceof TooLong) this.#show("too-long");
      else if (mayPass(error)) this.#show("again");
      else this.#show("refused", (error as Refused).message);
    }
  }

  async begin(): Promise<void> {
    const kept = await this.#keeper.read(this.#survey);
    if (kept?.cast) {
      this.#done(textOf(kept.right.token));
      return;
    }
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
    if (kept?.ballot) {
      if (form) form.hidden = true;
      this.#show("pending");
    } else this.#show("ready");
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

/** Whether a browser has what a secret ballot needs. */
function isAble(): boolean {
  return typeof crypto.subtle !== "undefined" && typeof indexedDB !== "undefined";
}

/** Compares the receipts of this browser with the published list, here and not at the office. */
async function checkReceipt(box: HTMLElement): Promise<void> {
  const kept = await browserKeeper(box.dataset.owner ?? "").read(box.dataset.receipts ?? "");
  if (!kept?.cast) return showPart(box, "none");
  const list = await (await fetch(box.dataset.list ?? "", { credentials: "omit" })).text();
  showPart(box, list.includes(`{"receipt":{"token":"${textOf(kept.right.token)}"`) ? "found" : "missing");
}

for (const box of document.querySelectorAll<HTMLElement>("[data-vote]")) {
  if (isAble()) void new Panel(box).begin();
  else showPart(box, "no-crypto");
}
for (const box of document.querySelectorAll<HTMLElement>("[data-receipts]")) {
  if (isAble()) box.querySelector("button")?.addEventListener("click", () => void checkReceipt(box));
}
