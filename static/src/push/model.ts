// What the box of push messages shows, told by what the browser and the server say. Pure.

/** What the browser says. */
export interface Browser {
  /** Whether it knows push messages at all. */
  supported: boolean;
  /** An iPhone or iPad whose page was not yet put on the home screen. */
  apple_page: boolean;
  permission: NotificationPermission;
  /** Address of this browser's subscription, if there is one. */
  endpoint: string | null;
}

/** A device that shows somebody's messages. */
export interface Device {
  id: string;
  agent: string;
  created_at: string;
}

/** What this device remembers of its own subscription. */
export interface Mine {
  account: string;
  endpoint: string;
  id: string;
}

/** What is said of this device. */
export type State = "unsupported" | "home-screen-first" | "blocked" | "off" | "on";

/** What is said of this device to an account. */
export function stateOf(
  browser: Browser,
  mine: Mine | null,
  account: string,
  devices: readonly Device[],
): State {
  if (!browser.supported) return browser.apple_page ? "home-screen-first" : "unsupported";
  if (browser.permission === "denied") return "blocked";
  const is_on =
    browser.permission === "granted" &&
    mine !== null &&
    mine.account === account &&
    mine.endpoint === browser.endpoint &&
    devices.some(({ id }) => id === mine.id);
  return is_on ? "on" : "off";
}

const BROWSERS = [
  ["Firefox", /\bFirefox\/|\bFxiOS\//],
  ["Edge", /\bEdg(A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Chrome", /\bChrom(e|ium)\/|\bCriOS\//],
  ["Safari", /\bSafari\//],
] as const;

const SYSTEMS = [
  ["Android", /\bAndroid\b/],
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMacintosh\b/],
  ["Linux", /\bLinux\b/],
] as const;

/** "Chrome, Android": what people know of a browser's long name of itself; `null` when nothing of it is known. */
export function deviceName(agent: string): string | null {
  const first = (of: readonly (readonly [string, RegExp])[]) => of.find(([, sign]) => sign.test(agent))?.[0];
  const known = [first(BROWSERS), first(SYSTEMS)].filter((name) => name !== undefined);
  return known.length > 0 ? known.join(", ") : null;
}
