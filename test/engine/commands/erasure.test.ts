// A privacy request (domain specification, section 3): nothing of the person is left, anywhere, and nothing comes back.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { identifierId } from '../../../src-main/engine/documents/ids'
import { type AnyDocument, JOINS, KINDS } from '../../../src-main/engine/documents/kinds'
import { makeStamp } from '../../../src-main/engine/documents/stamp'
import type { Change } from '../../../src-main/engine/ports'
import { asContactId, asDeviceId, asInteractionId, asNoteId } from '../../../src-shared/model/ids'
import { ann, type Bench, DAY, openBench } from '../../support/engine'
import { helpers, phone } from '../../support/people'

let bench: Bench
const { create, person, record, holder, wait, refused } = helpers(() => bench)
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

/** Every value of the person, each a word found nowhere else. */
const SECRETS = [
  'Zebulon',
  'Quaxwell',
  'Formerquax',
  'zebulon@quax.example',
  'older@quax.example',
  '61421777001',
  '61421777002',
  '421 777 001',
  'quaxcrm17',
  'quaxcookie',
  'quaxline',
  'Quaxstreet',
  'quaxcustom',
  'quaxnote',
  'quaxdeleted',
  'quaxsubject',
  'quaxtold',
  'quaxwrap',
  'quaxreason',
  'quaxwhy',
  'quaxpage',
  'quaxconv',
  'quaxsecond',
  'quaxundone',
]

/** All files of a folder, with what they hold as text in the encodings SQLite writes. */
function contents(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ path, text: readFileSync(path).toString('latin1').toLowerCase() }))
}
const found = (text: string) => SECRETS.filter((secret) => text.toLowerCase().includes(secret.toLowerCase()))

/** One person with something in every place that can hold something. */
async function somebody(): Promise<{ contactId: string; second: string; strangers: string[] }> {
  const { contacts, identifiers, interactions, merges } = bench.engine
  const id = await create({
    firstName: 'Zebulon',
    lastName: 'Formerquax',
    workPhone: phone('+61 421 777 001'),
    workEmail: 'older@quax.example',
    address: { address1: '1 Quaxstreet' },
    lineId: { ids: [{ userId: 'quaxline' }] },
    externalIds: [{ externalSource: { id: 'crm' }, value: 'quaxcrm17' }],
    customFields: { quaxcustom: 'quaxcustom' },
  })
  await contacts.update(ann, id, { lastName: 'Quaxwell', workEmail: 'zebulon@quax.example' })
  await identifiers.claim(ann, id, { type: 'Cookie', value: 'quaxcookie' })
  await identifiers.release(ann, id, { type: 'Cookie', value: 'quaxcookie' })
  await contacts.addNote(ann, id, 'quaxnote')
  await contacts.removeNote(ann, await contacts.addNote(ann, id, 'quaxdeleted'))
  const call = await record([{ type: 'Phone', value: '0421777001' }], {
    conversationId: 'quaxconv',
    subject: 'quaxsubject',
    note: 'quaxtold',
    wrapUp: 'quaxwrap',
  })
  await interactions.wrapUp(ann, call.interactionId, 'quaxwrap again')
  await record(
    [
      { type: 'Phone', value: '0421777001' },
      { type: 'Email', value: 'quaxsecond@quax.example' },
    ],
    {
      channel: 'web',
      events: [{ at: '2026-05-01T00:00:00Z', name: 'quaxpage', detail: 'quaxpage' }],
    },
  )
  const second = await create({ firstName: 'Quaxsecond', workPhone: phone('+61 421 777 002') })
  const third = await create({ firstName: 'Third' })
  const undone = await merges.merge(ann, { contactIds: [id, third], reason: 'quaxundone' })
  await merges.undo(ann, undone.mergeId, {}, 'quaxundone')
  await merges.cannotLink(ann, id, third, true, 'quaxwhy')
  const { contactId } = await merges.merge(ann, {
    contactIds: [id, second],
    choices: { 'externalIds/["crm","quaxcrm17"]': id },
    reason: 'quaxreason',
  })
  return { contactId, second, strangers: [third] }
}

