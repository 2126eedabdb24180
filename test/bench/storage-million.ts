// The part of the storage bench with a million documents: opening in a fresh process, and reads whose cost must not
// grow with the file. The floor is raw SQLite on the very same file, with the statements one would write by hand.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { openSqlite } from '../../src-main/sqlite/database'
import { getRxStorageSQLite } from '../../src-main/storage'
import { type BenchRow, median, randomSource, row, timed } from './harness'
import { CITIES, idOf, openPeople, personOf } from './storage-engines'

const NAME = 'million'
const BATCH = 5000
const OPENINGS = 5

/** In a process of its own: milliseconds from opening the database to the first document. */
export async function measureOpening(folder: string, count: number): Promise<void> {
  const start = performance.now()
  const { database, people } = await openPeople(getRxStorageSQLite({ folder }), NAME)
  const found = await people.findOne(idOf(count >> 1)).exec()
  const took = performance.now() - start
  if (!found) throw new Error('the document is not there')
  await database.close()
  console.log(took)
}

function openInFreshProcess(folder: string, count: number): number {
  const script = process.argv[1] ?? ''
  const run = spawnSync(process.execPath, [script, '--open', folder, '--open-count', String(count)], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return Number(run.stdout)
}

async function fill(folder: string, count: number): Promise<void> {
  // Without waiting for the disk: only the result matters here.
  const { database, people } = await openPeople(getRxStorageSQLite({ folder, synchronous: 'OFF' }), NAME)
  for (let i = 0; i < count; i += BATCH) {
    await people.bulkInsert(Array.from({ length: Math.min(BATCH, count - i) }, (_, k) => personOf(i + k)))
  }
  await database.close()
}

/** All rows of this part. */
export async function benchMillion(folder: string, count: number): Promise<BenchRow[]> {
  await fill(folder, count)
  const rows: BenchRow[] = []
  const openings = Array.from({ length: OPENINGS }, () => openInFreshProcess(folder, count))
  const label = `${count.toLocaleString('en')} documents: `
  rows.push(row(`${label}open and first read, fresh process`, 'ms', median(openings), 0, '< 50'))

  const { database, people } = await openPeople(getRxStorageSQLite({ folder }), NAME)
  const raw = openSqlite(join(folder, `${NAME}.sqlite`), { readOnly: true })
  raw.exec('PRAGMA cache_size = -64000')
  const table = String(
    raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'd*_people'").get()?.['name'],
  )
  const column = (end: string): string =>
    String(raw.prepare('SELECT name FROM pragma_table_info(?) WHERE name LIKE ?').get(table, `%${end}`)?.['name'])
  const year = column('birthYear')
  const parse = (found: unknown): unknown => JSON.parse(String((found as { body: unknown }).body))
  const byId = raw.prepare(`SELECT body FROM ${table} WHERE id = ?`)
  const range = {
    asc: raw.prepare(`SELECT body FROM ${table} WHERE deleted = 0 AND ${year} >= ? ORDER BY ${year}, id LIMIT 50`),
    desc: raw.prepare(
      `SELECT body FROM ${table} WHERE deleted = 0 AND ${year} <= ? ORDER BY ${year} DESC, id DESC LIMIT 50`,
    ),
  }
  const countCity = raw.prepare(`SELECT count(*) AS n FROM ${table} WHERE deleted = 0 AND ${column('city')} = ?`)

  const pick = randomSource(7)
  const contend = async (
    what: string,
    unit: 'µs' | 'ms',
    goal: '≤ 1.5' | '≤ 2' | '≤ 2.5' | '≤ 4',
    repetitions: number,
    mine: (i: number) => unknown,
    floor: (i: number) => unknown,
  ): Promise<void> => {
    const times = { mine: [] as number[], floor: [] as number[] }
    for (let i = 0; i < repetitions; i++) {
      // Another argument each, so that neither finds the other's pages warm in its own cache.
      times.floor.push(await timed(() => floor(2 * i)))
      times.mine.push(await timed(() => mine(2 * i + 1)))
    }
    const scale = unit === 'µs' ? 1000 : 1
    rows.push(row(label + what, unit, median(times.mine) * scale, median(times.floor) * scale, goal))
  }
  const instance = people.storageInstance
  const someone = (): string => idOf(pick(count))
  await contend(
    'one by id, storage',
    'µs',
    '≤ 1.5',
    1001,
    () => instance.findDocumentsById([someone()], false),
    () => parse(byId.get(someone())),
  )
  await contend(
    'one by id, findOne',
    'µs',
    '≤ 4',
    1001,
    () => people.findOne(someone()).exec(),
    () => parse(byId.get(someone())),
  )
  for (const direction of ['asc', 'desc'] as const) {
    await contend(
      `indexed range, ${direction}, limit 50`,
      'ms',
      '≤ 2.5',
      31,
      (i) =>
        people
          .find({
            selector: { birthYear: direction === 'asc' ? { $gte: 1935 + i } : { $lte: 1935 + i } },
            sort: [{ birthYear: direction }],
            limit: 50,
          })
          .exec(),
      (i) => range[direction].all(1935 + i).map(parse),
    )
  }
  await contend(
    'count by an indexed value (2 %)',
    'ms',
    '≤ 2',
    25,
    (i) => people.count({ selector: { city: `City ${i % CITIES}` } }).exec(),
    (i) => countCity.get(`City ${i % CITIES}`),
  )
  raw.close()
  await database.close()
  return rows
}
