// Photos of one thing beside its form: seen, taken, captioned, shown or hidden, and the place that they were taken at.
import { el, icon } from "../../lib/dom";
import { Refused, refusalOf } from "../api";
import type { Desk } from "../desk";
import { button, labelled, line } from "../dialogs/dialog";
import { shapeOf } from "../geometry/cached";
import { reshape } from "../model/actions";
import type { Photo } from "../model/types";
import { shownMoment } from "../words";

export class PhotoPanel {
  readonly element: HTMLElement;
  readonly #desk: Desk;
  readonly #asset: string;
  readonly #list = el("ul", { class: "photos__list" });
  readonly #waiting = el("ul", { class: "photos__waiting" });
  readonly #said = el("p", { class: "photos__said", role: "status" });

  constructor(desk: Desk, asset: string, sprite: string) {
    this.#desk = desk;
    this.#asset = asset;
    const { say } = desk;
    const pick = (id: string, words: string, sign: string, more: Record<string, string>): HTMLElement => {
      const input = el("input", {
        type: "file",
        class: "govuk-visually-hidden photos__input",
        id,
        accept: "image/*",
        ...more,
      });
      input.addEventListener("change", () => {
        void this.#sendAll([...(input.files ?? [])]);
        input.value = "";
      });
      const label = el("label", { class: "photos__pick", for: id }, icon(sign, sprite), words);
      return el("span", {}, input, label);
    };
    const writable = desk.kinds.get(desk.thing(asset)?.kind ?? "")?.writable === true;
    this.element = el(
      "section",
      { class: "photos", "aria-labelledby": "photos-title" },
      el("h3", { class: "form__subtitle", id: "photos-title" }, say("editor-photos")),
      this.#said,
      this.#list,
      this.#waiting,
      writable &&
        el(
          "p",
          { class: "photos__tools" },
          pick("photo-files", say("editor-photos-add"), "add", { multiple: "" }),
          pick("photo-camera", say("editor-photos-camera"), "camera", { capture: "environment" }),
        ),
    );
    void this.#load();
  }

  async #load(): Promise<void> {
    const { say, api } = this.#desk;
    try {
      const photos = await api.photos(this.#asset);
      this.#list.replaceChildren(...photos.map((photo) => this.#one(photo)));
      this.#said.textContent = photos.length === 0 ? say("editor-photos-none") : "";
    } catch {
      this.#said.textContent = say("editor-photos-failed");
    }
  }

  #one(photo: Photo): HTMLElement {
    const { say, lang, api } = this.#desk;
    const when = photo.taken_at ? shownMoment(photo.taken_at, lang) : "";
    const words =
      photo.caption === ""
        ? say("editor-photo-of", { what: this.#desk.named([this.#asset]) })
        : photo.caption;
    const caption = line(photo.caption, { maxlength: "300" });
    caption.addEventListener("change", () =>
      this.#then(api.changePhoto(photo.id, { caption: caption.value.trim() })),
    );
    const shown = el("input", { type: "checkbox", class: "tick", id: `photo-public-${photo.id}` });
    shown.checked = photo.public;
    shown.addEventListener("change", () => this.#then(api.changePhoto(photo.id, { public: shown.checked })));
    const place = photo.position;
    const tools = [
      place && button(say("editor-photo-place"), () => this.#usePlace(place)),
      button(say("editor-photo-remove"), () => {
        if (window.confirm(say("editor-photo-remove-sure"))) this.#then(api.removePhoto(photo.id), true);
      }),
    ];
    return el(
      "li",
      { class: "photos__one" },
      el(
        "a",
        { href: photo.large, target: "_blank" },
        el("img", { src: photo.small, alt: words, loading: "lazy", width: "160" }),
      ),
      el("p", { class: "photos__when" }, when),
      labelled(caption, { id: `photo-caption-${photo.id}`, label: say("editor-photo-caption") }),
      el("p", { class: "tick-line" }, shown, el("label", { for: shown.id }, say("editor-photo-public"))),
      el("p", { class: "photos__tools" }, ...tools),
    );
  }

  #usePlace(place: [number, number]): void {
    const { say } = this.#desk;
    const thing = this.#desk.thing(this.#asset);
    if (!thing) return;
    if (shapeOf(thing.state.geometry).dimension !== 0) {
      this.#desk.announce(say("editor-photo-place-points"));
      return;
    }
    const label = say("editor-did-move", { what: this.#desk.nameOf(thing) });
    const geometry = { type: "Point" as const, coordinates: place };
    if (!this.#desk.act(label, reshape(this.#desk.document, this.#asset, geometry))) {
      this.#desk.announce(say("editor-photo-place-same"));
    }
  }

  #then(asked: Promise<unknown>, again = false): void {
    asked
      .then(() => {
        this.#said.textContent = this.#desk.say("editor-photo-kept");
        if (again) void this.#load();
      })
      .catch((failure: unknown) => {
        this.#said.textContent =
          failure instanceof Refused && failure.detail !== ""
            ? failure.detail
            : this.#desk.say("editor-photos-failed");
      });
  }

  /** One after the other, so that a phone's thin line is not torn between many. */
  async #sendAll(files: readonly File[]): Promise<void> {
    const rows = files.map((file) => {
      const bar = el("progress", { max: "1", value: "0", "aria-label": file.name });
      const note = el("span", {}, file.name);
      const row = el("li", {}, note, bar);
      this.#waiting.append(row);
      return { file, bar, note, row };
    });
    for (const { file, bar, note, row } of rows) {
      try {
        await this.#send(file, (share) => {
          bar.value = share;
        });
        row.remove();
      } catch (failure) {
        const why = failure instanceof Refused ? failure.detail : "";
        note.textContent = `${file.name}: ${why === "" ? this.#desk.say("editor-photo-failed") : why}`;
        bar.remove();
        const again = button(this.#desk.say("editor-again"), () => {
          row.remove();
          void this.#sendAll([file]);
        });
        row.append(again);
      }
    }
    await this.#load();
  }

  /** `fetch` tells nothing of how far an upload has come; the older request does. */
  #send(file: File, progress: (share: number) => void): Promise<void> {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.#desk.api.address(`/assets/${encodeURIComponent(this.#asset)}/photos`));
      request.setRequestHeader("content-type", file.type === "" ? "image/jpeg" : file.type);
      request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
      request.setRequestHeader("accept", "application/json");
      request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
        if (lengthComputable) progress(loaded / total);
      });
      request.addEventListener("load", () => {
        if (request.status < 300) done();
        else void refusalOf(new Response(request.responseText, { status: request.status })).then(failed);
      });
      request.addEventListener("error", () => failed(new Error("network")));
      request.send(file);
    });
  }
}
