// The matcher's index: people as they are compared, what was learnt of them and which pairs are worth keeping, in a file of
// its own. All of it is derived and may be thrown away at any time.
// Invariant: what it says of how far it is was written in one transaction with what it says that of; so a process that dies
// at any moment goes on where it was.
import { rmSync } from 'node:fs'
import type { Link } from '../duplicates/book'
import type { Stretch, Stretches } from '../duplicates/evidence'
import type { Said, Weights } from '../duplicates/fitting'
import type { PersonRecord } from '../duplicates/record'
import { openSqlite, type SqliteDatabase } from '../sqlite/database'

/** Raised with every change of the tables, and of how values are compared. */
const VERSION = 1
/** The codes of SQLite for a file that is damaged, and for one that is something else. */
const DAMAGED: readonly unknown[] = [11, 26]
/** Rows written in one transaction. */
const SLICE = 2000

/** How far a search is, and what it began with. */
export interface Progress {
  phase: 'none' | 'reading' | 'comparing' | 'ready'
  /** Of the last search that ended. */
  completed: { id: string; at: number } | null
  /** Reading goes on behind this person. */
  cursor: string
  /** Where the documents were: what changed since is not in it. */
  position: unknown
  /** What was settled of identifiers that several people share, and those of them that were met. */
  sharedState: string
  shared: readonly string[]
  /** People put and removed since weights were learnt. */
  changes: number
}

const NOTHING: Progress = {
  ...{ phase: 'none', completed: null, cursor: '', position: null, sharedState: '', shared: [], changes: 0 },
}

/** What a whole index holds. */
interface KeptIndex {
  weights: Weights
  others: readonly string[]
  said(id: string): Said | undefined
  links(): Iterable<Link>
}

/** People put in and removed, and what that came to. */
interface IndexChange {
  put: readonly PersonRecord[]
  remove: readonly string[]
  /** In the order in which they came about. */
  links: readonly Link[]
  said(id: string): Said | undefined
}

export interface IndexFile {
  readonly progress: Progress
  /** How many people it has. */
  readonly people: number
  /** Forgets all, and begins a search. */
  begin(progress: Partial<Progress>): void
  /** Forgets what was learnt and found, not the people: they are to be compared anew. */
  relearn(): void
  /** Puts people in who were read. */
  add(records: readonly PersonRecord[], progress: Partial<Progress>): void
  records(): PersonRecord[]
  /** Where comparing is noted. */
  readonly stretches: Stretches
  /** Keeps what was learnt and found. */
  finish(kept: KeptIndex, progress: Partial<Progress>): void
  /** @throws when the index is not whole */
  kept(): KeptIndex
  change(change: IndexChange, progress: Partial<Progress>): void
  note(progress: Partial<Progress>): void
  close(): void
}

/** Opens the file, or makes it; one of another version, or that is damaged, is made anew. */
export function openIndexFile(path: string): IndexFile {
  try {
    return open(path)
  } catch (error) {
    const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff
    if (!(error instanceof OtherVersion) && !DAMAGED.includes(code)) throw error
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    return open(path)
  }
}

class OtherVersion extends Error {}

function open(path: string): IndexFile {
  const db = openSqlite(path, { timeout: 5000 })
  try {
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version !== 0 && version !== VERSION) throw new OtherVersion()
    // A power cut may cost the last moments of it, never its soundness. Erased values are overwritten.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192')
    db.exec('PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 4194304')
    db.exec(TABLES)
    db.exec(`PRAGMA user_version = ${VERSION}`)
    return over(db)
  } catch (error) {
    db.close()
    throw error
  }
}

