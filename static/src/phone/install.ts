// Offers to put the service on the home screen, in the boxes of ui/install.html and nowhere else: never unasked, never
// as a banner. A box stays hidden unless something can be offered.

/** The browser's offer, kept until somebody wants it. Only Chromium makes it. */
interface InstallOffer extends Event {
  prompt(): Promise<void>;
  readonly userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
}

/** Whether the page runs from the home screen already. */
export function isInstalled(): boolean {
  return (
    matchMedia("(display-mode: standalone)").matches || ("standalone" in navigator && !!navigator.standalone)
  );
}

/** Whether it is an iPhone or iPad, where pages are put on the home screen by hand. iPads say that they are Macs. */
export function isApple(agent: string, touch_points: number): boolean {
  return /\b(iPhone|iPad|iPod)\b/.test(agent) || (/\bMacintosh\b/.test(agent) && touch_points > 1);
}

/** Keeps the browser's offer, and shows the page's boxes when there is something to offer. */
export function offerInstall(): void {
  const boxes = [...document.querySelectorAll<HTMLElement>("[data-install]")];
  const show = (name: "offer" | "by-hand" | "done" | null): void => {
    for (const box of boxes) {
      for (const part of box.querySelectorAll<HTMLElement>("[data-install-part]")) {
        part.hidden = part.dataset.installPart !== name;
      }
      box.hidden = name === null;
    }
  };
  if (isInstalled()) return;
  if (isApple(navigator.userAgent, navigator.maxTouchPoints)) show("by-hand");
  let offer: InstallOffer | null = null;
  window.addEventListener("beforeinstallprompt", (event) => {
    // On every page, so that no browser shows a banner of its own.
    event.preventDefault();
    offer = event as InstallOffer;
    show("offer");
  });
  window.addEventListener("appinstalled", () => show("done"));
  for (const box of boxes) {
    box.querySelector("button")?.addEventListener("click", async () => {
      const made = offer;
      offer = null;
      await made?.prompt();
      if ((await made?.userChoice)?.outcome !== "accepted") show(null);
    });
  }
}
