// Damaged files. Whatever happened to the files while nobody had them open, the next start either says that they are
// damaged and what to do, or has everything that was ever acknowledged: never less, and never an empty database.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqlite } from '../../../src-main/sqlite/database'
import { getRxStorageSQLite, StorageError } from '../../../src-main/storage/index'
import { beginCheck } from '../../../src-main/storage/maintenance'
import { bundled } from '../../support/bundled'
import { discard, start, temporaryFolder } from './children'
import { writeUnder } from './key'
import { type CollectionName, DATABASE, item, openItems, random } from './model'
import { contentOf } from './read'

const SEED = Number(process.env['SCV_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
const DOCUMENTS = 2_000
const PAGE = 4_096

const fileIn = (folder: string) => join(folder, getRxStorageSQLite({ folder }).fileNameOf(DATABASE))

/** Overwrites bytes in place; `content` is repeated or cut to `length`. */
function overwrite(path: string, offset: number, content: Uint8Array): void {
  const bytes = readFileSync(path)
  bytes.set(content.subarray(0, Math.max(0, bytes.length - offset)), offset)
  writeFileSync(path, bytes)
}
const garbage = (length: number, seed = 1) => {
  const next = random(seed)
  return Uint8Array.from({ length }, () => Math.trunc(next() * 256))
}

type Outcome = 'intact' | { kind: string; message: string }

/** Opens the folder and reads every document that was acknowledged, as the product would at its next start. */
async function reopen(folder: string, expected: ReadonlySet<string>): Promise<Outcome> {
  const storage = getRxStorageSQLite({ folder })
  try {
    const found = new Set<string>()
    for (const name of ['contacts', 'claims'] satisfies CollectionName[]) {
      const items = await openItems(storage, name)
      try {
        for (const { id, text } of await contentOf(items)) if (text.length === 400) found.add(`${name} ${id}`)
      } finally {
        await items.close()
      }
    }
    const lost = [...expected].filter((id) => !found.has(id))
    if (lost.length > 0)
      throw new Error(`opened as if nothing had happened, but ${lost.length} of ${expected.size} are lost`)
    return 'intact'
  } catch (error) {
    if (error instanceof StorageError) return { kind: error.kind, message: error.message }
    throw error
  }
}
const digests = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => /\.sqlite$/.test(name) || (/\.sqlite-wal$/.test(name) && statSync(join(folder, name)).size > 0))
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )

/** A folder whose application was closed, and one whose application went on to write a little and was killed. */
const origins = { closed: temporaryFolder(), killed: temporaryFolder() }
const expected = { closed: new Set<string>(), killed: new Set<string>() }

beforeAll(async () => {
  const storage = getRxStorageSQLite({ folder: origins.closed })
  for (const name of ['contacts', 'claims'] satisfies CollectionName[]) {
    const items = await openItems(storage, name)
    const rows = Array.from({ length: DOCUMENTS }, (_, i) => ({ document: item(i, 0, 1) }))
    expect((await items.bulkWrite(rows, 'fill')).error).toEqual([])
    for (const { document } of rows) expected.closed.add(`${name} ${document.id}`)
    await items.close()
  }
  // A killed writer leaves its log behind: the last commits are in there and nowhere else.
  for (const name of readdirSync(origins.closed)) copyTimed(join(origins.closed, name), join(origins.killed, name))
  expected.killed = new Set(expected.closed)
  const script = await bundled('storage-filler')
  const child = start(script, origins.killed, '200') // few enough for the log not to be moved into the file
  await child.says('filled')
  await child.kill()
  for (const line of child.lines) if (line.startsWith('has ')) expected.killed.add(line.slice(4))
}, 60_000)
afterAll(() => {
  for (const folder of [origins.closed, origins.killed]) discard(folder)
})

interface Damage {
  readonly title: string
  readonly from: keyof typeof origins
  readonly damage: (path: string) => void
  /** What must come of it; `either` where it depends on what the lost bytes held. */
  readonly outcome: 'Corrupted' | 'intact' | 'either'
}
const size = (path: string) => statSync(path).size
const middle = (path: string) => Math.trunc(size(path) / PAGE / 2) * PAGE
const wal = (path: string) => `${path}-wal`

