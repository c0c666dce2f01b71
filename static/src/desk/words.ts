import { type Texts, text } from "../lib/text";

/** Looks a text of the page up and fills its places in. */
export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

export type Lang = "pl" | "en";

/** Speaks with the texts of the page. */
export const sayFrom =
  (texts: Texts): Say =>
  (key, values = {}) =>
    text(texts, key, values);

const LOCALE: Readonly<Record<Lang, string>> = { pl: "pl-PL", en: "en-GB" };

/** A number for the eye, with the language's comma and gaps. */
export function shownNumber(value: number, lang: Lang, decimals = 2): string {
  return value.toLocaleString(LOCALE[lang], { maximumFractionDigits: decimals });
}

/** Metres or kilometres for the eye. */
export function shownLength(metres: number, lang: Lang): string {
  return metres < 1000
    ? `${shownNumber(metres, lang, metres < 100 ? 2 : 1)}\u00a0m`
    : `${shownNumber(metres / 1000, lang, 2)}\u00a0km`;
}

/** Square metres or hectares for the eye. */
export function shownArea(square_metres: number, lang: Lang): string {
  return square_metres < 10_000
    ? `${shownNumber(square_metres, lang, 1)}\u00a0m²`
    : `${shownNumber(square_metres / 10_000, lang, 4)}\u00a0ha`;
}

/** Hours and minutes, as a clock on the wall shows them. */
export function shownTime(at: Date, lang: Lang): string {
  return at.toLocaleTimeString(LOCALE[lang], { hour: "2-digit", minute: "2-digit" });
}

/** Day and time. */
export function shownMoment(at: string, lang: Lang): string {
  return new Date(at).toLocaleString(LOCALE[lang], { dateStyle: "medium", timeStyle: "short" });
}
