// Schemas of custom fields: versions written here and elsewhere, and what a contact's fields must keep to.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contactSchemasIn } from '../../../src-main/engine/derive/contact-schemas'
import type { DecisionDocument } from '../../../src-main/engine/documents/decision'
import { decisionId } from '../../../src-main/engine/documents/ids'
import { makeStamp } from '../../../src-main/engine/documents/stamp'
import { type ContactSchema, type CustomField, customFieldFault } from '../../../src-shared/model/contact-schema'
import { asDeviceId } from '../../../src-shared/model/ids'
import { ann, type Bench, openBench } from '../../support/engine'
import { helpers, without } from '../../support/people'

let bench: Bench
const { create, person, refused } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const field = (name: string, type: CustomField['type'], more: Partial<CustomField> = {}): CustomField => ({
  name,
  type,
  title: name,
  ...more,
})
const LOYALTY: ContactSchema = {
  name: 'Loyalty',
  isEnabled: true,
  fields: [
    field('level', 'enum', { options: [{ value: 'gold' }, { value: 'silver' }, { value: 'old', isDisabled: true }] }),
    field('points', 'integer', { min: 0, max: 1000, isRequired: true }),
  ],
}
const make = (schema = LOYALTY) => bench.engine.schemas.create(ann, schema)
const versions = async (id: string) =>
  (await bench.engine.queries.contactSchemas()).find(([first]) => first?.id === id) ?? []

test.each<[CustomField, unknown[], unknown[]]>([
  [field('x', 'text', { min: 2, max: 4 }), ['ab', 'abcd'], ['a', 'abcde', 5]],
  [field('x', 'longtext'), ['x'.repeat(1000)], ['x'.repeat(1001)]],
  [field('x', 'url'), ['https://example.org/a'], ['example.org', 'javascript:alert(1)', 'https://']],
  [field('x', 'identifier'), ['A-1'], [1]],
  [LOYALTY.fields[0] as CustomField, ['gold'], ['old', 'GOLD', null]],
  [field('x', 'integer', { min: 0 }), [0, 5], [-1, 1.5, '5', 2 ** 60]],
  [field('x', 'number', { max: 1.5 }), [1.5, -2], [1.6, Number.NaN, '1']],
  [field('x', 'date'), ['2026-02-28'], ['2026-02-30', '28.2.2026']],
  [field('x', 'datetime'), ['2026-06-01T09:00:00Z', '2026-06-01T09:00:00+02:00'], ['2026-06-01']],
  [field('x', 'checkbox'), [true, false], ['true', 1]],
  [field('x', 'tag', { max: 2, entryMax: 3 }), [[], ['a', 'abc']], [['a', 'a'], ['abcd'], ['a', 'b', 'c'], 'a']],
])('$type', (one, fitting, others) => {
  for (const value of fitting) expect(customFieldFault(one, value), JSON.stringify(value)).toBeUndefined()
  for (const value of others) expect(customFieldFault(one, value), JSON.stringify(value)).toBeTypeOf('string')
})

