// Forms without a network: nothing is sent into the void, so nothing that was typed is lost.

/** How long the server may take to say that it is there. */
const PATIENCE_MS = 4000;

/** Forms that were asked about and may go. */
const cleared = new WeakSet<HTMLFormElement>();

/** Watches over all forms of a page that send something. */
export function watchForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    const sender = event.submitter;
    // By attribute: a form may hold a field that is called "method".
    const method = sender?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
    if (method.toLowerCase() !== "post" || cleared.delete(form) || !isAtRisk(form)) return;
    event.preventDefault();
    void askFirst(form, sender);
  });
}

/** Whether the network is known to be away, the page is an old one, or much was typed that nobody types twice. */
function isAtRisk(form: HTMLFormElement): boolean {
  if (!navigator.onLine || document.documentElement.dataset.kept !== undefined) return true;
  return [...form.querySelectorAll("textarea")].some(({ value }) => value.trim() !== "");
}

async function askFirst(form: HTMLFormElement, sender: HTMLElement | null): Promise<void> {
  if (form.dataset.asking === "true") return;
  form.dataset.asking = "true";
  const there = navigator.onLine && (await isServerThere());
  delete form.dataset.asking;
  form.querySelector("[data-unsent]")?.remove();
  if (there) {
    cleared.add(form);
    form.requestSubmit(sender);
    return;
  }
  const template = document.querySelector<HTMLTemplateElement>("template#unsent");
  if (!template) return;
  form.prepend(template.content.cloneNode(true));
  form.querySelector<HTMLElement>("[data-unsent]")?.focus();
}

/** Whether our own server answers, not a hotel's sign-in page in its place. */
export async function isServerThere(): Promise<boolean> {
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok && (await answer.text()) === "ok\n";
  } catch {
    return false;
  }
}
