// Whether answers fit a form: asked in the browser before a ballot is sealed, since nobody can look at it afterwards. The
// server's `ballots::form::check` has the last word when the urn is opened; what this lets pass and that does not is a spoiled
// ballot.

import { type Answers, type Condition, holds, type Kind } from "./answers";

/** A choice, as far as it matters here. */
interface Choice {
  id: string;
}

/** A question, as far as it matters here; see `ballots::form::Question`. */
export interface Question {
  id: string;
  type: Kind;
  required?: boolean;
  when?: Condition[];
  choices?: Choice[];
  rows?: Choice[];
  columns?: Choice[];
  least?: number | string | null;
  most?: number | string | null;
  most_each?: number;
  total?: number;
  from?: number;
  to?: number;
  whole?: boolean;
}

/** A form: `ballots::form::Form`. */
export interface Form {
  pages: { questions: Question[] }[];
}

/** What is wrong with an answer. */
export type Wrong = "missing" | "few" | "many" | "wrong";

/** A question whose answer does not fit. */
export interface Fault {
  id: string;
  why: Wrong;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function list(question: Question, answer: unknown, least: number): Wrong | undefined {
  const known = new Set(question.choices?.map(({ id }) => id));
  if (!Array.isArray(answer) || new Set(answer).size !== answer.length) return "wrong";
  if (question.choices && !answer.every((id) => known.has(id as string))) return "wrong";
  if (answer.length < least) return "few";
  const most = Number(question.most ?? 0);
  return most > 0 && answer.length > most ? "many" : undefined;
}

function points(
  { choices = [], total = 0, most_each: each = 0 }: Question,
  answer: unknown,
): Wrong | undefined {
  const known = new Set(choices.map(({ id }) => id));
  if (!isObject(answer)) return "wrong";
  let sum = 0;
  for (const [id, given] of Object.entries(answer)) {
    if (!known.has(id) || !Number.isInteger(given) || (given as number) < 0) return "wrong";
    if ((given as number) > each) return "many";
    sum += given as number;
  }
  return sum > total ? "many" : undefined;
}

function matrix({ rows = [], columns = [], required }: Question, answer: unknown): Wrong | undefined {
  if (!isObject(answer)) return "wrong";
  const known = (all: Choice[], id: unknown) => all.some((one) => one.id === id);
  if (!Object.entries(answer).every(([row, column]) => known(rows, row) && known(columns, column)))
    return "wrong";
  return required && Object.keys(answer).length < rows.length ? "missing" : undefined;
}

function between(value: unknown, least: unknown, most: unknown): boolean {
  const given = (limit: unknown) => limit !== undefined && limit !== null;
  return (
    (!given(least) || (value as number) >= (least as number)) &&
    (!given(most) || (value as number) <= (most as number))
  );
}

function wrongOf(question: Question, answer: unknown): Wrong | undefined {
  switch (question.type) {
    case "single":
      return question.choices?.some(({ id }) => id === answer) ? undefined : "wrong";
    case "multiple":
      return list(question, answer, Number(question.least ?? 0));
    case "ranking":
      return list(question, answer, 1);
    case "points":
      return points(question, answer);
    case "matrix":
      return matrix(question, answer);
    case "scale":
      return Number.isInteger(answer) && between(answer, question.from, question.to) ? undefined : "wrong";
    case "number":
      if (typeof answer !== "number" || (question.whole && !Number.isInteger(answer))) return "wrong";
      return between(answer, question.least, question.most) ? undefined : "wrong";
    case "text":
      return typeof answer === "string" && [...answer].length <= Number(question.most) ? undefined : "many";
    case "date":
      return typeof answer === "string" && between(answer, question.least, question.most)
        ? undefined
        : "wrong";
    default:
      return list(question, answer, 1);
  }
}

/** What is wrong, in the order of the form. */
export function faultsOf(form: Form, answers: Answers): Fault[] {
  const taken: Answers = {};
  const faults: Fault[] = [];
  for (const question of form.pages.flatMap((page) => page.questions)) {
    const asked = (question.when ?? []).every((condition) => holds(condition, taken));
    const answer = answers[question.id];
    if (!asked) continue;
    if (answer === undefined) {
      if (question.required) faults.push({ id: question.id, why: "missing" });
      continue;
    }
    taken[question.id] = answer;
    const why = wrongOf(question, answer);
    if (why) faults.push({ id: question.id, why });
  }
  return faults;
}