const damages: Damage[] = [
  { title: 'nothing at all, after a close', from: 'closed', damage: () => undefined, outcome: 'intact' },
  { title: 'nothing at all, after a kill', from: 'killed', damage: () => undefined, outcome: 'intact' },
  {
    title: 'header overwritten',
    from: 'closed',
    damage: (path) => overwrite(path, 0, garbage(100)),
    outcome: 'Corrupted',
  },
  {
    title: 'header zeroed',
    from: 'closed',
    damage: (path) => overwrite(path, 0, new Uint8Array(100)),
    outcome: 'Corrupted',
  },
  {
    title: 'header overwritten after a kill',
    from: 'killed',
    damage: (path) => overwrite(path, 0, garbage(100)),
    outcome: 'Corrupted',
  },
  {
    title: 'page size in the header changed',
    from: 'closed',
    damage: (path) => overwrite(path, 16, Uint8Array.of(2, 0)),
    outcome: 'Corrupted',
  },
  {
    title: 'a page in the middle zeroed',
    from: 'closed',
    damage: (path) => overwrite(path, middle(path), new Uint8Array(PAGE)),
    outcome: 'Corrupted',
  },
  {
    title: 'a page in the middle overwritten',
    from: 'closed',
    damage: (path) => overwrite(path, middle(path), garbage(PAGE)),
    outcome: 'Corrupted',
  },
  {
    title: 'a page zeroed after a kill, of those that the log does not hold anew',
    from: 'killed',
    damage: (path) => overwrite(path, Math.trunc(size(path) / PAGE / 5) * PAGE, new Uint8Array(PAGE)),
    outcome: 'Corrupted',
  },
  {
    title: 'a page replaced by another one of the file',
    from: 'closed',
    damage: (path) => overwrite(path, middle(path), readFileSync(path).subarray(0, PAGE)),
    outcome: 'Corrupted',
  },
  { title: 'cut to half', from: 'closed', damage: (path) => truncateSync(path, size(path) / 2), outcome: 'Corrupted' },
  {
    title: 'cut by one byte',
    from: 'closed',
    damage: (path) => truncateSync(path, size(path) - 1),
    outcome: 'Corrupted',
  },
  {
    title: 'cut by one page',
    from: 'closed',
    damage: (path) => truncateSync(path, size(path) - PAGE),
    outcome: 'Corrupted',
  },
  {
    title: 'cut by one page, with its old time of change',
    from: 'closed',
    damage: (path) => {
      const { atime, mtime } = statSync(path)
      truncateSync(path, size(path) - PAGE)
      utimesSync(path, atime, mtime)
    },
    outcome: 'Corrupted',
  },
  { title: 'of length zero', from: 'closed', damage: (path) => truncateSync(path, 0), outcome: 'Corrupted' },
  {
    title: 'of length zero after a kill',
    from: 'killed',
    damage: (path) => truncateSync(path, 0),
    outcome: 'Corrupted',
  },
  { title: 'deleted', from: 'closed', damage: (path) => rmSync(path), outcome: 'Corrupted' },
  {
    title: 'a text instead',
    from: 'closed',
    damage: (path) => writeFileSync(path, 'Dear diary,\n'.repeat(500)),
    outcome: 'Corrupted',
  },
  {
    title: 'another application’s database instead',
    from: 'closed',
    damage: (path) => {
      rmSync(path)
      const other = openSqlite(path)
      other.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)')
      other.close()
    },
    outcome: 'Corrupted',
  },
  {
    title: 'garbage as a log beside a file that was closed',
    from: 'closed',
    damage: (path) => writeFileSync(wal(path), garbage(50_000)),
    outcome: 'either',
  },
  {
    title: 'the log’s header overwritten',
    from: 'killed',
    damage: (path) => overwrite(wal(path), 0, garbage(32)),
    outcome: 'Corrupted',
  },
  {
    title: 'the log overwritten in the middle',
    from: 'killed',
    damage: (path) => overwrite(wal(path), Math.trunc(size(wal(path)) / 2), garbage(5_000)),
    outcome: 'Corrupted',
  },
  {
    title: 'the log zeroed in the middle',
    from: 'killed',
    damage: (path) => overwrite(wal(path), Math.trunc(size(wal(path)) / 2), new Uint8Array(5_000)),
    outcome: 'Corrupted',
  },
  {
    title: 'the log cut to half',
    from: 'killed',
    damage: (path) => truncateSync(wal(path), size(wal(path)) / 2),
    outcome: 'Corrupted',
  },
  { title: 'the log emptied', from: 'killed', damage: (path) => truncateSync(wal(path), 0), outcome: 'Corrupted' },
  { title: 'the log deleted', from: 'killed', damage: (path) => rmSync(wal(path)), outcome: 'Corrupted' },
]

function copyOf(origin: keyof typeof origins): string {
  const folder = temporaryFolder()
  for (const name of readdirSync(origins[origin])) copyTimed(join(origins[origin], name), join(folder, name))
  return folder
}
/** Keeps the time of change, to the nanosecond as far as the platform lets us: a copy is not a change. */
function copyTimed(from: string, to: string): void {
  copyFileSync(from, to)
  const { atimeMs, mtimeMs } = statSync(from)
  utimesSync(to, atimeMs / 1_000, mtimeMs / 1_000)
}