test('no value of the person is left in any document, any view, or any file', async () => {
  const { contactId, second, strangers } = await somebody()
  const inFiles = () =>
    contents(bench.folder).flatMap(({ path, text }) => (found(text).length > 0 ? [basename(path)] : []))
  expect(found(await bench.export()).length).toBeGreaterThan(20)
  await bench.restart()
  expect(inFiles()).toEqual(expect.arrayContaining(['projections.sqlite'])) // they can be seen where they are
  expect(inFiles().length).toBeGreaterThan(1)
  const ids = await bench.engine.erasure.erase(ann, asContactId(second))
  expect(ids).toEqual(expect.arrayContaining([contactId, second]))
  expect(inFiles()).toEqual([]) // the logs of both databases included
  expect(found(await bench.export())).toEqual([])
  expect(await person(asContactId(contactId))).toMatchObject({
    status: 'erased',
    displayName: '',
    fields: {},
    identifiers: [],
    notes: [],
    lostValues: [],
  })
  for (const text of ['Zebulon', 'Quaxwell', '0421 777 001', 'zebulon@quax.example', 'quaxcrm17', 'quaxline'])
    expect((await bench.engine.queries.lookup(text, 10)).hits).toEqual([])
  const journey = await bench.engine.queries.journey(asContactId(contactId), {}, 0, 10)
  expect(journey.total).toBe(2) // that something happened, when and over which channel, stays
  expect(found(JSON.stringify(journey))).toEqual([])
  // The stranger the person was once merged with keeps what is theirs.
  expect(await person(asContactId(strangers[0] ?? ''))).toMatchObject({ status: 'active', displayName: 'Third' })

  await bench.restart()
  expect(contents(bench.folder).some(({ path }) => path.endsWith('projections.sqlite'))).toBe(true)
  expect(inFiles()).toEqual([])
  await bench.views.rebuild()
  await bench.restart()
  expect(inFiles()).toEqual([])
  expect((await person(asContactId(contactId))).status).toBe('erased')
}, 60_000)

/** All documents as they are, to play a device that knows nothing of what comes next. */
async function snapshot(): Promise<Change[]> {
  const changes: Change[] = []
  for (const kind of KINDS)
    for await (const page of bench.database.store.scan(kind, 1000))
      for (const document of page)
        changes.push({ kind, previous: undefined, next: structuredClone(document) } as Change)
  return changes
}

/** What replication does with documents of another device: the join, over what is here. */
async function receive(changes: readonly Change[]): Promise<void> {
  const joined: Change[] = []
  for (const { kind, next } of changes) {
    const previous = (await bench.database.store.get(kind, [next.id])).get(next.id)
    const join = JOINS[kind] as (a: AnyDocument, b: AnyDocument) => AnyDocument
    joined.push({ kind, previous, next: previous ? join(previous, next) : next } as Change)
  }
  await bench.database.store.commit(joined)
  await bench.views.settle()
}

test('what another device still had, or edited meanwhile, brings nothing back', async () => {
  const { contactId, second } = await somebody()
  const stale = await snapshot()
  await bench.engine.erasure.erase(ann, asContactId(contactId))
  const edited = stale.map((change): Change => {
    if (change.kind !== 'contacts' || change.next.id !== second) return change
    const entry = { v: 'Zebulon', t: makeStamp(bench.time.now + DAY, 0, asDeviceId('elsewhere0')), b: 'bob' }
    return { ...change, next: { ...change.next, fields: { ...change.next.fields, firstName: [entry] } } }
  })
  await receive(edited)
  expect(found(await bench.export())).toEqual([])
  expect(await person(asContactId(contactId))).toMatchObject({
    status: 'erased',
    fields: {},
    identifiers: [],
    notes: [],
  })
})

