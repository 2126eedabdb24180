// The application's icon: a disc with a ring, drawn rather than kept as a picture; the tray shows the same (src-main/window/outside.ts).
import { encode } from 'upng-js'

/** @returns a PNG of `size` × `size` */
export function iconPng(size: number): Buffer {
  const pixels = new Uint8Array(size * size * 4)
  const middle = (size - 1) / 2
  for (let at = 0; at < size * size; at++) {
    const far = Math.hypot((at % size) - middle, Math.floor(at / size) - middle)
    const isRing = far < middle * 0.55 && far > middle * 0.3
    pixels.set(isRing ? [255, 255, 255] : [0x0f, 0x72, 0x85], at * 4)
    pixels[at * 4 + 3] = Math.round(255 * Math.max(0, Math.min(1, middle - far)))
  }
  return Buffer.from(encode([pixels.buffer], size, size, 0))
}
