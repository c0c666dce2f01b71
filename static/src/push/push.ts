// Push messages on this device: `[data-push]` on the page of consents. The box is written by ui/push.html, which a page
// includes where it wants it; all that the page must give is the shell (`page`) of somebody who is signed in:
//
//   <section data-push data-account="ACCOUNT'S ID" data-api="/api/account/push">
//     <h2>…</h2>
//     <div data-push-state aria-live="polite">what is said without scripts</div>
//     <ul data-push-devices hidden></ul>
//   </section>
//   <script type="application/json" id="push-texts">the texts `push-js-…`</script>
//
// Doors: `GET data-api` answers `{public_key, subscriptions: [{id, agent, created_at}]}`; `POST data-api` takes
// `{endpoint, keys: {p256dh, auth}}` and answers `{id}`, the same id for the same endpoint; `DELETE data-api/{id}`.
// Whether messages may be shown is asked of a person only after they clicked that they want them.
import { fromBase64url, toBase64url } from "../accounts/base64url";
import { el } from "../lib/dom";
import { type Texts, text } from "../lib/text";
import { isApple, isInstalled } from "../phone/install";
import { askWorker } from "../phone/worker";
import { type Browser, type Device, deviceName, type Mine, stateOf } from "./model";

/** Where this device remembers which of the subscriptions is its own. */
const MINE = "reeve-push";

interface Told {
  public_key: string;
  subscriptions: Device[];
}

class PushBox {
  readonly #box: HTMLElement;
  readonly #texts: Texts;
  readonly #api: string;
  readonly #account: string;

  constructor(box: HTMLElement, texts: Texts) {
    this.#box = box;
    this.#texts = texts;
    this.#api = box.dataset.api ?? "/api/account/push";
    this.#account = box.dataset.account ?? "";
  }

