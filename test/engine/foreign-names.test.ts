// Names that every object has a member for, wherever a name from elsewhere stands: in documents of others, as ids, members,
// fields, custom fields and devices. They are names as any other: nothing of theirs is lost, and nothing fails.

import { expect, test } from 'vitest'
import { adopt } from '../../src-main/engine/documents/authorship'
import type { ContactDocument } from '../../src-main/engine/documents/contact'
import { identifierId } from '../../src-main/engine/documents/ids'
import { type AnyDocument, JOINS } from '../../src-main/engine/documents/kinds'
import { mended, withoutStampsAfter } from '../../src-main/engine/documents/poison'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { checkDocument, isNoId } from '../../src-main/engine/documents/validate'
import { writableOver } from '../../src-main/engine/documents/writable'
import { asContactId, asDeviceId, type Stamp } from '../../src-shared/model/ids'
import { START } from '../support/device'
import { ann, openBench } from '../support/engine'

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']
const t = makeStamp(START - 1000, 0, asDeviceId('deviceb000'))
const each = <T>(value: T, prefix = '') => Object.fromEntries(NAMES.map((name) => [prefix + name, value]))
/** At the top an underscore in front is the store's. */
const UNKNOWN = Object.fromEntries(NAMES.slice(1).map((name) => [name, 'unknown']))
const uuid = (n: number) => `00000000-0000-7000-8000-00000000000${n}`
const contact = (n: number): ContactDocument => ({
  id: asContactId(uuid(n)),
  created: { at: t, by: 'bob', via: 'person' },
  type: { value: 'Curated', at: t, by: 'bob' },
  fields: {
    firstName: [{ v: `N${n}`, t, b: 'bob' }],
    ...each([{ v: 'kept', t, b: 'bob' }], 'customFields/'),
    ...each([{ v: 'of a newer version', t, b: 'bob' }]),
  },
  lastActivity: 0,
  ...UNKNOWN,
})
const claim = { since: t, at: t, by: 'bob', via: 'explicit' as const }
const phone = { type: 'Phone', value: '+61491570156' } as const
const identifier = {
  id: identifierId(phone),
  ...phone,
  claims: { [uuid(1)]: each(claim), ...each(each(claim)) },
  releases: each(each(t)),
  ...UNKNOWN,
}
const told = (document: object) => JSON.parse(JSON.stringify(document)) as object

test('what works on documents keeps them whole', () => {
  for (const [kind, document] of [
    ['contacts', contact(1)],
    ['identifiers', identifier],
  ] as const) {
    const one = document as AnyDocument as never
    const whole = told(document)
    expect(checkDocument(kind, document).ok).toBe(true)
    const same = { author: (name: string) => name, stamp: (stamp: Stamp) => stamp }
    const join = JOINS[kind] as (a: never, b: never) => object
    const outcomes = [
      join(one, one),
      adopt(kind, one, same),
      withoutStampsAfter(kind, one, START),
      mended(kind, one, START, START),
      writableOver(kind, one, one, one, { user: 'bob', nameless: true }),
    ]
    for (const outcome of outcomes) {
      expect(told(outcome ?? {})).toEqual(whole)
      for (const name of NAMES.slice(1)) expect(Object.hasOwn(outcome ?? {}, name), name).toBe(true)
    }
  }
  expect(NAMES.every(isNoId)).toBe(true)
})

test('commands and imports keep custom fields of such names', async () => {
  const bench = await openBench()
  try {
    const { contacts, merges, queries, importer } = bench.engine
    const customFields = Object.fromEntries(NAMES.slice(1).map((name) => [name, 'kept']))
    const a = await contacts.create(ann, { firstName: 'A', customFields })
    const b = await contacts.create(ann, { firstName: 'B', customFields })
    await contacts.update(ann, a, { customFields: { ...customFields, constructor: 'new' } })
    const { contactId, mergeId } = await merges.merge(ann, { contactIds: [a, b] })
    expect((await queries.person(contactId)).fields.customFields).toMatchObject({ ...customFields, constructor: 'new' })
    await merges.undo(ann, mergeId, {})
    expect((await queries.person(b)).fields.customFields).toEqual(customFields)
    const session = importer(ann).begin({ onMatch: 'fill' })
    const [verdict] = await session.apply([{ row: 1, input: { firstName: 'C', customFields } }])
    expect(verdict?.verdict).toBe('create')
    expect((await queries.person(asContactId(verdict?.contactId ?? ''))).fields.customFields).toEqual(customFields)
  } finally {
    await bench.close()
  }
})
