// The import session: which row is who, what it adds, and that a plan is what the import then does.

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { identifierId, newImportId } from '../../../src-main/engine/documents/ids'
import { makeStamp } from '../../../src-main/engine/documents/stamp'
import type { ImportDraft, RowVerdict } from '../../../src-main/engine/import-port'
import type { ContactInput } from '../../../src-shared/model/contact'
import { asContactId, asDeviceId } from '../../../src-shared/model/ids'
import type { ImportOptions } from '../../../src-shared/model/import'
import { cases } from '../../support/arbitraries'
import { contactDocument } from '../../support/contact-document'
import { START } from '../../support/device'
import { ann, type Bench, openBench } from '../../support/engine'
import { helpers, newNumber, phone } from '../../support/people'

let bench: Bench
const { create, person, record, claimants, wait } = helpers(() => bench)
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

const draftsOf = (inputs: readonly ContactInput[]): ImportDraft[] => inputs.map((input, i) => ({ row: i + 1, input }))
const END = { fileName: 'x.csv', counts: { rows: 1 }, cancelled: false }

/** Plans and applies rows in batches. */
async function go(mode: 'plan' | 'apply', drafts: readonly ImportDraft[], options: ImportOptions, batch = 500) {
  const session = bench.engine.importer(ann).begin(options)
  const verdicts: RowVerdict[] = []
  for (let start = 0; start < drafts.length; start += batch)
    verdicts.push(...(await session[mode](drafts.slice(start, start + batch))))
  await session.end(END)
  return verdicts
}
const fill = { onMatch: 'fill' } as const
const importing = (inputs: readonly ContactInput[], options: ImportOptions = fill) =>
  go('apply', draftsOf(inputs), options)

/** Verdicts without ids of contacts, which a plan cannot know; holders by name. */
const plain = (verdicts: readonly RowVerdict[]) =>
  verdicts.map(({ contactId: _id, disputes, ...rest }) => ({
    ...rest,
    disputes: disputes.map(({ identifier, holderName }) => ({ identifier, holderName })),
  }))

describe('a plan', () => {
  test('writes nothing, leaves no trace, and is what the import then does, in whatever batches', async () => {
    await create({ firstName: 'Known', workEmail: 'known@example.com', workPhone: phone('+61421000001') })
    await record([{ type: 'ExternalId', value: 'auto', source: 'crm' }])
    const few = fc.constantFrom
    const row = fc.record<ContactInput>(
      {
        firstName: few('Known', 'Ann', 'Bob', 'ann'),
        title: few('Dr', 'Prof'),
        workEmail: few('known@example.com', 'a@example.com', 'b@example.com', 'broken'),
        workPhone: few('+61421000001', '+61421000002', '0421 000 003', 'no number').map(phone),
        cellPhone: few('+61421000001', '+61421000004').map(phone),
        externalIds: few('auto', '1', '2').map((value) => [{ externalSource: { id: 'crm' }, value }]),
        customFields: few({ a: 1 }, { b: 2 }),
      },
      { requiredKeys: [] },
    )
    const onMatch = few('fill' as const, 'overwrite' as const, 'skip' as const)
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 10 }),
        onMatch,
        fc.integer({ min: 1, max: 10 }),
        async (inputs, how, batch) => {
          const options = { onMatch: how }
          const before = await bench.export()
          const planned = await go('plan', draftsOf(inputs), options, 4)
          expect(await bench.export()).toBe(before)
          const done = await go('apply', draftsOf(inputs), options, batch)
          expect(plain(done)).toEqual(plain(planned))
        },
      ),
      cases(40),
    )
  })
})