  /** Shows how things are; `said` is what was just done or what went wrong. */
  async show(said?: string): Promise<void> {
    const [browser, told] = await Promise.all([readBrowser(), this.#ask()]);
    const devices = told?.subscriptions ?? [];
    const mine = readMine();
    const state = stateOf(browser, mine, this.#account, devices);
    const parts: Node[] = said ? [el("p", { class: "govuk-body", role: "status" }, said)] : [];
    if (!told) {
      parts.push(el("p", { class: "govuk-body" }, text(this.#texts, "push-js-no-server")));
    } else if (state === "on" && mine) {
      parts.push(
        el("p", { class: "govuk-body" }, text(this.#texts, "push-js-on")),
        this.#button("push-js-turn-off", () => this.#turnOff(mine.id)),
      );
    } else if (state === "off") {
      parts.push(
        el("p", { class: "govuk-body" }, text(this.#texts, "push-js-off")),
        this.#button("push-js-turn-on", () => this.#turnOn(told.public_key)),
      );
    } else {
      parts.push(el("p", { class: "govuk-body" }, text(this.#texts, WHY_NOT[state])));
    }
    this.#box.querySelector("[data-push-state]")?.replaceChildren(...parts);
    this.#listDevices(devices.filter(({ id }) => state !== "on" || id !== mine?.id));
    this.#box.dataset.state = told ? state : "no-server";
  }

  #button(key: string, act: () => Promise<string>): HTMLElement {
    const attributes = { type: "button", class: "govuk-button govuk-button--secondary" };
    const button = el("button", attributes, text(this.#texts, key));
    button.addEventListener("click", async () => {
      button.setAttribute("disabled", "");
      const said = await act().catch(() => text(this.#texts, "push-js-failed"));
      await this.show(said);
      this.#box.querySelector("button")?.focus();
    });
    return button;
  }

  #listDevices(devices: readonly Device[]): void {
    const list = this.#box.querySelector<HTMLElement>("[data-push-devices]");
    const locale = document.documentElement.lang === "en" ? "en-GB" : "pl-PL";
    const day = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
    const rows = devices.map(({ id, agent, created_at }) => {
      const name = deviceName(agent) ?? text(this.#texts, "push-js-some-device");
      const since = text(this.#texts, "push-js-since", { when: day.format(new Date(created_at)) });
      const remove = this.#button("push-js-remove", () => this.#turnOff(id));
      remove.className = "link-button";
      remove.append(el("span", { class: "govuk-visually-hidden" }, ` ${name}`));
      return el("li", { class: "push__device" }, el("span", {}, `${name} – ${since}`), remove);
    });
    list?.replaceChildren(
      ...(rows.length > 0 ? [el("li", { class: "push__head" }, text(this.#texts, "push-js-others"))] : []),
      ...rows,
    );
    list?.toggleAttribute("hidden", rows.length === 0);
  }

  async #ask(): Promise<Told | null> {
    const answer = await fetch(this.#api, {
      headers: { accept: "application/json" },
      cache: "no-store",
    }).catch(() => null);
    return answer?.ok ? ((await answer.json()) as Told) : null;
  }

  async #turnOn(public_key: string): Promise<string> {
    const permission = await Notification.requestPermission();
    if (permission !== "granted") {
      return permission === "denied" ? "" : text(this.#texts, "push-js-not-allowed");
    }
    const { pushManager } = await navigator.serviceWorker.ready;
    const before = await pushManager.getSubscription();
    const mine = readMine();
    // Somebody else's, or made for another key: its messages are not for whoever clicked here.
    if (before && (mine?.account !== this.#account || keyOf(before) !== public_key))
      await before.unsubscribe();
    const made = await pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: fromBase64url(public_key),
    });
    const { endpoint, keys } = made.toJSON();
    const answer = await fetch(this.#api, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ endpoint, keys }),
    }).catch(() => null);
    if (!answer?.ok) {
      // Not half on: nobody would send anything to it.
      await made.unsubscribe();
      return text(this.#texts, "push-js-failed");
    }
    const { id } = (await answer.json()) as { id: string };
    writeMine({ account: this.#account, endpoint: made.endpoint, id });
    await askWorker({ ask: "push-owner", account: this.#account });
    return text(this.#texts, "push-js-turned-on");
  }

  async #turnOff(id: string): Promise<string> {
    const answer = await fetch(`${this.#api}/${encodeURIComponent(id)}`, { method: "DELETE" });
    // Gone already is as good.
    if (!answer.ok && answer.status !== 404) return text(this.#texts, "push-js-failed");
    if (readMine()?.id === id) {
      const { pushManager } = await navigator.serviceWorker.ready;
      await (await pushManager.getSubscription())?.unsubscribe();
      writeMine(null);
      await askWorker({ ask: "push-owner", account: null });
    }
    return text(this.#texts, "push-js-turned-off");
  }
}

const WHY_NOT = {
  unsupported: "push-js-unsupported",
  "home-screen-first": "push-js-home-screen-first",
  blocked: "push-js-blocked",
  off: "push-js-off",
  on: "push-js-on",
} as const;

async function readBrowser(): Promise<Browser> {
  const supported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  const apple_page = isApple(navigator.userAgent, navigator.maxTouchPoints) && !isInstalled();
  if (!supported) return { supported, apple_page, permission: "default", endpoint: null };
  const registration = await navigator.serviceWorker.getRegistration("/");
  const subscription = await registration?.pushManager.getSubscription();
  return {
    supported,
    apple_page,
    permission: Notification.permission,
    endpoint: subscription?.endpoint ?? null,
  };
}

function keyOf(subscription: PushSubscription): string | null {
  const { applicationServerKey: key } = subscription.options;
  return key ? toBase64url(key) : null;
}

function readMine(): Mine | null {
  try {
    return JSON.parse(localStorage.getItem(MINE) ?? "null") as Mine | null;
  } catch {
    return null;
  }
}

function writeMine(mine: Mine | null): void {
  if (mine) localStorage.setItem(MINE, JSON.stringify(mine));
  else localStorage.removeItem(MINE);
}

const box = document.querySelector<HTMLElement>("[data-push]");
const block = document.getElementById("push-texts")?.textContent;
if (box) void new PushBox(box, block ? (JSON.parse(block) as Texts) : {}).show();