test('what others wrote about the erased apart is erased when it arrives', async () => {
  const id = await create({ firstName: 'Zebulon', workEmail: 'zebulon@quax.example' })
  const other = await create({ firstName: 'Bystander' })
  const at = makeStamp(bench.time.now, 7, asDeviceId('elsewhere0'))
  await bench.engine.erasure.erase(ann, id)
  const signed = { at, by: 'bob' }
  await receive([
    {
      kind: 'notes',
      previous: undefined,
      next: { id: asNoteId('late-note'), contactId: id, created: signed, text: [{ v: 'quaxnote', t: at, b: 'bob' }] },
    },
    {
      kind: 'interactions',
      previous: undefined,
      next: {
        id: asInteractionId('late-interaction'),
        facts: {
          ...signed,
          conversationId: 'quaxconv',
          channel: 'voice',
          direction: 'inbound',
          startedAt: '2026-06-01T00:00:00.000Z',
          identifiers: [{ type: 'Email', value: 'zebulon@quax.example' }],
        },
        link: [{ v: id, t: at, b: 'bob' }],
      },
    },
    {
      kind: 'identifiers',
      previous: undefined,
      next: {
        id: identifierId({ type: 'Cookie', value: 'quaxcookie' }),
        type: 'Cookie',
        value: 'quaxcookie',
        claims: { [id]: { elsewhere0: { since: at, at, by: 'bob', via: 'explicit' } } },
        releases: {},
      },
    },
  ])
  expect(found(await bench.export())).not.toEqual([])
  expect(await bench.engine.erasure.complete(ann)).toEqual([id])
  expect(found(await bench.export())).toEqual([])
  expect(await bench.engine.erasure.complete(ann)).toEqual([])
  expect((await person(other)).status).toBe('active')
})

describe('a conversation that an agent untied keeps nothing of the person it came from', () => {
  const mail = { type: 'Email' as const, value: 'zebulon@quax.example' }
  const tied = { conversationId: 'quaxconv', subject: 'quaxsubject', note: 'quaxtold' }

  test('when they are erased, as one record of a person or through a merge that was undone', async () => {
    const id = await create({ firstName: 'Zebulon', workEmail: mail.value })
    const third = await create({ firstName: 'Third' })
    const first = await record([mail], tied)
    const { mergeId } = await bench.engine.merges.merge(ann, { contactIds: [id, third] })
    const second = await record([mail], { conversationId: 'quaxsecond' })
    await bench.engine.merges.undo(ann, mergeId)
    for (const { interactionId } of [first, second]) await bench.engine.interactions.link(ann, interactionId, null)
    const others = await create({ firstName: 'Other' })
    const { interactionId } = await record([{ type: 'Email', value: 'other@example.org' }], { conversationId: 'kept' })
    await bench.engine.interactions.link(ann, interactionId, null)
    await bench.engine.erasure.erase(ann, id)
    expect(found(await bench.export())).toEqual([])
    expect(await bench.engine.erasure.complete(ann)).toEqual([])
    // Of another person nothing goes, tied or not.
    expect((await person(third)).status).toBe('active')
    expect((await bench.database.store.get('interactions', [interactionId])).get(interactionId)).toMatchObject({
      facts: { conversationId: 'kept', identifiers: [{ value: 'other@example.org' }] },
    })
    expect((await person(others)).status).toBe('active')
    await bench.views.rebuild()
    expect(await bench.engine.erasure.complete(ann)).toEqual([])
  })

  test.each(['before the erasure is known', 'after it'])(
    'when it was untied elsewhere, and that arrives %s',
    async (when) => {
      const id = await create({ firstName: 'Zebulon', workEmail: mail.value })
      const { interactionId } = await record([mail], tied)
      const [told] = (await bench.database.store.get('interactions', [interactionId])).values()
      if (!told) throw new Error('it was recorded')
      const at = makeStamp(bench.time.now, 7, asDeviceId('elsewhere0'))
      const late = { ...told.facts, at, by: 'bob', conversationId: 'quaxsecond' }
      const entry = { v: null, t: makeStamp(bench.time.now, 9, asDeviceId('elsewhere0')), b: 'bob', p: [at] }
      const untied = { id: asInteractionId('late-interaction'), facts: late, link: [entry, { v: id, t: at, b: 'bob' }] }
      const arrival: Change[] = [{ kind: 'interactions', previous: undefined, next: untied }]
      if (when === 'after it') {
        await bench.engine.erasure.erase(ann, id)
        await receive(arrival)
        expect(await bench.engine.erasure.complete(ann)).toEqual([id])
      } else {
        await receive(arrival)
        await bench.engine.erasure.erase(ann, id)
      }
      expect(found(await bench.export())).toEqual([])
      expect(await bench.engine.erasure.complete(ann)).toEqual([])
      // What another device still had, as it was, brings nothing back.
      await receive(arrival)
      expect(found(await bench.export())).toEqual([])
    },
  )

  test('but one that is another person’s now is theirs', async () => {
    const id = await create({ firstName: 'Zebulon', workEmail: mail.value })
    const other = await create({ firstName: 'Other' })
    const { interactionId } = await record([mail], { conversationId: 'theirs' })
    await bench.engine.interactions.link(ann, interactionId, null)
    await bench.engine.interactions.link(ann, interactionId, other)
    await bench.engine.erasure.erase(ann, id)
    expect(await bench.engine.queries.journey(other, {}, 0, 10)).toMatchObject({ total: 1 })
  })
})

