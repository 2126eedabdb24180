// Custom fields that the organisation types, between a contact and a form.
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { customFieldText, readCustomField } from '@shared/model/custom-field-text'
import { expect, test } from 'vitest'
import {
  schemasToGive,
  schemaToEditBy,
  typedInput,
  typedTexts,
  typedWords,
} from '../../src-renderer/format/typed-fields'

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