/** People stand under numbers of their own, since pairs of numbers take a quarter of the room. */
const TABLES = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS person (n INTEGER PRIMARY KEY, id TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS said (n INTEGER PRIMARY KEY, weights TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS link (a INTEGER, b INTEGER, p REAL NOT NULL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS compared (stretch INTEGER PRIMARY KEY, pattern_of BLOB NOT NULL, patterns BLOB NOT NULL) STRICT;
`

function over(db: SqliteDatabase): IndexFile {
  const putMeta = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  const getMeta = db.prepare('SELECT value FROM meta WHERE key = ?')
  const putPerson = db.prepare('INSERT INTO person (id, record) VALUES (?, ?)')
  const dropPerson = db.prepare('DELETE FROM person WHERE n = ?')
  const dropSaid = db.prepare('DELETE FROM said WHERE n = ?')
  const putSaid = db.prepare('INSERT OR REPLACE INTO said VALUES (?, ?)')
  const putLink = db.prepare('INSERT OR REPLACE INTO link VALUES (?, ?, ?)')
  const dropLink = db.prepare('DELETE FROM link WHERE a = ? AND b = ?')
  const numbers = new Map<string, number>()
  for (const { n, id } of db.prepare('SELECT n, id FROM person').iterate()) numbers.set(String(id), Number(n))
  const read = (key: string): unknown => {
    const value = getMeta.get(key)?.['value']
    return value === undefined ? undefined : JSON.parse(String(value))
  }
  let progress: Progress = { ...NOTHING, ...(read('progress') as Progress | undefined) }

  function write(work: () => void, change: Partial<Progress> = {}): void {
    const next = { ...progress, ...change }
    db.exec('BEGIN IMMEDIATE')
    try {
      work()
      putMeta.run('progress', JSON.stringify(next))
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK') // an error may have ended it
      throw error
    }
    progress = next
  }

  function put({ id, ...record }: PersonRecord): void {
    drop(id)
    numbers.set(id, Number(putPerson.run(id, JSON.stringify(record)).lastInsertRowid))
  }
  function drop(id: string): void {
    const n = numbers.get(id)
    if (n === undefined) return
    dropPerson.run(n)
    dropSaid.run(n)
    numbers.delete(id)
  }
  function keepSaid(id: string, said: Said | undefined): void {
    const n = numbers.get(id)
    if (n !== undefined && said && tells(said)) putSaid.run(n, JSON.stringify([said.mails, said.phones, said.family]))
  }
  function numbered({ a, b, p }: Link) {
    const [one, other] = [numbers.get(a), numbers.get(b)]
    return one === undefined || other === undefined || p === undefined ? undefined : { one, other, p }
  }
  function putLinks(link: Link): void {
    const known = numbered(link)
    if (known) putLink.run(known.one, known.other, known.p)
  }
  /** As the table has them: each page is written once, and full. */
  const inFileOrder = (links: Iterable<Link>) =>
    Array.from(links, numbered)
      .filter((one) => one !== undefined)
      .sort((x, y) => x.one - y.one || x.other - y.other)

  return {
    get progress() {
      return progress
    },
    get people() {
      return numbers.size
    },
    begin(change) {
      write(
        () => {
          db.exec('DELETE FROM person; DELETE FROM said; DELETE FROM link; DELETE FROM compared')
          numbers.clear()
        },
        { ...NOTHING, completed: progress.completed, phase: 'reading', ...change },
      )
    },
    relearn: () =>
      write(() => db.exec('DELETE FROM said; DELETE FROM link; DELETE FROM compared'), {
        phase: 'comparing',
        changes: 0,
      }),
    add: (records, change) => write(() => records.forEach(put), change),
    records: () =>
      db
        .prepare('SELECT id, record FROM person ORDER BY n')
        .all()
        .map(({ id, record }) => ({ id: String(id), ...(JSON.parse(String(record)) as Omit<PersonRecord, 'id'>) })),
    stretches: stretchesOf(db, write),
    finish({ weights, others, said, links }, change) {
      for (const ids of slicesOf(numbers.keys()))
        write(() => {
          for (const id of ids) keepSaid(id, said(id))
        })
      for (const some of slicesOf(inFileOrder(links())))
        write(() => {
          for (const { one, other, p } of some) putLink.run(one, other, p)
        })
      write(
        () => {
          putMeta.run('weights', JSON.stringify({ ...weights, model: plain(weights.model), others }))
          db.exec('DELETE FROM compared')
        },
        { ...change, phase: 'ready' },
      )
    },
    kept() {
      const kept = read('weights') as { model: PlainModel; averages: Weights['averages']; others: string[] } | undefined
      if (!kept) throw new Error('The index is not whole')
      const { model, averages, others } = kept
      const readSaid = db.prepare('SELECT weights FROM said WHERE n = ?')
      return {
        weights: { model: modelOf(model), averages },
        others,
        said(id) {
          const row = readSaid.get(numbers.get(id) ?? 0)
          if (!row) return undefined
          const [mails, phones, family] = JSON.parse(String(row['weights'])) as [Said['mails'], Said['phones'], number]
          return { mails, phones, family }
        },
        *links() {
          const ids = new Map([...numbers].map(([id, n]) => [n, id]))
          for (const { a, b, p } of db.prepare('SELECT a, b, p FROM link').iterate())
            yield { a: ids.get(Number(a)) ?? '', b: ids.get(Number(b)) ?? '', p: Number(p) }
        },
      }
    },
    change({ put: records, remove, links, said }, change) {
      write(() => {
        for (const { a, b, p } of links) if (p === undefined) dropLinks(a, b) // by the numbers that both still have
        for (const id of remove) drop(id)
        for (const record of records) {
          put(record)
          keepSaid(record.id, said(record.id))
        }
        for (const link of new Map(links.map((one) => [`${one.a} ${one.b}`, one])).values()) putLinks(link)
      }, change)
      // What was erased is left nowhere, the log included.
      if (remove.length > 0) db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    },
    note: (change) => write(() => undefined, change),
    close: () => db.close(),
  }

  function dropLinks(a: string, b: string): void {
    const [one, other] = [numbers.get(a), numbers.get(b)]
    if (one !== undefined && other !== undefined) dropLink.run(one, other)
  }
}

/** Some rows at a time: each slice is a transaction. */
function* slicesOf<T>(all: Iterable<T>): Iterable<T[]> {
  let slice: T[] = []
  for (const one of all) {
    slice.push(one)
    if (slice.length < SLICE) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
}

function stretchesOf(db: SqliteDatabase, write: (work: () => void) => void): Stretches {
  const get = db.prepare('SELECT pattern_of, patterns FROM compared WHERE stretch = ?')
  const put = db.prepare('INSERT OR REPLACE INTO compared VALUES (?, ?, ?)')
  const bytes = ({ buffer, byteOffset, byteLength }: Int32Array | Uint8Array) =>
    new Uint8Array(buffer, byteOffset, byteLength)
  return {
    read(stretch): Stretch | undefined {
      const row = get.get(stretch) as { pattern_of: Uint8Array; patterns: Uint8Array } | undefined
      return row && { patternOf: new Int32Array(row.pattern_of.slice().buffer), patterns: row.patterns }
    },
    write: (stretch, { patternOf, patterns }) => write(() => put.run(stretch, bytes(patternOf), bytes(patterns))),
  }
}

/** Whether there is anything that a record whose values were never met would not have. */
const tells = ({ mails, phones, family }: Said): boolean =>
  family !== 0 || [...mails, ...phones].some(([weight, people]) => weight !== 0 || people !== 1)

type Model = Weights['model']
type PlainModel = Omit<Model, 'same' | 'related'> & { same: number[][]; related: number[][] }

const plain = (model: Model): PlainModel => ({
  ...model,
  same: model.same.map((weights) => [...weights]),
  related: model.related.map((weights) => [...weights]),
})
const modelOf = (model: PlainModel): Model => ({
  ...model,
  same: model.same.map((weights) => Float64Array.from(weights)),
  related: model.related.map((weights) => Float64Array.from(weights)),
})
