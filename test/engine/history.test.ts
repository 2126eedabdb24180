// A person's history: what was done comes as a list whose before and after are what was shown, and any earlier state comes back.
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { personAsOf } from '../../src-main/engine/derive/as-of'
import { justBefore } from '../../src-main/engine/derive/moments'
import { sameJson } from '../../src-main/engine/documents/canonical-json'
import { pastRecordsOf } from '../../src-main/engine/queries/past-records'
import { ScvError } from '../../src-shared/errors'
import { HISTORY_PAGE_LENGTH, type HistoryEvent, type HistoryKind } from '../../src-shared/model/history'
import type { ContactId, MergeId, NoteId, Stamp } from '../../src-shared/model/ids'
import { putHeavy } from '../bench/scale/heavy'
import { openMeeting } from '../support/apart'
import { cases } from '../support/arbitraries'
import { type MemoryDevice, openDevice } from '../support/device'
import { ann } from '../support/engine'
import { phone } from '../support/people'

const open: MemoryDevice[] = []
afterEach(async () => {
  for (const device of open.splice(0)) await device.close()
})
async function device(): Promise<MemoryDevice> {
  const one = await openDevice()
  open.push(one)
  return one
}

/** Every event of a person, read in pages of some size. */
async function allOf({ engine }: MemoryDevice, id: ContactId, limit: number, kinds?: readonly HistoryKind[]) {
  const events: HistoryEvent[] = []
  let after: Stamp | undefined
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = await engine.queries.history(id, { limit, after, kinds })
    events.push(...page.events)
    if (page.next === null) return events
    expect(page.next < (after ?? '~')).toBe(true)
    after = page.next
  }
  throw new Error('the pages never end')
}

/** The result of a merge since undone stands for no person. */
const isThere = ({ views }: MemoryDevice, id: ContactId) => {
  const status = views.person(id)?.status
  return status !== undefined && status !== 'undone'
}

/** What is shown of a person, as far as an earlier state gives it. */
function shownNow({ views }: MemoryDevice, id: ContactId) {
  const person = views.person(id)
  if (!person || person.status === 'undone') return undefined
  const { id: head, type, status, fields, displayName, members } = person
  return { head, type, status, fields, displayName, members: [...members].sort() }
}

async function shownThen(one: MemoryDevice, id: ContactId, until: Stamp) {
  const past = await pastRecordsOf({ store: one.store, views: one.views }, id, false)
  const then = personAsOf(past, id, until)
  if (!then || then.person.status === 'undone') return undefined
  const { id: head, type, status, fields, displayName, members } = then.person
  return { head, type, status, fields, displayName, members: [...members].sort() }
}

interface Command {
  what:
    | 'add'
    | 'rename'
    | 'detail'
    | 'call'
    | 'note'
    | 'reword'
    | 'merge'
    | 'undo'
    | 'split'
    | 'bin'
    | 'keep'
    | 'identifier'
  who: number
  other: number
  value: number
}
const command: fc.Arbitrary<Command> = fc.record({
  what: fc.constantFrom(
    ...([
      'add',
      'rename',
      'detail',
      'call',
      'note',
      'reword',
      'merge',
      'undo',
      'split',
      'bin',
      'keep',
      'identifier',
    ] as const),
  ),
  who: fc.nat(9),
  other: fc.nat(9),
  value: fc.nat(5),
})

/** What devices know in common of whom and what they made. */
interface Made {
  people: ContactId[]
  notes: NoteId[]
  merges: MergeId[]
}

const DETAILS = [
  { tags: ['vip'] },
  { tags: [] },
  { customFields: { Loyalty: 'gold' } },
  { workEmail: 'helen@example.com' },
  { workEmail: null },
  { externalIds: [{ externalSource: { id: 'crm' }, value: '42' }] },
] as const

