// Where the window stood when it was last closed, in a small file of its own.
// Invariant: a window always opens where it can be seen and reached; a missing or damaged file only costs the memory.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

export const DEFAULT_SIZE = { width: 1280, height: 800 }
export const MIN_SIZE = { width: 960, height: 600 }

const rectangleSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
})
const rememberedSchema = rectangleSchema.extend({ maximized: z.boolean() })

/** In device-independent pixels. */
export type Rectangle = z.infer<typeof rectangleSchema>
export type Remembered = z.infer<typeof rememberedSchema>

/** What the file holds, or undefined on the first start and when it is unreadable or not ours. */
export function readBounds(file: string): Remembered | undefined {
  try {
    const parsed = rememberedSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined // only the place of a window is lost, and it is written anew on close
  }
}

/** Replaces the file whole, so that a crash leaves the old one. */
export function writeBounds(file: string, bounds: Remembered): void {
  writeFileSync(`${file}.new`, JSON.stringify(bounds))
  renameSync(`${file}.new`, file)
}

/**
 * Bounds to open a window with: the remembered ones if at least 100 × 40 pixels of the window's top edge lie on one of
 * the screens, cut to that screen; else only a size, and the system chooses the place.
 */
export function fitBounds(
  remembered: Rectangle | undefined,
  screens: readonly Rectangle[],
): { width: number; height: number; x?: number; y?: number } {
  if (!remembered) return { ...DEFAULT_SIZE }
  const screen = screens.find((s) => {
    const across = Math.min(remembered.x + remembered.width, s.x + s.width) - Math.max(remembered.x, s.x)
    return across >= 100 && remembered.y >= s.y && remembered.y + 40 <= s.y + s.height
  })
  if (!screen) return { ...DEFAULT_SIZE }
  return {
    x: remembered.x,
    y: remembered.y,
    width: Math.max(MIN_SIZE.width, Math.min(remembered.width, screen.width)),
    height: Math.max(MIN_SIZE.height, Math.min(remembered.height, screen.height)),
  }
}