describe('which row is who', () => {
  test('again: nothing is created and nothing changes, also for those whose number someone else holds', async () => {
    const number = newNumber()
    await create({ firstName: 'Holder', workPhone: phone(number) })
    const rows: ContactInput[] = [
      { firstName: 'Wants', workPhone: phone(number) },
      { firstName: 'Wants', lastName: 'Too', cellPhone: phone(number), workEmail: 'too@example.com' },
      { firstName: 'Ext', externalIds: [{ externalSource: { id: 'crm' }, value: '7' }] },
      { firstName: 'Mail', workEmail: 'Mail@Example.com' },
    ]
    expect((await importing(rows)).map((one) => one.verdict)).toEqual(['create', 'create', 'create', 'create'])
    expect(claimants({ type: 'Phone', value: number })).toEqual(['Holder', 'Wants', 'Wants Too'])
    const before = await bench.engine.queries.counts()
    for (const onMatch of ['fill', 'overwrite', 'skip'] as const)
      expect((await importing(rows, { onMatch })).map((one) => one.verdict)).toEqual(rows.map(() => 'unchanged'))
    expect(bench.engine.queries.counts()).toEqual(before)
  })

  test('the holder of the record id with whom something agrees; else the same name with its number or address', async () => {
    const number = newNumber()
    const id = await create({
      firstName: 'Zoë',
      lastName: 'Ärmel',
      workPhone: phone(number),
      externalIds: [{ externalSource: { id: 'crm' }, value: 'z' }],
    })
    const [byId, stranger, byName, other] = await importing([
      { firstName: 'Renamed', workPhone: phone(number), externalIds: [{ externalSource: { id: 'crm' }, value: 'z' }] },
      { firstName: 'Stranger', externalIds: [{ externalSource: { id: 'crm' }, value: 'z' }] },
      { firstName: 'zoe', lastName: ' ARMEL', homePhone: phone(number) },
      { firstName: 'Father', workPhone: phone(number) },
    ])
    expect(byId).toMatchObject({
      verdict: 'unchanged',
      contactId: id,
      keptExisting: [{ field: 'firstName', value: 'Renamed' }],
    })
    expect(stranger).toMatchObject({
      verdict: 'create',
      disputes: [{ identifier: { type: 'ExternalId', value: 'z' }, holderId: id }],
    })
    expect(byName).toMatchObject({ contactId: id })
    expect(other).toMatchObject({
      verdict: 'create',
      disputes: [{ identifier: { value: number }, holderId: id, holderName: 'Zoë Ärmel' }],
    })
  })

  test.each([
    ['Mexico', '+5215512340001', '+525512340001'],
    ['Brazil', '+551187654321', '+5511987654321'],
    ['Argentina', '+541123456789', '+5491123456789'],
  ])(
    'a number of %s in the notation of before and of today is one person, known or of the same file',
    async (...numbers) => {
      const [, former, today] = numbers
      for (const [known, given] of [
        [former, today],
        [today, former],
      ] as const) {
        const id = await create({ firstName: 'Ana', lastName: 'Ex', cellPhone: phone(known) })
        const row: ContactInput = { firstName: 'Ana', lastName: 'Ex', homePhone: phone(given) }
        expect(await importing([row, { ...row, title: 'Dr' }])).toMatchObject([{ contactId: id }, { contactId: id }])
        expect((await person(id)).fields.cellPhone?.userInput).toBe(known)
        expect(await importing([row])).toMatchObject([{ verdict: 'unchanged' }])
        expect(await importing([{ firstName: `Bea ${given}`, cellPhone: phone(given) }])).toMatchObject([
          { verdict: 'create' },
        ])
        await bench.engine.contacts.remove(ann, id)
        const of = { firstName: 'Same', lastName: 'File' }
        const [one, two] = await importing([
          { ...of, cellPhone: phone(known) },
          { ...of, homePhone: phone(given) },
        ])
        expect(two?.contactId).toBe(one?.contactId)
        await bench.engine.contacts.remove(ann, asContactId(one?.contactId ?? ''))
      }
    },
  )

  test('an address that an older version claimed with its brackets is the same address, and is released with its field', async () => {
    const [id, key] = [newImportId(makeStamp(START, 0, asDeviceId('testdevice'))), '<eva@example.org>']
    const contact = contactDocument(id, 'Eva')
    const { at, by } = contact.created
    const mail = { ...contact.fields, workEmail: [{ v: '<Eva@example.org>', t: at, b: by }] }
    const identifier = { type: 'Email' as const, value: key }
    await bench.database.store.commit([
      { kind: 'contacts', previous: undefined, next: { ...contact, fields: mail } },
      {
        kind: 'identifiers',
        previous: undefined,
        next: {
          id: identifierId(identifier),
          ...identifier,
          claims: { [id]: { testdevice: { since: at, at, by, via: 'field' } } },
          releases: {},
        },
      },
    ])
    const asked = { type: 'Email' as const, value: 'Eva Ex <eva@example.org>' }
    const lookUp = async () => (await bench.engine.queries.lookup('eva@example.org', 5)).hits.map((hit) => hit.id)
    expect(await importing([{ firstName: 'Eva', workEmail: 'eva@example.org' }])).toMatchObject([{ contactId: id }])
    expect(await lookUp()).toEqual([id])
    expect(await record([asked])).toMatchObject({ contactId: id })
    await bench.restart()
    expect(await lookUp()).toEqual([id])
    await bench.engine.contacts.update(ann, asContactId(id), { workEmail: 'other@example.org' })
    expect(bench.views.claimsOn(identifierId(identifier))).toEqual([])
    await bench.engine.erasure.erase(ann, asContactId(id))
    expect(bench.views.formerKeys('eva@example.org')).toEqual([])
  })

  test('a contact made by itself that a file names becomes Curated; with “skip” it stays', async () => {
    const externalId = [{ externalSource: { id: 'crm' }, value: 'auto' }]
    const { contactId } = await record([{ type: 'ExternalId', value: 'auto', source: 'crm' }])
    expect(await importing([{ firstName: 'Skip', externalIds: externalId }], { onMatch: 'skip' })).toMatchObject([
      { verdict: 'unchanged', contactId },
    ])
    expect((await person(contactId)).type).toBe('Identified')
    expect(await importing([{ firstName: 'Found', externalIds: externalId }])).toMatchObject([
      { verdict: 'update', contactId },
    ])
    expect(await person(contactId)).toMatchObject({ type: 'Curated', displayName: 'Found' })
    expect((await bench.engine.queries.lookup('Found', 5)).hits.map((hit) => hit.id)).toEqual([contactId])
  })

  test('rows of one file meet: the second of a person adds to the first', async () => {
    const [first, second] = await importing([
      { firstName: 'Same', workEmail: 'same@example.com' },
      { firstName: 'Same', workEmail: 'SAME@example.com', title: 'Dr' },
    ])
    expect(second).toMatchObject({ verdict: 'update', contactId: first?.contactId })
    expect((await person(asContactId(first?.contactId ?? ''))).fields.title).toBe('Dr')
  })
})

