// Sending what waits, one after the other.
import type { Clash, Waiting } from "./types";

export type Sent = "taken" | "later" | "signed-out" | { refused: string; clash?: Clash };

/** Sends one; answers what became of it. */
export async function send(waiting: Waiting): Promise<Sent> {
  const to = `/api/desk/assets/${encodeURIComponent(waiting.asset)}`;
  let answer: Response;
  try {
    answer = waiting.photo
      ? await fetch(`${to}/photos`, {
          method: "POST",
          headers: {
            "content-type": waiting.photo.type || "application/octet-stream",
            "x-file-name": encodeURIComponent(waiting.photo_name ?? ""),
          },
          body: waiting.photo,
        })
      : await fetch(`${to}/seen`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            outcome: waiting.outcome,
            position: waiting.position ?? null,
            note: waiting.note ?? null,
            at: waiting.at,
            report: waiting.report,
            rev: waiting.rev ?? null,
          }),
        });
  } catch {
    return "later";
  }
  if (answer.ok) return "taken";
  if (answer.status === 401) return "signed-out";
  if (answer.status === 429 || answer.status >= 500) return "later";
  return await refusal(answer);
}

interface Problem {
  detail?: string;
  errors?: { detail?: string }[];
  more?: { clashes?: Clash[]; deleted_by?: string | null; deleted_at?: string } | null;
}

/** Why a report was not taken, and who changed the thing meanwhile where that is the reason. */
async function refusal(answer: Response): Promise<{ refused: string; clash?: Clash }> {
  let problem: Problem;
  try {
    problem = await answer.json();
  } catch {
    return { refused: String(answer.status) };
  }
  const refused = problem.errors?.[0]?.detail ?? problem.detail ?? String(answer.status);
  const { clashes, deleted_by, deleted_at } = problem.more ?? {};
  const [clash] = clashes ?? [];
  if (clash) return { refused, clash: { who: clash.who, when: clash.when } };
  if (deleted_at) return { refused, clash: { who: deleted_by ?? "", when: deleted_at } };
  return { refused };
}
