// From the fields of a form to answers: the same names and the same JSON as `ballots::form::read` on the server.

/** What somebody answered: question → answer; see `ballots::form::Ask` for the shape of each kind. */
export type Answers = Record<string, unknown>;

/** Kinds of questions, as `data-kind` spells them. */
export type Kind =
  | "single"
  | "multiple"
  | "scale"
  | "matrix"
  | "ranking"
  | "points"
  | "number"
  | "text"
  | "date"
  | "file"
  | "pin"
  | "line"
  | "area"
  | "asset";

/** A question is asked when an earlier one was answered so. */
export interface Condition {
  question: string;
  any: string[];
  not?: boolean;
}

/** One question of a form with its fields. */
export interface Asked {
  id: string;
  kind: Kind;
  when: Condition[];
}

/** Fields as names and values, in order. */
export type Fields = readonly (readonly [string, string])[];

/** Reads one question's answer; `undefined` when nothing was answered. */
export function readAnswer(id: string, kind: Kind, fields: Fields): unknown {
  const values = fields.filter(([name]) => name === id).map(([, value]) => value.trim());
  const one = values.find((value) => value !== "");
  const parts = fields
    .filter(([name, value]) => name.startsWith(`${id}.`) && value.trim() !== "")
    .map(([name, value]): [string, string] => [name.slice(id.length + 1), value.trim()]);
  switch (kind) {
    case "single":
    case "date":
      return one;
    case "text":
      return one?.replaceAll("\r\n", "\n");
    case "multiple":
    case "file": {
      const all = values.filter((value) => value !== "");
      return all.length > 0 ? all : undefined;
    }
    case "scale":
    case "number":
      return one === undefined ? undefined : readNumber(one);
    case "matrix":
      return parts.length > 0 ? Object.fromEntries(parts) : undefined;
    case "points": {
      const given = parts
        .map(([choice, points]): [string, number | string] => [choice, readNumber(points)])
        .filter(([, points]) => points !== 0);
      return given.length > 0 ? Object.fromEntries(given) : undefined;
    }
    case "ranking": {
      const placed = parts
        .map(([choice, place]): [number, string] => [Number.parseInt(place, 10), choice])
        .filter(([place]) => Number.isFinite(place))
        .sort(([a], [b]) => a - b);
      if (placed.length === 0) return undefined;
      const tied = placed.some(([place], i) => i > 0 && placed[i - 1]?.[0] === place);
      return tied ? "tie" : placed.map(([, choice]) => choice);
    }
    default: {
      if (one === undefined) return undefined;
      const drawn = parseJson(one);
      return Array.isArray(drawn) && drawn.length === 0 ? undefined : drawn;
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return "unreadable";
  }
}

/** A number as people type it: with a comma, with spaces between thousands; what is none stays a text. */
export function readNumber(text: string): number | string {
  const plain = text.replace(/\s/g, "").replace(",", ".");
  const number = Number(plain);
  return plain !== "" && Number.isFinite(number) ? number : text;
}

/** Whether a condition holds. A question that is not answered takes no choice. */
export function holds(condition: Condition, answers: Answers): boolean {
  const answer = answers[condition.question];
  const taken = (Array.isArray(answer) ? answer : [answer]).some(
    (one) => (typeof one === "string" || typeof one === "number") && condition.any.includes(String(one)),
  );
  return taken !== (condition.not ?? false);
}

/** The answers of a whole form without those of questions that are not asked. */
export function answersOf(questions: readonly Asked[], fields: Fields, before: Answers = {}): Answers {
  const answers: Answers = { ...before };
  for (const { id, kind, when } of questions) {
    if (!when.every((condition) => holds(condition, answers))) continue;
    const answer = readAnswer(id, kind, fields);
    if (answer !== undefined) answers[id] = answer;
  }
  return answers;
}

/** The questions of a form on the page, in order. */
export function questionsOf(form: HTMLFormElement): Asked[] {
  return [...form.querySelectorAll<HTMLElement>("[data-question]")].map((element) => ({
    id: element.dataset.question ?? "",
    kind: (element.dataset.kind ?? "text") as Kind,
    when: JSON.parse(element.dataset.when ?? "[]") as Condition[],
  }));
}

/** What a form holds now: the same JSON that the server makes of its fields. */
export function readAnswers(form: HTMLFormElement): Answers {
  return answersOf(questionsOf(form), fieldsOf(form), carriedOf(form));
}

/** The fields of a form as they would be sent, files left out. */
export function fieldsOf(form: HTMLFormElement): Fields {
  return [...new FormData(form)].flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
}

/** Answers of other pages of the form. */
function carriedOf(form: HTMLFormElement): Answers {
  const field = form.querySelector<HTMLInputElement>('input[name="carried_"]');
  const carried = field?.value ? parseJson(field.value) : {};
  return typeof carried === "object" && carried !== null ? (carried as Answers) : {};
}
