import icons from "../icons.json";

interface Paths {
  stroke?: string;
  fill?: string;
}

const ALL: Readonly<Record<string, Paths>> = icons;

/** Edge of a drawn icon in CSS pixels. */
export const ICON_PX = 34;

/** A picture as MapLibre takes it. */
export interface Drawn {
  data: ImageData;
  ratio: number;
}

/**
 * Draws a kind's icon: its sign in white on a disc of its colour.
 *
 * Answers `null` where the browser gives no canvas. An icon that the sprite does not have becomes a pin.
 */
export function drawIcon(name: string, colour: string, ratio = 2): Drawn | null {
  const canvas = document.createElement("canvas");
  canvas.width = ICON_PX * ratio;
  canvas.height = ICON_PX * ratio;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return null;
  const paths = ALL[name] ?? ALL.pin ?? {};
  pen.scale(ratio, ratio);
  pen.beginPath();
  pen.arc(ICON_PX / 2, ICON_PX / 2, ICON_PX / 2 - 2, 0, Math.PI * 2);
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = "#ffffff";
  pen.stroke();
  const scale = 0.82;
  pen.translate(ICON_PX / 2 - 12 * scale, ICON_PX / 2 - 12 * scale);
  pen.scale(scale, scale);
  pen.lineCap = "round";
  pen.lineJoin = "round";
  if (paths.fill) {
    pen.fillStyle = "#ffffff";
    pen.fill(new Path2D(paths.fill));
  }
  if (paths.stroke) pen.stroke(new Path2D(paths.stroke));
  return { data: pen.getImageData(0, 0, canvas.width, canvas.height), ratio };
}
