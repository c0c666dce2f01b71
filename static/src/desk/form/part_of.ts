// What a thing belongs to: a grave to its sector, a lamp to its park. Found by name, kept by id.
import { el } from "../../lib/dom";
import type { Desk } from "../desk";
import { labelled, line } from "../dialogs/dialog";
import type { Value } from "../model/types";
import type { Control } from "./control";

/** So many suggestions are offered. */
const OFFERED = 8;
const TYPED_MS = 300;

/** A line to search in, and the parent that is set. */
export function parentControl(
  desk: Desk,
  disabled: boolean,
  changed: (id: string | null, words: string) => void,
): Control {
  const { say } = desk;
  const input = line("", { placeholder: say("editor-part-of-search") });
  input.disabled = disabled;
  const now = el("p", { class: "form__parent" });
  const offers = el("ul", { class: "offers" });
  const group = labelled(input, { id: "field-part-of", label: say("editor-part-of") });
  group.dataset.field = "part_of";
  input.before(now);
  group.append(offers);
  let shown: string | null | undefined;
  let timer = 0;
  let turn = 0;

  const set = (id: string | null, words: string): void => {
    input.value = "";
    offers.replaceChildren();
    changed(id, words);
    input.focus();
  };
  const search = async (): Promise<void> => {
    const text = input.value.trim();
    turn += 1;
    const asked = turn;
    if (text.length < 2) {
      offers.replaceChildren();
      return;
    }
    const holders = [...desk.kinds.values()].filter(
      ({ geometry_type }) => geometry_type !== "point" && geometry_type !== "line",
    );
    const { assets } = await desk.api.search({
      kinds: holders.map(({ slug }) => slug),
      text,
      limit: OFFERED,
    });
    if (asked !== turn) return;
    desk.take(assets);
    offers.replaceChildren(
      ...assets.flatMap(({ id }) => {
        const found = desk.thing(id);
        if (!found) return [];
        const words = `${desk.nameOf(found)} (${desk.kinds.get(found.kind)?.singular ?? found.kind})`;
        const take = el("button", { type: "button", class: "offers__one" }, words);
        take.addEventListener("click", () => set(id, words));
        return [el("li", {}, take)];
      }),
    );
    if (assets.length === 0) offers.replaceChildren(el("li", {}, say("editor-filter-none")));
  };
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      search().catch(() => offers.replaceChildren(el("li", {}, say("editor-load-failed"))));
    }, TYPED_MS);
  });

  const showNow = (id: string | null): void => {
    if (id === null) {
      now.replaceChildren(say("editor-part-of-none"));
      return;
    }
    const parent = desk.thing(id);
    const none = el("button", { type: "button", class: "small-button" }, say("editor-part-of-clear"));
    none.disabled = disabled;
    none.addEventListener("click", () => set(null, say("editor-part-of-none")));
    now.replaceChildren(parent ? desk.nameOf(parent) : say("editor-part-of-unknown"), " ", none);
    if (!parent) {
      void desk.ensure([id]).then((there) => {
        if (there.length > 0 && shown === id) showNow(id);
      });
    }
  };
  return {
    key: "part_of",
    element: group,
    input,
    show: (value: Value | undefined, different) => {
      const id = typeof value === "string" ? value : null;
      if (different) {
        shown = undefined;
        now.replaceChildren(say("editor-different"));
      } else if (id !== shown) {
        shown = id;
        showNow(id);
      }
    },
    fault: (words) => {
      const place = group.querySelector<HTMLElement>(".govuk-error-message");
      if (!place) return;
      place.textContent = words;
      place.hidden = words === "";
    },
    settle: () => undefined,
  };
}