describe('a schema', () => {
  test('that was taken back is put back with all its versions', async () => {
    const id = await make()
    await bench.engine.schemas.update(ann, id, 1, { ...LOYALTY, name: 'Loyalty 2' })
    const before = await versions(id)
    await bench.engine.schemas.remove(ann, id)
    expect(await versions(id)).toEqual([])
    await bench.engine.schemas.restore(ann, id)
    expect(await versions(id)).toEqual(before)
    await refused(() => bench.engine.schemas.restore(ann, 'unknown'), { code: 'not_found' })
    const mallory = without('externalContacts:settings:edit')
    await refused(() => bench.engine.schemas.restore(mallory, id), { code: 'forbidden' })
  })

  test('is changed by further versions, and the former ones read as before', async () => {
    const id = await make()
    await bench.engine.schemas.update(ann, id, 1, { ...LOYALTY, fields: [field('since', 'date')] })
    const [first, second] = await versions(id)
    expect(first).toMatchObject({ ...LOYALTY, id, version: 1, createdBy: 'ann' })
    expect(second).toMatchObject({ version: 2, fields: [{ name: 'since' }] })
    await refused(() => bench.engine.schemas.update(ann, id, 1, LOYALTY), { code: 'outdated' })
    await bench.engine.schemas.remove(ann, id)
    expect(await versions(id)).toEqual([])
    await refused(() => bench.engine.schemas.update(ann, id, 2, LOYALTY), { code: 'not_found' })
    const stranger = without('externalContacts:settings:edit')
    await refused(() => bench.engine.schemas.create(stranger, LOYALTY), { code: 'forbidden' })
  })

  test.each<[string, CustomField[]]>([
    ['two fields of one name', [field('x', 'text'), field('x', 'date')]],
    ['a choice without choices', [field('x', 'enum')]],
    ['choices of a text', [field('x', 'text', { options: [{ value: 'a' }] })]],
    ['more than fits', [field('x', 'text', { max: 101 })]],
    ['a date with a least', [field('x', 'date', { min: 1 })]],
    ['a least above the most', [field('x', 'integer', { min: 2, max: 1 })]],
  ])('has not %s', async (_what, fields) => {
    await refused(() => make({ ...LOYALTY, fields }), { code: 'invalid_input' })
  })

  test('written apart has both versions, the later one last; one of a newer application is counted', () => {
    const at = (ms: number) => makeStamp(Date.UTC(2026, 5, 1) + ms, 0, asDeviceId('testdevice'))
    const document = (key: string, ms: number, says: object): DecisionDocument => {
      const subjects = ['contactSchema', 'id', key]
      const stamp = at(ms)
      return {
        id: decisionId('setting', subjects),
        kind: 'setting',
        subjects,
        standing: [{ v: true, t: stamp, b: 'ann' }],
        definition: { at: stamp, by: 'ann', says: says as never },
      }
    }
    const written = [
      document('a', 1, { version: 1, schema: LOYALTY }),
      document('b', 3, { version: 2, schema: { ...LOYALTY, name: 'Here' } }),
      document('c', 2, { version: 2, schema: { ...LOYALTY, name: 'There' } }),
      document('d', 4, { version: 3, schema: { colours: [] } }),
      document('e', 5, { version: 4, schema: { ...LOYALTY, name: 'After' } }),
    ]
    for (const order of [written, [...written].reverse()])
      expect(
        contactSchemasIn(order)
          .get('id')
          ?.map(({ name, version }) => [version, name]),
      ).toEqual([
        [1, 'Loyalty'],
        [2, 'There'],
        [3, 'Here'],
        [5, 'After'],
      ])
  })
})

describe('a contact with a schema', () => {
  test('has the fields of it and no others, whoever writes them', async () => {
    const schema = { id: await make(), version: 1 }
    const id = await create({ firstName: 'Typed', schema, customFields: { level: 'gold', points: 5 } })
    expect((await person(id)).fields).toMatchObject({ schema, customFields: { level: 'gold', points: 5 } })
    const refusals: [object, string][] = [
      [{ level: 'gold' }, 'customFields.points'],
      [{ points: 5.5 }, 'customFields.points'],
      [{ points: 5, colour: 'red' }, 'customFields.colour'],
      [{ points: 5, level: 'old' }, 'customFields.level'],
    ]
    const { contacts } = bench.engine
    for (const [customFields, at] of refusals) {
      const change = { customFields } as object
      for (const call of [
        () => contacts.update(ann, id, change),
        () => contacts.replace(ann, id, { firstName: 'Typed', schema, ...change }),
        () => create({ firstName: 'Other', schema, ...change }),
      ])
        await refused(call, { code: 'invalid_input', field: at })
    }
    expect((await person(id)).fields.customFields).toEqual({ level: 'gold', points: 5 })
    await contacts.update(ann, id, { title: 'Dr' })
    const absent = { id: schema.id, version: 9 }
    await refused(() => contacts.update(ann, id, { schema: absent }), { field: 'schema' })
    await contacts.update(ann, id, { schema: null, customFields: { anything: [1] } })
    expect((await person(id)).fields.customFields).toEqual({ anything: [1] })
  })

  test('is found by what is typed, stays as it is when the schema goes, and takes no disabled one', async () => {
    const schema = { id: await make({ ...LOYALTY, fields: [field('member', 'identifier')] }), version: 1 }
    const id = await create({ firstName: 'Member', schema, customFields: { member: 'Zebra-77' } })
    await bench.views.searchable()
    expect(bench.views.search('zebra-77', 5).map(({ personId }) => personId)).toEqual([id])
    await bench.engine.schemas.update(ann, schema.id, 1, { ...LOYALTY, isEnabled: false })
    await refused(() => create({ firstName: 'Late', schema }), { field: 'schema' })
    await bench.engine.schemas.remove(ann, schema.id)
    await bench.engine.contacts.update(ann, id, { customFields: { member: 'Zebra-78' } })
    expect((await person(id)).fields).toMatchObject({ schema, customFields: { member: 'Zebra-78' } })
  })
})
