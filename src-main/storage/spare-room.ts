// Room on the disk that is kept while a folder is closed, so that it can be opened when the disk is full: SQLite's logs and their
// indexes, and our notes, take some before anything can be read. Invariant: it is given back before anything of the folder is
// opened, and kept again, as much as there is, once all of it is closed. Nothing depends on it where there is room.
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'storage.room'
/** An index of a log is 32 KiB, and there are five; each page that is written at the start is in a log. */
const BYTES = 1024 * 1024
const PIECE = 64 * 1024

/** Gives the room back. */
export function giveRoom(folder: string): void {
  rmSync(join(folder, FILE), { force: true })
}

/** Keeps room again. Less than wanted, or none, is no failure of what is being closed. */
export function keepRoom(folder: string): void {
  try {
    // A disk that packs files would keep nothing for zeroes.
    const piece = randomBytes(PIECE)
    const file = openSync(join(folder, FILE), 'w', 0o600)
    try {
      for (let kept = 0; kept < BYTES; kept += writeSync(file, piece));
    } finally {
      closeSync(file)
    }
  } catch {
    // A full disk, or a folder that was taken away meanwhile: what could be written is kept.
  }
}