describe('a damaged file', () => {
  for (const { title, from, damage, outcome } of damages) {
    test(`${title}: ${outcome}`, async () => {
      const folder = copyOf(from)
      try {
        damage(fileIn(folder))
        const before = digests(folder)
        const answer = await reopen(folder, expected[from])
        if (outcome === 'intact') expect(answer).toBe('intact')
        if (answer === 'intact') return expect(outcome).not.toBe('Corrupted')
        expect(answer.kind).toBe('Corrupted')
        expect(answer.message).toContain(folder)
        expect(answer.message).toMatch(/backup/) // it says what to do
        expect(digests(folder)).toEqual(before) // and leaves what is there to whoever can repair it
        expect(await reopen(folder, expected[from])).toMatchObject({ kind: 'Corrupted' }) // and says so every time
      } finally {
        discard(folder)
      }
    })
  }

  test('a large one that another program changed is used until it is known', { timeout: 60_000 }, async () => {
    const folder = copyOf('closed')
    const path = fileIn(folder)
    const grown = openSqlite(path)
    grown.exec(`CREATE TABLE filler (x); WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 2500)
      INSERT INTO filler SELECT zeroblob(4000) FROM series`)
    const page = Number(grown.prepare("SELECT max(pageno) AS n FROM dbstat WHERE name = 'filler'").get()?.['n'])
    grown.close()
    const storage = getRxStorageSQLite({ folder })
    try {
      // Closed before it was looked through, it is looked through the next time.
      const given = beginCheck(path)
      given.giveUp()
      expect(await given.done).toBe(false)
      expect(await beginCheck(path).done).toBe(true)
      overwrite(path, (page - 1) * PAGE, garbage(PAGE))
      const items = await openItems(storage, 'contacts')
      const read = () =>
        items.findDocumentsById(['nothing'], false).then(
          () => undefined,
          ({ kind }) => kind,
        )
      await expect.poll(read, { timeout: 20_000 }).toBe('Corrupted')
      await items.close().catch(() => undefined) // it says so as well
      expect(existsSync(`${path}.clean`)).toBe(false) // it is looked through again
    } finally {
      discard(folder)
    }
  })

  test('half made by a process that was killed: it is made anew', async () => {
    const folder = temporaryFolder()
    try {
      const path = fileIn(folder)
      const half = openSqlite(path)
      half.exec('PRAGMA journal_mode = WAL')
      half.close()
      expect(size(path)).toBe(PAGE)
      // The journal of SQLite's very first write: no page to restore, and the file had a length of zero before.
      const journal = Buffer.alloc(512)
      Buffer.from('d9d505f920a163d7', 'hex').copy(journal)
      journal.writeUInt32BE(512, 20)
      journal.writeUInt32BE(PAGE, 24)
      writeFileSync(`${path}-journal`, journal)
      expect(await reopen(folder, new Set())).toBe('intact')
      expect(existsSync(`${path}-journal`)).toBe(false)
    } finally {
      discard(folder)
    }
  })

  test('random damage to whole pages, of either file, is either told or harmless', { timeout: 60_000 }, async () => {
    console.log(`damage test: SCV_SEED=${SEED}`)
    const next = random(SEED)
    const told = { Corrupted: 0, intact: 0 }
    for (let round = 0; round < 30; round += 1) {
      const from = round % 2 === 0 ? 'closed' : 'killed'
      const folder = copyOf(from)
      try {
        const path = fileIn(folder)
        const target = from === 'killed' && next() < 0.5 && existsSync(wal(path)) ? wal(path) : path
        const offset = Math.trunc((next() * size(target)) / PAGE) * PAGE
        const kind = next()
        if (kind < 0.3) truncateSync(target, Math.trunc(next() * size(target)))
        else overwrite(target, offset, kind < 0.6 ? new Uint8Array(PAGE) : garbage(PAGE, SEED + round))
        const answer = await reopen(folder, expected[from])
        if (answer === 'intact') told.intact += 1
        else {
          expect({ round, kind: answer.kind }).toEqual({ round, kind: 'Corrupted' })
          told.Corrupted += 1
        }
      } finally {
        discard(folder)
      }
    }
    expect(told.Corrupted).toBeGreaterThan(10)
  })

  test('a flipped bit in any page of an encrypted file is told', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder()
    writeUnder(Buffer.alloc(32, 5))
    try {
      const items = await openItems(getRxStorageSQLite({ folder }), 'contacts')
      const rows = Array.from({ length: 200 }, (_, i) => ({ document: item(i, 0, 1) }))
      expect((await items.bulkWrite(rows, 'fill')).error).toEqual([])
      await items.close()
      const path = fileIn(folder)
      const [whole, next] = [readFileSync(path), random(SEED)]
      const wanted = new Set(rows.map(({ document }) => `contacts ${document.id}`))
      expect(await reopen(folder, wanted)).toBe('intact')
      for (let round = 0; round < 12; round += 1) {
        const bytes = Buffer.from(whole)
        const at = round === 0 ? 200 : Math.trunc(next() * whole.length)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.trunc(next() * 8))
        writeFileSync(path, bytes)
        expect({ at, answer: await reopen(folder, wanted) }).toMatchObject({ at, answer: { kind: 'Corrupted' } })
      }
      writeFileSync(path, whole)
      expect(await reopen(folder, wanted)).toBe('intact')
      writeUnder(Buffer.alloc(32, 6))
      expect(await reopen(folder, wanted)).toMatchObject({ kind: 'Corrupted' })
    } finally {
      writeUnder(undefined)
      discard(folder)
    }
  })
})