describe('what a row adds', () => {
  const known: ContactInput = { firstName: 'Ada', title: 'Dr', workEmail: 'ada@example.com', customFields: { a: 1 } }
  const row: ContactInput = {
    firstName: 'Ada',
    title: 'Prof',
    salutation: 'Lady',
    workEmail: 'ada@example.com',
    personalEmail: 'ada@home.example',
    workPhone: phone('+61421000009'),
    customFields: { a: 2, b: 3 },
  }

  test('fill: empty fields only, and what was kept is told', async () => {
    const id = await create(known)
    expect(await importing([row])).toMatchObject([
      {
        verdict: 'update',
        contactId: id,
        keptExisting: [
          { field: 'title', value: 'Prof' },
          { field: 'customFields/a', value: '2' },
        ],
      },
    ])
    expect((await person(id)).fields).toMatchObject({
      title: 'Dr',
      salutation: 'Lady',
      personalEmail: 'ada@home.example',
      workPhone: { e164: '+61421000009' },
    })
  })

  test('fill: a second number goes to a free field of its kind', async () => {
    const [one, two] = [newNumber(), newNumber()]
    const id = await create({ firstName: 'Slot', workPhone: phone(one), workEmail: 'slot@example.com' })
    await importing([{ firstName: 'Slot', workEmail: 'slot@example.com', workPhone: phone(two) }])
    expect((await person(id)).fields).toMatchObject({ workPhone: { e164: one }, cellPhone: { e164: two } })
  })

  test('overwrite: the row wins, and the old value stays as history', async () => {
    const id = await create(known)
    await importing([row], { onMatch: 'overwrite' })
    const { fields, lostValues } = await person(id)
    expect(fields).toMatchObject({ title: 'Prof', customFields: { a: 2, b: 3 } })
    expect(lostValues.map(({ field, value }) => [field, value])).toContainEqual(['title', 'Dr'])
  })

  test('skip: nothing changes, everything left out is told', async () => {
    const id = await create(known)
    const before = (await person(id)).fields
    const [verdict] = await importing([row], { onMatch: 'skip' })
    expect(verdict).toMatchObject({ verdict: 'unchanged', contactId: id })
    expect(verdict?.keptExisting.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['title', 'personalEmail', 'workPhone']),
    )
    expect((await person(id)).fields).toEqual(before)
  })

  test('ten external ids at most; the rest is told', async () => {
    const ids = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => ({ externalSource: { id: 'crm' }, value: `e${from + n}` }))
    const id = await create({ firstName: 'Ten', externalIds: ids(0, 8) })
    const [verdict] = await importing([{ externalIds: ids(7, 12) }], { onMatch: 'overwrite' })
    expect(verdict?.keptExisting).toEqual(['e10', 'e11'].map((value) => ({ field: 'externalIds', value })))
    expect((await person(id)).fields.externalIds).toHaveLength(10)
  })

  test('a remark becomes a note once', async () => {
    const drafts = [{ row: 1, input: { firstName: 'Noted', workEmail: 'noted@example.com' }, note: 'likes tea' }]
    const [first] = await go('apply', drafts, fill)
    await go('apply', drafts, fill)
    expect((await person(asContactId(first?.contactId ?? ''))).notes.map((note) => note.text)).toEqual(['likes tea'])
  })

  test('a national number is read in the region of the file', async () => {
    const [verdict] = await importing([{ firstName: 'Brit', workPhone: phone('020 7946 0018') }], {
      onMatch: 'fill',
      region: 'GB',
    })
    expect((await person(asContactId(verdict?.contactId ?? ''))).fields.workPhone?.e164).toBe('+442079460018')
  })
})

test('a bad row is refused with its code, words and field; the others go in', async () => {
  const verdicts = await importing([
    { firstName: 'Good' },
    { firstName: 'Bad', workEmail: 'nowhere' },
    { firstName: '' },
  ])
  expect(verdicts.map(({ verdict, error }) => [verdict, error])).toEqual([
    ['create', undefined],
    ['reject', { code: 'invalid_email', message: '“nowhere” is not an e-mail address.', field: 'workEmail' }],
    ['reject', { code: 'empty_contact', message: 'The row says nothing about anyone.' }],
  ])
  expect((await bench.engine.queries.lookup('Good', 5)).hits).toHaveLength(1)
  expect((await bench.engine.queries.lookup('Bad', 5)).hits).toHaveLength(0)
})

test('an import leaves one audit entry with its counts, a plan none', async () => {
  await go('plan', draftsOf([{ firstName: 'P' }]), fill)
  expect(await bench.engine.queries.auditTrail({}, 0, 10)).toEqual([])
  wait(1000)
  await importing([{ firstName: 'P' }])
  expect(await bench.engine.queries.auditTrail({}, 0, 10)).toMatchObject([
    { action: 'import', by: 'ann', details: { rows: 1, cancelled: false } },
  ])
})
