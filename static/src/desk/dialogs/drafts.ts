// Dialogs about drafts: which to go on with, two windows with one, a session that ended.
import { el } from "../../lib/dom";
import type { Desk } from "../desk";
import type { DraftSession, OpenDraft } from "../draft/session";
import type { Draft } from "../model/types";
import { shownMoment } from "../words";
import { button, type Opened, openDialog } from "./dialog";

/** Offers the clerk's open drafts; resolves with the one to go on with, or `null` for a new one. */
export function offerDrafts(
  desk: Desk,
  sprite: string,
  drafts: readonly OpenDraft[],
): Promise<string | null> {
  const { say, lang } = desk;
  return new Promise((done) => {
    let chosen: string | null = null;
    const pick = (id: string | null): void => {
      chosen = id;
      opened.close();
    };
    const list = el("ul", { class: "drafts" });
    for (const { id, gestures, assets, updated_at, only_here } of drafts) {
      const words = say("editor-draft-line", {
        when: shownMoment(updated_at, lang),
        gestures,
        assets,
      });
      list.append(
        el(
          "li",
          { class: "drafts__one" },
          el("span", {}, words, only_here ? ` (${say("editor-draft-only-here")})` : ""),
          button(say("editor-draft-continue"), () => pick(id), "second", { "data-draft": id }),
        ),
      );
    }
    const opened = openDialog({
      name: "drafts",
      title: say("editor-drafts-title"),
      say,
      sprite,
      body: [el("p", {}, say("editor-drafts-lead")), list],
      buttons: [button(say("editor-draft-new"), () => pick(null), "first", { "data-act": "draft-new" })],
      onClose: () => done(chosen),
    });
  });
}

/** Another window changed the draft: whose version goes on. Nothing is lost either way. */
export function openDraftClash(desk: Desk, sprite: string, session: DraftSession, theirs: Draft): void {
  const { say, lang } = desk;
  const answer = (act: Promise<void>): void => {
    opened.close();
    void act;
  };
  const opened = openDialog({
    name: "draft-clash",
    title: say("editor-two-windows-title"),
    say,
    sprite,
    must: true,
    body: [
      el("p", {}, say("editor-two-windows", { when: shownMoment(theirs.updated_at, lang) })),
      el("p", {}, say("editor-two-windows-safe")),
    ],
    buttons: [
      button(say("editor-take-theirs"), () => answer(session.takeTheirs(theirs)), "first", {
        "data-act": "take-theirs",
      }),
      button(say("editor-keep-mine"), () => answer(session.keepMine()), "second", {
        "data-act": "keep-mine",
      }),
    ],
  });
}

/** The session ended: sign in in another tab, the draft stays here. */
export function openSignedOut(desk: Desk, sprite: string, again: () => void): Opened {
  const { say } = desk;
  const link = el(
    "a",
    { class: "govuk-link", href: "/sign-in?next=%2Fdesk", target: "_blank", rel: "opener" },
    say("editor-sign-in"),
  );
  const opened = openDialog({
    name: "signed-out",
    title: say("editor-signed-out-title"),
    say,
    sprite,
    body: [el("p", {}, say("editor-signed-out")), el("p", {}, link)],
    buttons: [button(say("editor-signed-in-again"), again, "first", { "data-act": "signed-in-again" })],
  });
  return opened;
}

/** Asks before a draft is thrown away. */
export function openGiveUp(desk: Desk, sprite: string, give_up: () => Promise<void>): void {
  const { say } = desk;
  const said = el("p", { class: "dialog__note", role: "status" });
  const opened = openDialog({
    name: "give-up",
    title: say("editor-give-up-title"),
    say,
    sprite,
    body: [el("p", {}, say("editor-give-up-sure", { n: desk.document.cursor })), said],
    buttons: [
      button(
        say("editor-give-up"),
        () => {
          give_up()
            .then(() => {
              opened.close();
              desk.announce(say("editor-given-up"));
            })
            .catch(() => {
              said.textContent = say("editor-give-up-failed");
            });
        },
        "warning",
        { "data-act": "give-up" },
      ),
      button(say("editor-cancel"), () => opened.close()),
    ],
  });
}
