// Drafts on the device: durable, of the user who typed them, and gone with a person who is erased.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BehaviorSubject, filter, firstValueFrom, timeout } from 'rxjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDrafts } from '../../src-main/application/drafts'
import { openDrafts } from '../../src-main/device/drafts-file'
import { owner } from '../../src-main/engine/permissions'
import type { Draft } from '../../src-shared/contract/drafts'
import { draftsContract } from '../../src-shared/contract/drafts'
import { DRAFT_LENGTH_MAX, DRAFTS_MAX, NOTE_MAX } from '../../src-shared/model/limits'
import { type MemoryDevice, openDevice } from '../support/device'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scv-drafts-'))
  path = join(folder, 'drafts.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const draft = (subject: string, text: string, user: string | null = null): Draft => ({
  user,
  form: 'note',
  subject,
  values: { text },
  at: '2026-01-01T00:00:00.000Z',
})

describe('the file', () => {
  test('has what was kept, for its owner alone, and not what has ended', () => {
    const file = openDrafts(path)
    file.put(draft('a', 'first'))
    file.put(draft('a', 'second'))
    file.put(draft('b', 'other'))
    file.end(draft('b', ''))
    expect(openDrafts(path).all()).toEqual([draft('a', 'second')])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('that is damaged is put aside, not overwritten', () => {
    writeFileSync(path, '{"version":1,"drafts":[{"text":"half')
    openDrafts(path).put(draft('a', 'new'))
    expect(readdirSync(folder).sort()).toEqual(['drafts.json', 'drafts.json.damaged'])
    expect(readFileSync(`${path}.damaged`, 'utf8')).toContain('half')
  })

  test('takes no more than there is room for, and what stands in it can still be changed', () => {
    const many = Array.from({ length: DRAFTS_MAX }, (_, at) => draft(String(at), 'x'))
    writeFileSync(path, JSON.stringify({ version: 1, drafts: many }))
    const file = openDrafts(path)
    expect(() => file.put(draft('one more', 'x'))).toThrow(/Finish or discard/)
    file.put(draft('7', 'changed'))
    expect(file.all()).toHaveLength(DRAFTS_MAX)
  })

  test('is offered no more text than one draft may hold', () => {
    const { input } = draftsContract['drafts.keep']
    const half = 'x'.repeat(NOTE_MAX)
    expect(input.safeParse({ ...draft('a', half) }).success).toBe(true)
    expect(input.safeParse({ ...draft('a', ''), values: { a: half, b: half } }).success).toBe(
      2 * NOTE_MAX <= DRAFT_LENGTH_MAX,
    )
    expect(input.safeParse({ ...draft('a', ''), values: { a: half, b: half, c: 'x' } }).success).toBe(false)
  })
})

describe('drafts', () => {
  const me = owner('me')
  let device: MemoryDevice
  beforeAll(async () => {
    device = await openDevice()
  })
  afterAll(() => device.close())

  test('are those of the user signed in and of the device; a former user finds theirs again', async () => {
    const { engine } = device
    const user$ = new BehaviorSubject<string | null>('anna')
    const file = openDrafts(path)
    const drafts = createDrafts(file, engine, user$, () => undefined)
    drafts.keep(draft('x', 'of Anna', 'anna'))
    drafts.keep(draft('y', 'of the device'))
    const shown = async () => (await firstValueFrom(drafts.mine$())).drafts.map(({ values }) => values['text'])
    expect(await shown()).toEqual(['of Anna', 'of the device'])
    user$.next('ben')
    expect(await shown()).toEqual(['of the device'])
    drafts.keep(draft('y', 'Ben went on', 'ben'))
    expect(await shown()).toEqual(['Ben went on'])
    user$.next('anna')
    expect(await shown()).toEqual(['of Anna'])
    drafts.close()
  })

  test('about a person who is erased are erased, and the window is told', async () => {
    const { engine } = device
    const person = await engine.contacts.create(me, { firstName: 'Ann' })
    const other = await engine.contacts.create(me, { firstName: 'Bo' })
    const file = openDrafts(path)
    const drafts = createDrafts(file, engine, new BehaviorSubject(null), () => undefined)
    drafts.keep(draft(person, 'about Ann'))
    drafts.keep({ ...draft(`${person} ${other}`, 'both'), form: 'never-merge' })
    drafts.keep(draft(other, 'about Bo'))
    drafts.keep({ ...draft('lookup', 'Ann'), form: 'search' })
    const told = firstValueFrom(
      drafts.mine$().pipe(
        filter((mine) => mine.drafts.length === 1),
        timeout(10_000),
      ),
    )
    await engine.contacts.update(me, other, { lastName: 'Lee' })
    expect(file.all().some(({ form }) => form === 'search')).toBe(true)
    await engine.erasure.erase(me, person)
    expect((await told).drafts.map(({ subject }) => subject)).toEqual([other])
    drafts.close()
    // One who was erased while this device was off.
    file.put(draft(person, 'late'))
    const later = createDrafts(file, engine, new BehaviorSubject(null), () => undefined)
    await firstValueFrom(
      later.mine$().pipe(
        filter((mine) => mine.drafts.length === 1),
        timeout(10_000),
      ),
    )
    later.close()
  })

  test('that were begun before a merge are erased with the merged person', async () => {
    const { engine } = device
    const [a, b] = [
      await engine.contacts.create(me, { firstName: 'Cy' }),
      await engine.contacts.create(me, { firstName: 'Cyril' }),
    ]
    const drafts = createDrafts(openDrafts(path), engine, new BehaviorSubject(null), () => undefined)
    drafts.keep(draft(a, 'about Cy'))
    const merged = await engine.merges.merge(me, { contactIds: [a, b], choices: {} })
    const gone = firstValueFrom(
      drafts.mine$().pipe(
        filter((mine) => mine.drafts.length === 0),
        timeout(5_000),
      ),
    )
    await engine.erasure.erase(me, merged.contactId)
    expect((await gone).drafts).toEqual([])
    drafts.close()
  })
})
