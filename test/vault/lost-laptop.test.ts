// A laptop that is lost: its finder has the data folder, as the product left it when it was killed in the middle of its work,
// and not the key. All bytes of all files are searched for what was put in.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { eventually, Gateway, newFolder, removeFolders } from '../api/support/gateway'

vi.setConfig({ testTimeout: 240_000 })

const running: Gateway[] = []
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop('SIGKILL')
})
afterAll(removeFolders)

const KEY = 'a key that the laptop does not hold'
const CONTACTS = '/api/v2/externalcontacts/contacts'
const PEOPLE = 13

/** What is put in of each person, in an order of its own: no two look alike. */
const planted = Array.from({ length: PEOPLE }, (_, n) => {
  const mark = (1000 + n * 37).toString()
  return {
    firstName: `Zephyrine${mark}`,
    lastName: `Quillfeather${mark}`,
    workEmail: `zq${mark}@planted.example`,
    cellPhone: `+4930901${mark}`,
    street: `Lindwurmgasse ${mark}`,
    city: `Obertupfing${mark}`,
    title: `Glockengiesser ${mark}`,
    note: `Wants the blue teapot number ${mark}`,
  }
})
const REMARK = 'Came with the table of the fair 4711'

const start = async (dir: string, environment: Record<string, string>, ...more: string[]) => {
  const gateway = await Gateway.start(['--data-dir', dir, '--port', '0', ...more], environment)
  running.push(gateway)
  return gateway
}
const serve = async (dir: string, environment: Record<string, string> = {}, ...more: string[]) =>
  (await start(dir, environment, ...more)).ready()

/** A table on its way in: its file as it was sent, and the report of its import. */
async function importTable(gateway: Gateway): Promise<void> {
  const form = new FormData()
  const rows = planted.map(({ firstName, workEmail }) => `Imported ${firstName},imported-${workEmail},${REMARK}`)
  const table = ['First name,Email,Remark', ...rows, `Refused,not an address,${REMARK}`].join('\n')
  form.append('file', new Blob([table]), `people.csv`)
  const answer = await fetch(`${gateway.address}/api/v2/local/import`, {
    method: 'POST',
    headers: { authorization: 'Bearer a-token-of-the-tests' },
    body: form,
  })
  expect(answer.status).toBe(202)
  const { id } = (await answer.json()) as { id: string }
  await eventually('the import', async () => {
    const { state } = await gateway.ok('GET', `/api/v2/local/import/${id}`)
    return ['done', 'failed'].includes(state?.phase)
  })
}

/** Puts everybody in, and is killed once it is on the disk. @returns the id of the first */
async function fill(dir: string, environment: Record<string, string>, ...more: string[]): Promise<string> {
  const gateway = await serve(dir, environment, ...more)
  const isPlain = environment['SCV_KEY'] === undefined && more.length === 0
  expect(gateway.stderr.includes('plain text')).toBe(isPlain)
  expect(gateway.stderr.includes('not encrypted')).toBe(isPlain)
  const ids: string[] = []
  for (const { note, street, city, ...rest } of planted) {
    const body = { ...rest, cellPhone: { userInput: rest.cellPhone }, address: { address1: street, city } }
    const { id } = await gateway.ok('POST', CONTACTS, body)
    await gateway.ok('POST', `${CONTACTS}/${id}/notes`, { noteText: note })
    ids.push(id)
  }
  await importTable(gateway)
  await eventually('the search', async () => {
    const { entities } = await gateway.ok('GET', `${CONTACTS}?q=${planted[PEOPLE - 1]?.lastName}`)
    return entities.length > 0
  })
  await gateway.stop('SIGKILL')
  return ids[0] ?? ''
}

const filesOf = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
const digests = (dir: string) =>
  filesOf(dir)
    .filter((path) => !/logs/.test(path))
    .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')])

/** Which of the planted values stand in some file: as they are, in small letters, in UTF-16, numbers without their plus and turned round. */
function found(dir: string): Set<string> {
  const reversed = (text: string) => [...text].reverse().join('')
  const forms = (value: string) => {
    const digits = value.replace(/\D/g, '')
    const texts = [value, value.toLowerCase(), ...(/^\+\d+$/.test(value) ? [digits, reversed(digits)] : [])]
    return texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')])
  }
  const wanted = [...planted.flatMap((person) => Object.values(person)), REMARK]
  const hits = new Set<string>()
  for (const path of filesOf(dir)) {
    const bytes = readFileSync(path)
    for (const value of wanted) if (forms(value).some((form) => bytes.includes(form))) hits.add(value)
  }
  return hits
}

const onTheirWay = (dir: string) => filesOf(join(dir, 'imports')).filter((path) => statSync(path).size > 0)

test('what a finder reads: all of a folder without a key, nothing of one with a key, whether new or encrypted later', async () => {
  const open = newFolder()
  const id = await fill(open, {})
  expect(found(open).size).toBe(planted.length * 8 + 1) // the search finds

  expect(onTheirWay(open).length).toBeGreaterThan(0) // there is a report, and it cannot be read by then

  // Encrypted later: what was plain is gone, and what was said is there.
  const keyed = await serve(open, { SCV_KEY: KEY })
  expect(keyed.stderr).not.toContain('plain text')
  expect(await keyed.ok('GET', `${CONTACTS}/${id}`)).toMatchObject({ firstName: planted[0]?.firstName })
  const { entities } = await keyed.ok('GET', `${CONTACTS}?q=${planted[3]?.lastName}`)
  expect(entities).toHaveLength(1)
  await keyed.stop('SIGKILL')
  expect([...found(open)]).toEqual([])

  // New with a key, and killed in the middle of its work.
  const file = join(newFolder(), 'key')
  writeFileSync(file, `${KEY}\n`)
  const closed = newFolder()
  await fill(closed, {}, '--key-file', file)
  expect([...found(closed)]).toEqual([])
  expect(onTheirWay(closed).length).toBeGreaterThan(0)

  // Without the key nothing opens, and nothing is touched.
  const before = digests(closed)
  for (const [environment, code] of [
    [{}, 'key_needed'],
    [{ SCV_KEY: 'some other key than it' }, 'wrong_key'],
  ] as const) {
    const refused = await start(closed, environment)
    expect(await refused.ended).toBe(1)
    expect(refused.stderr).toContain(`(${code})`)
    expect(refused.stdout).toBe('')
  }
  expect(digests(closed)).toEqual(before)
})
