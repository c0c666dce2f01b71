// A page out of the device's memory says that it is one. Pure.

const NOTICE = /<template id="kept-notice">([\s\S]*?)<\/template>/;
const TITLE = /<title>([\s\S]*?)<\/title>/;
const LANG = /<html lang="(pl|en)"/;

/** The page's language. */
export function langOf(html: string): "pl" | "en" {
  return LANG.exec(html)?.[1] === "en" ? "en" : "pl";
}

/** The title as text. */
export function titleOf(html: string): string {
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return (TITLE.exec(html)?.[1] ?? "")
    .replace(
      /&(?:(amp|lt|gt|quot)|#(\d{1,7}));/g,
      (whole, name: string | undefined, code: string | undefined) =>
        name ? (names[name] ?? whole) : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
    )
    .trim();
}

/** Whether a page can say when it was read; others are not kept. */
export function canSay(html: string): boolean {
  return NOTICE.test(html);
}

/** The page with its notice in sight, and a mark for its scripts. */
export function withNotice(html: string, at: number, now: number): string {
  const words = ageWords(at, now, langOf(html));
  return html
    .replace(NOTICE, (_, inside: string) => inside.replace("%when%", () => words))
    .replace("<html ", () => `<html data-kept="${at}" `);
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** "3 godziny temu (29 listopada 2026 20:57)"; less than a minute counts as one. */
export function ageWords(at: number, now: number, lang: "pl" | "en"): string {
  const age = Math.max(now - at, 60_000);
  const [unit, length] = UNITS.find(([, length]) => age >= length) ?? UNITS[2];
  const locale = lang === "en" ? "en-GB" : "pl-PL";
  const ago = new Intl.RelativeTimeFormat(locale).format(-Math.floor(age / length), unit);
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(at);
  return `${ago} (${moment})`;
}
