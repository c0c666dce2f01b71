// The page in place of one that was never read here: lists what can be read, and goes on by itself when the network
// is back. Its element is `[data-kept-list]` in ui/offline.html.
import { el } from "../lib/dom";
import { isServerThere } from "./unsent";
import { keptPages } from "./worker";

/** How often the page looks whether the network is back. */
const EVERY_MS = 5000;

/** Fills the list of what can be read without a network. */
export async function listKept(box: HTMLElement): Promise<void> {
  const locale = document.documentElement.lang === "en" ? "en-GB" : "pl-PL";
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  const rows = (await keptPages()).map(({ href, title, at }) =>
    el(
      "li",
      { class: "kept__one" },
      el("a", { class: "govuk-link", href }, title),
      el("span", { class: "kept__when" }, moment.format(at)),
    ),
  );
  box.querySelector("[data-kept-none]")?.toggleAttribute("hidden", rows.length > 0);
  const list = box.querySelector("ul");
  list?.replaceChildren(...rows);
  list?.toggleAttribute("hidden", rows.length === 0);
  box.dataset.ready = "true";
  // Where it stands in for another page.
  if (location.pathname !== "/offline") goOnWhenBack();
}

/** Loads the page that was wanted as soon as it can be had. */
function goOnWhenBack(): void {
  const look = async (): Promise<void> => {
    if (document.visibilityState === "visible" && navigator.onLine && (await isServerThere()))
      location.reload();
  };
  window.addEventListener("online", () => void look());
  setInterval(() => void look(), EVERY_MS);
}
