// What mouse and fingers do on the map, as clicks and drags of places.
import type { Map as LibreMap, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import type { Position } from "./model/types";

export interface Pixel {
  x: number;
  y: number;
}

/** What the pointer or the crosshair points at. */
export interface Pointed {
  place: Position;
  pixel: Pixel;
  /** Shift or Ctrl: take it in addition. */
  add: boolean;
  /** Alt: do not catch on anything. */
  free: boolean;
  by: "mouse" | "touch" | "keys";
}

/** Who hears of the pointer; `grab` answers whether a drag is wanted, else the map moves. */
export interface Pointing {
  hover(at: Pointed): void;
  click(at: Pointed): void;
  double(at: Pointed): void;
  grab(at: Pointed): boolean;
  drag(at: Pointed): void;
  drop(at: Pointed): void;
}

/** A press that moves less than this many pixels is a click. */
const STILL_PX = 4;

/** Tells of the pointer: clicks, drags, fingers. */
export function listenToPointer(map: LibreMap, pointing: Pointing): void {
  let grabbed: { from: Pixel; moved: boolean } | null = null;
  const start = (event: MapMouseEvent | MapTouchEvent): void => {
    if ("touches" in event.originalEvent && event.originalEvent.touches.length > 1) {
      grabbed = null;
      return;
    }
    if (event.originalEvent instanceof MouseEvent && event.originalEvent.button !== 0) return;
    if (!pointing.grab(pointed(event))) return;
    event.preventDefault();
    grabbed = { from: event.point, moved: false };
  };
  const move = (event: MapMouseEvent | MapTouchEvent): void => {
    if (!grabbed) {
      if (!("touches" in event.originalEvent)) pointing.hover(pointed(event));
      return;
    }
    const { from } = grabbed;
    grabbed.moved ||= Math.hypot(event.point.x - from.x, event.point.y - from.y) > STILL_PX;
    if (grabbed.moved) pointing.drag(pointed(event));
  };
  const end = (event: MapMouseEvent | MapTouchEvent): void => {
    const held = grabbed;
    grabbed = null;
    if (held?.moved) pointing.drop(pointed(event));
  };
  map.on("mousedown", start);
  map.on("touchstart", start);
  map.on("mousemove", move);
  map.on("touchmove", move);
  map.on("mouseup", end);
  map.on("touchend", end);
  map.on("click", (event) => pointing.click(pointed(event)));
  map.on("dblclick", (event) => pointing.double(pointed(event)));
}

function pointed(event: MapMouseEvent | MapTouchEvent): Pointed {
  const { originalEvent: from, lngLat, point } = event;
  return {
    place: [lngLat.lng, lngLat.lat],
    pixel: { x: point.x, y: point.y },
    add: from.shiftKey || from.ctrlKey || from.metaKey,
    free: from.altKey,
    by: "touches" in from ? "touch" : "mouse",
  };
}
