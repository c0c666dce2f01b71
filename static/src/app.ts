// Entry of every page: small helps that a page can do without.
import { ErrorSummary, SkipLink } from "govuk-frontend";
import { text } from "./lib/text";
import { readConfig } from "./map/config";
import { offerInstall } from "./phone/install";
import { listKept } from "./phone/offline";
import { watchForms } from "./phone/unsent";
import { startWorker } from "./phone/worker";

document.body.classList.add("govuk-frontend-supported");
for (const link of document.querySelectorAll('[data-module="govuk-skip-link"]')) new SkipLink(link);
for (const box of document.querySelectorAll('[data-module="govuk-error-summary"]')) new ErrorSummary(box);

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// The place of the map stands in the address's hash, which the server never sees.
for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-keep-place]")) {
  link.addEventListener("click", () => {
    const { lang } = Object.fromEntries(new URL(link.href).searchParams);
    const there = new URL(location.href);
    if (lang) there.searchParams.set("lang", lang);
    link.href = there.href;
  });
}

/** "From where I stand": asks the browser for the place and sends the form with it. */
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-from-here]")) {
  button.addEventListener("click", () => fromHere(button));
}

function fromHere(button: HTMLButtonElement): void {
  const form = button.form;
  const from = form?.elements.namedItem("from");
  const gate = form?.elements.namedItem("gate");
  const said = document.getElementById("from-here-said");
  if (!form || !(from instanceof HTMLInputElement)) return;
  const texts = readConfig(document)?.texts ?? {};
  const say = (key: string): void => {
    if (said) said.textContent = text(texts, key);
  };
  if (!("geolocation" in navigator)) {
    say("js-locate-failed");
    return;
  }
  say("js-locating");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      from.value = `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`;
      from.disabled = false;
      if (gate instanceof HTMLSelectElement) gate.disabled = true;
      form.submit();
    },
    () => say("js-locate-failed"),
    { enableHighAccuracy: true, timeout: 15_000 },
  );
}

for (const box of document.querySelectorAll<HTMLElement>("[data-kept-list]")) void listKept(box);
offerInstall();
watchForms();
startWorker();
