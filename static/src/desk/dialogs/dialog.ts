// The browser's own modal dialog with a heading, a body and buttons; Escape closes, the focus goes back.
import { type Child, el, icon } from "../../lib/dom";
import type { Say } from "../words";

export interface DialogParts {
  /** Becomes `data-dialog`. */
  name: string;
  title: string;
  say: Say;
  sprite: string;
  body: Child[];
  buttons: HTMLButtonElement[];
  /** A dialog that must be answered has no way out but its buttons. */
  must?: boolean;
  wide?: boolean;
  onClose?: () => void;
}

/** An open dialog. */
export interface Opened {
  element: HTMLDialogElement;
  body: HTMLElement;
  foot: HTMLElement;
  close(): void;
}

/** A button in the look of the pages. */
export function button(
  words: string,
  act: () => void,
  look: "first" | "second" | "warning" = "second",
  attributes: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  const looks = { first: "", second: " govuk-button--secondary", warning: " govuk-button--warning" };
  const made = el(
    "button",
    { type: "button", class: `govuk-button govuk-!-margin-bottom-0${looks[look]}`, ...attributes },
    words,
  );
  made.addEventListener("click", act);
  return made;
}

/** Opens a dialog over the page. */
export function openDialog(parts: DialogParts): Opened {
  const before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const title_id = `dialog-${parts.name}-title`;
  const title = el("h2", { class: "dialog__title", id: title_id, tabindex: "-1" }, parts.title);
  const head = el("div", { class: "dialog__head" }, title);
  const body = el("div", { class: "dialog__body" }, ...parts.body);
  const foot = el("div", { class: "dialog__foot" }, ...parts.buttons);
  const element = el(
    "dialog",
    {
      class: parts.wide ? "dialog dialog--wide" : "dialog",
      "data-dialog": parts.name,
      "aria-labelledby": title_id,
    },
    head,
    body,
    foot,
  );
  const close = (): void => {
    if (element.open) element.close();
  };
  if (!parts.must) {
    const shut = el(
      "button",
      { type: "button", class: "round-button dialog__close", "aria-label": parts.say("editor-close") },
      icon("close", parts.sprite),
    );
    shut.addEventListener("click", close);
    head.append(shut);
  }
  element.addEventListener("cancel", (event) => {
    if (parts.must) event.preventDefault();
  });
  // Keys in a dialog are no keys of the map beneath it.
  element.addEventListener("keydown", (event) => event.stopPropagation());
  element.addEventListener("close", () => {
    element.remove();
    if (before?.isConnected) before.focus();
    parts.onClose?.();
  });
  (document.getElementById("editor") ?? document.body).append(element);
  element.showModal();
  // What scrolls must be reachable by keys, also where nothing in it takes the focus.
  if (body.scrollHeight > body.clientHeight) {
    body.tabIndex = 0;
    body.setAttribute("role", "group");
    body.setAttribute("aria-labelledby", title_id);
  }
  title.focus();
  return { element, body, foot, close };
}

/** What a labelled control shows around it. */
export interface LabelParts {
  id: string;
  label: string;
  hint?: string;
  suffix?: string;
}

/** A control with its label, hint and place for a fault, as the forms of the pages have them. */
export function labelled(control: HTMLElement, { id, label, hint, suffix }: LabelParts): HTMLElement {
  control.id = id;
  const fault = el("p", { class: "govuk-error-message", id: `${id}-fault`, hidden: "" });
  const described = [hint ? `${id}-hint` : "", `${id}-fault`].filter((part) => part !== "");
  control.setAttribute("aria-describedby", described.join(" "));
  return el(
    "div",
    { class: "govuk-form-group" },
    el("label", { class: "govuk-label", for: id }, label),
    hint ? el("div", { class: "govuk-hint", id: `${id}-hint` }, hint) : null,
    fault,
    suffix
      ? el(
          "div",
          { class: "govuk-input__wrapper" },
          control,
          el("div", { class: "govuk-input__suffix", "aria-hidden": "true" }, suffix),
        )
      : control,
  );
}

/** Shows a fault at a control that {@link labelled} made, or takes it away. */
export function showFault(control: HTMLElement, words: string): void {
  const fault = document.getElementById(`${control.id}-fault`);
  if (!fault) return;
  fault.textContent = words;
  fault.hidden = words === "";
  control.toggleAttribute("aria-invalid", words !== "");
  if (words !== "") control.setAttribute("aria-invalid", "true");
  control.closest(".govuk-form-group")?.classList.toggle("govuk-form-group--error", words !== "");
}

/** A list to choose one of. */
export function choice(options: readonly (readonly [string, string])[], chosen = ""): HTMLSelectElement {
  const select = el("select", { class: "govuk-select" });
  for (const [value, words] of options) select.append(el("option", { value }, words));
  if (chosen !== "") select.value = chosen;
  return select;
}

/** A line to type into. */
export function line(value = "", attributes: Readonly<Record<string, string>> = {}): HTMLInputElement {
  const input = el("input", { class: "govuk-input", type: "text", autocomplete: "off", ...attributes });
  input.value = value;
  return input;
}
