// On a small disk of its own: fills a folder a little, closes it, fills the disk to its last byte, and opens the folder again.
// Usage: full-disk-child DISK. Says what it found, as JSON.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { getRxStorageSQLite, StorageError } from '../../../src-main/storage/index'
import { takeKey } from './key'
import { item, openItems } from './model'
import { contentOf } from './read'
import { say } from './say'

const [disk = ''] = process.argv.slice(2)
const folder = join(disk, 'data')
const BALLAST = join(disk, 'ballast')
const batch = (op: number, size: number) => Array.from({ length: size }, (_, i) => ({ document: item(op, i, size) }))
takeKey()

/** Until nothing more goes in. */
function fillDisk(): void {
  const file = openSync(BALLAST, 'w')
  for (let piece = 64 * 1024; piece >= 1; ) {
    try {
      writeSync(file, Buffer.alloc(piece))
    } catch {
      piece = piece === 1 ? 0 : piece >> 1
    }
  }
  closeSync(file)
}

async function openAll() {
  const storage = getRxStorageSQLite({ folder })
  return openItems(storage, 'contacts')
}

const first = await openAll()
await first.bulkWrite(batch(1, 5), 'before')
await first.close()
fillDisk()

const opened = await openAll()
const read = (await contentOf(opened)).length
let kind = ''
for (let op = 2; kind === '' && op < 1_000; op += 1)
  try {
    await opened.bulkWrite(batch(op, 50), 'fill')
  } catch (error) {
    kind = error instanceof StorageError ? error.kind : String(error)
  }
await opened.close()

// Closed and opened once more on the disk that is full by now.
const again = await openAll()
const readAgain = (await contentOf(again)).length
rmSync(BALLAST)
const { error } = await again.bulkWrite(batch(5_000, 5), 'after')
await again.close()
say(JSON.stringify({ read, kind, readsMore: readAgain >= read, refusedAfterwards: error.length }))