test('an identifier that others want stays theirs', async () => {
  const input = { type: 'Email' as const, value: 'family@example.com' }
  const first = await create({ firstName: 'First', workEmail: input.value })
  const next = await create({ firstName: 'Next', workEmail: input.value })
  await bench.engine.erasure.erase(ann, first)
  expect(holder(input)).toBe(next)
  expect((await person(next)).identifiers).toMatchObject([{ value: input.value, held: true, contenders: [] }])
})

test('the erased are for ever: no edit, claim, merge, note, restore or undo', async () => {
  const [a, b] = [await create({ firstName: 'A' }), await create({ firstName: 'B' })]
  const { contactId, mergeId } = await bench.engine.merges.merge(ann, { contactIds: [a, b] })
  await bench.engine.erasure.erase(ann, contactId)
  const { contacts, identifiers, merges, erasure } = bench.engine
  const attempts: (() => Promise<unknown>)[] = [
    () => contacts.update(ann, a, { firstName: 'x' }),
    () => contacts.promote(ann, a),
    () => contacts.remove(ann, a),
    () => contacts.restore(ann, a),
    () => contacts.addNote(ann, a, 'x'),
    () => identifiers.claim(ann, a, { type: 'Cookie', value: 'x' }),
    () => merges.undo(ann, mergeId),
    () => erasure.erase(ann, b),
  ]
  for (const attempt of attempts) await refused(attempt, { code: 'erased' })
})

test('the bin is no shelter, and who expired can be erased, too', async () => {
  const binned = await create({ firstName: 'Zebulon' })
  await bench.engine.contacts.remove(ann, binned)
  const { contactId } = await record([{ type: 'Email', value: 'zebulon@quax.example' }])
  wait(61 * DAY)
  await bench.engine.retention.run(ann)
  for (const id of [binned, contactId]) await bench.engine.erasure.erase(ann, id)
  expect(found(await bench.export())).toEqual([])
})

test('an erasure is in the audit trail, without a word of the person', async () => {
  const id = await create({ firstName: 'Zebulon' })
  await bench.engine.contacts.remove(ann, id, 'quaxreason')
  await bench.engine.erasure.erase(ann, id)
  const trail = await bench.engine.queries.auditTrail({ contactIds: [id] }, 0, 10)
  expect(trail.map(({ action }) => action)).toEqual(['erase', 'delete', 'create'])
  expect(found(JSON.stringify(trail))).toEqual([])
})
