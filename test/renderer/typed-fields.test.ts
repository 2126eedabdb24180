// Custom fields that the organisation types, between a contact and a form.
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { customFieldText, readCustomField } from '@shared/model/custom-field-text'
import { describe, expect, test } from 'vitest'
import {
  schemasToGive,
  schemaToEditBy,
  typedInput,
  typedTexts,
  typedWords,
} from '../../src-renderer/format/typed-fields'
import {
  type FieldRow,
  type FormTexts,
  formOf,
  isSavable,
  NEW_ROW,
  rowFault,
  rowsIn,
  schemaIn,
} from '../../src-renderer/settings/schema-form'

const schema: ContactSchemaVersion = {
  id: 's1',
  version: 1,
  createdAt: '2026-06-01T09:00:00.000Z',
  createdBy: 'ann',
  name: 'Membership',
  isEnabled: true,
  fields: [
    {
      name: 'tier',
      type: 'enum',
      title: 'Tier',
      options: [{ value: 'gold', title: 'Gold member' }, { value: 'silver' }],
    },
    { name: 'since', type: 'date', title: 'Since' },
    { name: 'visits', type: 'integer', title: 'Visits', min: 0 },
    { name: 'consent', type: 'checkbox', title: 'Consent' },
    { name: 'likes', type: 'tag', title: 'Likes' },
  ],
}
const fields = {
  schema: { id: 's1', version: 1 },
  customFields: { tier: 'gold', since: '2026-06-01', visits: 3, consent: false, likes: ['tea', 'walks'] },
}

test('a form begins with what is there, and says the same again when nothing is changed', () => {
  const texts = typedTexts(schema, fields)
  expect(texts).toEqual({ tier: 'gold', since: '2026-06-01', visits: '3', consent: 'no', likes: 'tea; walks' })
  expect(typedInput(schema, texts)).toEqual(fields)
  expect(typedInput(schema, { ...texts, visits: '', tier: '' })?.customFields).toEqual({
    since: '2026-06-01',
    consent: false,
    likes: ['tea', 'walks'],
  })
  expect(typedInput(schema, { ...texts, visits: '-1' })).toBeUndefined()
})

test('it is edited by the latest version, unless that has no field for what is there', () => {
  const more = {
    ...schema,
    version: 2,
    fields: [...schema.fields, { name: 'more', type: 'text' as const, title: 'More' }],
  }
  const less = { ...schema, version: 3, fields: schema.fields.slice(1) }
  expect(schemaToEditBy(fields, [[schema, more]])?.version).toBe(2)
  expect(schemaToEditBy(fields, [[schema, more, less]])?.version).toBe(1)
  expect(schemaToEditBy({ schema: { id: 'gone', version: 1 } }, [[schema]])).toBeUndefined()
  expect(schemasToGive([[schema, { ...more, isEnabled: false }]])).toEqual([])
})

test('values in words', () => {
  expect(typedWords(schema, 'tier', 'gold')).toBe('Gold member')
  expect(typedWords(schema, 'tier', 'silver')).toBe('silver')
  expect(typedWords(schema, 'consent', true)).toBe('Yes')
  expect(typedWords(schema, 'likes', ['tea', 'walks'])).toBe('tea; walks')
  expect(typedWords(schema, 'unknown', { a: 1 })).toBe('{"a":1}')
})

test.each<[number, string, unknown]>([
  [0, 'GOLD member', 'gold'],
  [0, 'Silver', 'silver'],
  [1, '1.6.2026', '2026-06-01'],
  [2, ' 12 ', 12],
  [3, 'ja', true],
  [4, 'tea, walks;tea', ['tea', 'walks']],
])('field %i reads “%s”', (at, text, value) => {
  const field = schema.fields[at]
  expect(field && readCustomField(field, text)).toEqual({ value })
  expect(field && readCustomField(field, customFieldText(value))).toEqual({ value })
})

test.each<[number, string]>([
  [0, 'bronze'],
  [1, '06/01/2026'],
  [2, '1,5'],
  [2, '12 000'],
  [3, 'perhaps'],
])('field %i does not read “%s”', (at, text) => {
  const field = schema.fields[at]
  expect(field && readCustomField(field, text)).toEqual({ fault: expect.any(String) })
})

describe('the form of a set of fields', () => {
  const filled = (texts: FormTexts, at: number, change: Partial<FieldRow>): FormTexts => ({
    ...texts,
    [`field ${at}`]: JSON.stringify({ ...NEW_ROW, ...change }),
  })

  test('says again what there is', () => {
    const { id: _id, version: _version, createdAt: _at, createdBy: _by, ...said } = schema
    expect(schemaIn(formOf(schema), schema)).toEqual(said)
    expect(isSavable(formOf(schema), schema)).toBe(true)
  })

  test('names new fields by what they are called and their type, and none as one that there was', () => {
    const begun = { ...formOf(schema), 'field 1': '' }
    const texts = ['Since', 'Größe (cm)', '名前'].reduce(
      (form, title, i) => filled(form, 5 + i, { title, type: 'date' }),
      { ...begun, ...filled({}, 4, { title: 'since', type: 'text' }) } as FormTexts,
    )
    const names = schemaIn(texts, schema).fields.map(({ name }) => name)
    expect(names).toEqual(['tier', 'visits', 'consent', 'since_text', 'since_date', 'gro_e_cm_date', 'field_date'])
  })

  test('a choice keeps its value under the name it has', () => {
    const [tier] = rowsIn(formOf(schema))
    if (!tier) throw new Error('the schema has fields')
    const row = { ...tier.row, choices: ['silver', 'Gold member', 'Platinum'] }
    const [field] = schemaIn({ ...formOf(schema), [tier.key]: JSON.stringify(row) }, schema).fields
    expect(field?.options).toEqual([
      { value: 'silver' },
      { value: 'gold', title: 'Gold member' },
      { value: 'Platinum' },
    ])
  })

  test.each<[string, Partial<FieldRow>]>([
    ['Give the field a name.', { title: ' ' }],
    ['Another field has this name.', { title: 'VISITS' }],
    ['Type what can be chosen.', { title: 'x', type: 'enum' }],
    ['Both limits must be numbers.', { title: 'x', type: 'number', min: 'few' }],
    ['The least is more than the most.', { title: 'x', type: 'integer', min: '9', max: '3' }],
    ['A field of type text holds 0 to 100.', { title: 'x', max: '500' }],
  ])('%s', (fault, change) => {
    const others = rowsIn(formOf(schema)).map(({ row }) => row)
    expect(rowFault({ ...NEW_ROW, ...change }, others)).toBe(fault)
    expect(isSavable(filled(formOf(schema), 7, change), schema)).toBe(false)
  })
})