async function run({ engine, time }: MemoryDevice, made: Made, { what, who, other, value }: Command): Promise<void> {
  const pick = <T>(all: readonly T[], at: number): T | undefined => all[at % Math.max(1, all.length)]
  const id = pick(made.people, who)
  if (what === 'add' || id === undefined)
    made.people.push(
      await engine.contacts.create(ann, { firstName: `Name ${value}`, cellPhone: phone(`042100000${value}`) }),
    )
  else if (what === 'rename')
    await engine.contacts.update(ann, id, { firstName: `Name ${value}`, lastName: `Of ${other}` })
  else if (what === 'detail') await engine.contacts.update(ann, id, DETAILS[value] as object)
  else if (what === 'call') {
    const startedAt = new Date(time.now).toISOString()
    const identifiers = [{ type: 'Phone' as const, value: `+6142200000${value}` }]
    made.people.push((await engine.interactions.record(ann, { channel: 'voice', startedAt, identifiers })).contactId)
  } else if (what === 'note') made.notes.push(await engine.contacts.addNote(ann, id, `Note ${value}`))
  else if (what === 'reword') {
    const note = pick(made.notes, other)
    if (note && value < 3) await engine.contacts.editNote(ann, note, `Reworded ${value}`)
    else if (note) await engine.contacts[value < 5 ? 'removeNote' : 'restoreNote'](ann, note)
  } else if (what === 'merge') {
    const second = pick(made.people, other)
    if (!second) return
    const { contactId, mergeId } = await engine.merges.merge(ann, {
      contactIds: [id, second],
      ...(value > 3 ? { values: { title: `Given ${value}` } } : {}),
    })
    made.people.push(contactId)
    made.merges.push(mergeId)
  } else if (what === 'undo') {
    const merge = pick(made.merges, other)
    if (!merge) return
    const edits = await engine.merges.editsSince(ann, merge)
    const { people } = await engine.merges.undoPreview(ann, merge)
    const to = people[value % people.length]?.set.members
    const inputs = people.map(({ set }) => set.canonicalId)
    const member = to && inputs.find((one) => to.includes(one))
    if (member) await engine.merges.undo(ann, merge, Object.fromEntries(edits.map(({ key }) => [key, member])))
  } else if (what === 'split') {
    const { things } = await engine.splits.splitPreview(ann, { contactId: id, placed: [] })
    const placed = things.slice(0, 1 + (value % 3)).map((one) => ({ id: one.id, side: 'moves' as const }))
    made.people.push((await engine.splits.split(ann, { contactId: id, placed })).newContactId)
  } else if (what === 'bin') await engine.contacts[value < 3 ? 'remove' : 'restore'](ann, id)
  else if (what === 'keep') await engine.contacts.promote(ann, id, { firstName: 'Kept' })
  else {
    const identifier = { type: 'SocialLine' as const, value: `line${value}` }
    await engine.identifiers[other < 5 ? 'claim' : 'release'](ann, id, identifier)
  }
}

/** Refused commands change nothing: as good a step as any. */
const attempt = (one: MemoryDevice, made: Made, step: Command) =>
  run(one, made, step).catch((error: unknown) => {
    if (!(error instanceof ScvError)) throw error
  })

interface Recorded {
  until: Stamp
  shown: Map<ContactId, ReturnType<typeof shownNow>>
}
function record(one: MemoryDevice, made: Made): Recorded {
  const until = one.views.latestStamp()
  if (until === undefined) throw new Error('nothing was written')
  return { until, shown: new Map(made.people.map((id) => [id, shownNow(one, id)])) }
}

/** The laws of the list, of everyone who is there now. */
async function checkLists(one: MemoryDevice, made: Made, recorded: readonly Recorded[], limit: number): Promise<void> {
  for (const id of new Set(made.people.map((each) => one.engine.queries.canonicalId(each)))) {
    if (!isThere(one, id)) continue
    const events = await allOf(one, id, limit)
    const stamps = events.map(({ stamp }) => stamp)
    expect(stamps).toEqual([...new Set(stamps)].sort().reverse())
    expect((await allOf(one, id, 100)).map(({ stamp }) => stamp)).toEqual(stamps)
    const past = await pastRecordsOf({ store: one.store, views: one.views }, id, false)
    const valueAt = (record: ContactId, key: string, until: Stamp) =>
      personAsOf(past, record, until)?.person.values.get(key)?.v ?? null
    for (const { stamp, action, changes } of events)
      for (const { key, before, after, contactId, isReplaced } of changes) {
        if (['note', 'identifier', 'type'].includes(key)) continue
        expect({ key, before }).toEqual({ key, before: valueAt(contactId, key, justBefore(stamp)) })
        if (!isReplaced && !action.includes('merge'))
          expect({ key, after }).toEqual({ key, after: valueAt(contactId, key, stamp) })
      }
    // Between two moments nothing changes that the list does not tell.
    for (const record of past.members)
      recorded.forEach(({ until: to }, i) => {
        const from = recorded[i - 1]?.until
        const [was, is] = [from && personAsOf(past, record, from), personAsOf(past, record, to)]
        if (!from || !was || !is) return
        const between = events.filter(({ stamp }) => stamp > from && stamp <= to)
        for (const key of new Set([...was.person.values.keys(), ...is.person.values.keys()])) {
          const [v, w] = [was, is].map(({ person }) => person.values.get(key)?.v ?? null)
          if (key.startsWith('segments/') || sameJson(v ?? null, w ?? null)) continue
          const isTold = between.some(
            (event) =>
              event.changes.some((change) => change.key === key) || (v === null && event.action.includes('merge')),
          )
          expect({ key, v, w, isTold }).toMatchObject({ isTold: true })
        }
      })
  }
}

