// Small helps of a form that it can do without: questions that are not asked are hidden, points and characters are counted,
// and a place in a ranking is given once.
import { type Texts, text } from "../lib/text";
import { answersOf, fieldsOf, holds, questionsOf, readAnswers, readNumber } from "./answers";

const texts = JSON.parse(document.getElementById("survey-texts")?.textContent ?? "{}") as Texts;

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-survey]")) {
  const questions = [...form.querySelectorAll<HTMLElement>("[data-question]")];
  const refresh = (): void => {
    hideUnasked(form, questions);
    for (const question of questions) count(question);
  };
  for (const question of questions) {
    if (question.dataset.kind === "ranking") placeOnce(question);
    if (question.dataset.kind === "text") countCharacters(question);
  }
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  refresh();
}

function hideUnasked(form: HTMLFormElement, elements: readonly HTMLElement[]): void {
  const asked = questionsOf(form);
  const before = readAnswers(form);
  for (const { id } of asked) delete before[id];
  // Step by step, since a question that is not asked takes no choice, whatever stands in its fields.
  asked.forEach(({ when }, i) => {
    const answers = answersOf(asked.slice(0, i), fieldsOf(form), before);
    const element = elements[i];
    if (element) element.hidden = !when.every((condition) => holds(condition, answers));
  });
  // The title of a page of which nothing is asked goes with its questions.
  for (const page of form.querySelectorAll<HTMLElement>("[data-form-page]")) {
    const own = elements.filter((element) => page.contains(element));
    page.hidden = own.length > 0 && own.every((element) => element.hidden);
  }
}

/** Points that are left. */
function count(question: HTMLElement): void {
  const said = question.querySelector<HTMLElement>("[data-left]");
  if (!said) return;
  const total = Number(question.dataset.most ?? 0);
  const given = [...question.querySelectorAll<HTMLInputElement>("input")].reduce((sum, { value }) => {
    const points = value.trim() === "" ? 0 : readNumber(value);
    return typeof points === "number" ? sum + points : sum;
  }, 0);
  const over = given > total;
  said.classList.toggle("survey__left--over", over);
  const words = text(texts, over ? "survey-js-over" : "survey-js-left", { n: Math.abs(total - given) });
  if (said.textContent !== words) said.textContent = words;
}

/** Whoever gives a place that another choice has takes it from that one. */
function placeOnce(question: HTMLElement): void {
  const selects = [...question.querySelectorAll("select")];
  for (const select of selects) {
    let before = select.value;
    select.addEventListener("change", () => {
      const other = selects.find((one) => one !== select && one.value !== "" && one.value === select.value);
      if (other) {
        other.value = before;
        other.dispatchEvent(new Event("reeve-moved"));
      }
      before = select.value;
    });
    select.addEventListener("reeve-moved", () => {
      before = select.value;
    });
  }
}

function countCharacters(question: HTMLElement): void {
  const area = question.querySelector("textarea");
  const most = Number(question.dataset.most ?? 0);
  if (!area || most === 0) return;
  const said = document.createElement("p");
  said.className = "govuk-hint survey__characters";
  said.setAttribute("role", "status");
  area.after(said);
  const show = (): void => {
    const left = most - [...area.value].length;
    // Said only when it matters.
    said.textContent = left < most / 5 ? text(texts, "survey-js-chars", { n: left }) : "";
    said.classList.toggle("survey__left--over", left < 0);
  };
  area.addEventListener("input", show);
  show();
}
