// Sending what waits, one after the other.
import type { Waiting } from "./types";

export type Sent = "taken" | "later" | "signed-out" | { refused: string };

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
          }),
        });
  } catch {
    return "later";
  }
  if (answer.ok) return "taken";
  if (answer.status === 401) return "signed-out";
  if (answer.status === 429 || answer.status >= 500) return "later";
  return { refused: await why(answer) };
}

async function why(answer: Response): Promise<string> {
  try {
    const problem: { detail?: string; errors?: { detail?: string }[] } = await answer.json();
    return problem.errors?.[0]?.detail ?? problem.detail ?? String(answer.status);
  } catch {
    return String(answer.status);
  }
}