test('whatever is done: a person as of a moment is what was shown then, and the list links up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 4, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (steps, limit) => {
        const one = await openDevice()
        try {
          const made: Made = { people: [], notes: [], merges: [] }
          const recorded: Recorded[] = []
          for (const step of [{ what: 'add', who: 0, other: 0, value: 0 } as const, ...steps]) {
            one.time.now += 60_000
            await attempt(one, made, step)
            recorded.push(record(one, made))
          }
          for (const { until, shown } of recorded)
            for (const [id, then] of shown) if (isThere(one, id)) expect(await shownThen(one, id, until)).toEqual(then)
          await checkLists(one, made, recorded, limit)
        } finally {
          await one.close()
        }
      },
    ),
    { ...cases(6), endOnFailure: true },
  )
})

test('done on two devices: as they met they come back, alike on both', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.record({ command, isThere: fc.boolean() }), { maxLength: 8 }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.integer({ min: -7, max: 7 }),
      async (rounds, minutes) => {
        const met = await openMeeting(minutes * 60_000, 3)
        try {
          const made: Made = { people: [], notes: [], merges: [] }
          await attempt(met.here, made, { what: 'add', who: 0, other: 0, value: 0 })
          await met.meet()
          const recorded: Recorded[] = [record(met.here, made)]
          for (const round of rounds) {
            for (const { command: step, isThere } of round) {
              for (const one of met.devices) one.time.now += 60_000
              await attempt(isThere ? met.there : met.here, made, step)
            }
            await met.meet()
            recorded.push(record(met.here, made))
          }
          for (const { until, shown } of recorded)
            for (const [id, then] of shown)
              for (const one of met.devices) if (isThere(one, id)) expect(await shownThen(one, id, until)).toEqual(then)
          for (const id of made.people) {
            if (!isThere(met.here, id)) continue
            expect(await allOf(met.there, id, 3)).toEqual(await allOf(met.here, id, 50))
          }
        } finally {
          for (const one of met.devices) await one.close()
        }
      },
    ),
    { ...cases(4), endOnFailure: true },
  )
})

test('each kind of thing that is done, in words that follow: who, what, from what to what', async () => {
  const one = await device()
  const { engine, time } = one
  const tick = () => {
    time.now += 60_000
  }
  const id = await engine.contacts.create(ann, { firstName: 'Helen', cellPhone: phone('0421000001') })
  tick()
  const before = new Date(time.now).toISOString()
  tick()
  await engine.contacts.update(ann, id, { firstName: 'Helena', title: 'Dr' })
  tick()
  const note = await engine.contacts.addNote(ann, id, 'Calls on Mondays')
  tick()
  await engine.contacts.removeNote(ann, note)
  tick()
  await engine.identifiers.claim(ann, id, { type: 'SocialLine', value: 'helen' })
  tick()
  await engine.identifiers.release(ann, id, { type: 'SocialLine', value: 'helen' })
  tick()
  const rosa = await engine.contacts.create(ann, { firstName: 'Rosa' })
  tick()
  const { contactId, mergeId } = await engine.merges.merge(ann, { contactIds: [id, rosa], reason: 'one person' })
  tick()
  await engine.merges.undo(ann, mergeId, {})
  tick()
  await engine.contacts.remove(ann, id, 'left')

  const events = await allOf(one, id, 3)
  expect(events.map(({ action }) => action)).toEqual([
    ...['delete', 'undo-merge', 'merge', 'release', 'claim', 'note', 'note', 'update', 'create'],
  ])
  const changesOf = (at: number) => events[at]?.changes.map(({ key, before: was, after }) => ({ key, was, after }))
  expect(events[0]).toMatchObject({ by: 'ann', device: 'testdevice', reason: 'left' })
  expect(events[2]).toMatchObject({ reason: 'one person', people: [{ id: contactId }, { id }, { id: rosa }] })
  expect(changesOf(2)).toEqual([{ key: 'firstName', was: 'Helena', after: 'Rosa' }])
  expect(changesOf(1)).toEqual([{ key: 'firstName', was: 'Rosa', after: 'Helena' }])
  expect(changesOf(3)).toEqual([{ key: 'identifier', was: 'helen', after: null }])
  expect(changesOf(4)).toEqual([{ key: 'identifier', was: null, after: 'helen' }])
  expect(changesOf(5)).toEqual([{ key: 'note', was: 'Calls on Mondays', after: null }])
  expect(changesOf(7)).toEqual([
    { key: 'firstName', was: 'Helen', after: 'Helena' },
    { key: 'title', was: null, after: 'Dr' },
  ])
  expect((await allOf(one, id, 2, ['notes'])).map(({ action }) => action)).toEqual(['note', 'note'])
  expect((await allOf(one, id, 2, ['merges', 'stages'])).map(({ action }) => action)).toEqual([
    ...['delete', 'undo-merge', 'merge', 'create'],
  ])

  const then = await engine.queries.asOf(id, Date.parse(before))
  expect(then.people).toMatchObject([
    { id, displayName: 'Helen', status: 'active', notes: [], identifiers: [{ display: '+61 421 000 001' }] },
  ])
  const merged = await engine.queries.asOf(rosa, Date.parse(events[2]?.at ?? ''))
  expect(merged.people).toMatchObject([{ id: contactId, displayName: 'Rosa', notes: [], records: { length: 3 } }])
  expect((await engine.queries.asOf(id, Date.parse('2020-01-01T00:00:00Z'))).people).toEqual([])

  await engine.erasure.erase(ann, id)
  const erased = await engine.queries.history(id, { limit: 50 })
  expect(erased.isErased).toBe(true)
  expect(erased.events.map(({ action }) => action)).toEqual(['erase', ...events.map(({ action }) => action)])
  expect(JSON.stringify(erased)).not.toMatch(/Helen|Rosa|Monday|one person|left/)
  // Of the other what the two were together is gone, and what they wrote themselves is not.
  const others = await allOf(one, rosa, 50)
  expect(others.map(({ action }) => action)).toEqual(['undo-merge', 'merge', 'create'])
  expect(others.map(({ changes }) => changes.length)).toEqual([0, 0, 1])
  expect((await engine.queries.asOf(rosa, Date.parse(events[2]?.at ?? ''))).people).toMatchObject([
    { status: 'erased', fields: {} },
  ])
  expect(JSON.stringify(await engine.queries.asOf(id, Date.parse(before)))).not.toMatch(/Helen|421/)
})

test('edited ten thousand times: pages of a few milliseconds and less than fifty kilobytes', async () => {
  const one = await device()
  const { edited } = await putHeavy(one.store, { edits: 10_000, wanting: 1, interactions: 1 })
  await one.views.settle()
  const first = await one.engine.queries.history(edited, { limit: 100 })
  expect(first.events).toHaveLength(100)
  expect(first.events[0]?.changes).toMatchObject([{ key: 'title', before: 'Title 9999', after: 'Title 10000' }])
  const times: number[] = []
  for (let n = 0; n < 15; n += 1) {
    const began = performance.now()
    await one.engine.queries.history(edited, { limit: 50 })
    times.push(performance.now() - began)
  }
  const second = await one.engine.queries.history(edited, { limit: 100, ...(first.next ? { after: first.next } : {}) })
  process.stdout.write(`a page of 10,000 edits: ${Math.min(...times).toFixed(1)} ms\n`)
  expect(second.events[0]?.changes).toMatchObject([{ before: 'Title 9899', after: 'Title 9900' }])
  const long = await one.engine.contacts.create(ann, { firstName: 'Long' })
  for (let n = 0; n < 30; n += 1) await one.engine.contacts.addNote(ann, long, `${n} ${'x'.repeat(5_000)}`)
  for (let n = 0; n < 40; n += 1)
    await one.engine.contacts.update(ann, long, { customFields: { essay: `${n} ${'y'.repeat(5_000)}` } })
  let after: Stamp | undefined
  let events = 0
  do {
    const page = await one.engine.queries.history(long, { limit: 200, ...(after ? { after } : {}) })
    expect(JSON.stringify(page).length).toBeLessThan(HISTORY_PAGE_LENGTH + 2_000)
    events += page.events.length
    after = page.next ?? undefined
  } while (after)
  expect(events).toBe(71)
})
