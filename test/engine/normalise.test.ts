// From what people and systems write to the key that is claimed (domain specification, section 2).
import fc from 'fast-check'
import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, test } from 'vitest'
import { mirroredIdentifiers } from '../../src-main/engine/derive/mirrored'
import { fieldsOf, registerChanges } from '../../src-main/engine/documents/fields'
import { identifierId } from '../../src-main/engine/documents/ids'
import { readChanges } from '../../src-main/engine/input'
import { normaliseEmail } from '../../src-shared/model/email'
import { IDENTIFIER_TYPES, type IdentifierInput } from '../../src-shared/model/identifier'
import { normalise, tryNormalise } from '../../src-shared/model/normalise'
import { cases } from '../support/arbitraries'
import { tries } from '../support/depth'

/** Every region with the example number that libphonenumber ships for it. */
const REGIONS = getCountries().flatMap((region) => {
  const example = getExampleNumber(region, examples)
  return example ? [{ region, example }] : []
})

describe('the example number of every region', () => {
  test('there is one for all regions libphonenumber knows, but for those without numbers of their own', () => {
    const without = getCountries().filter((region) => !REGIONS.some((one) => one.region === region))
    expect(REGIONS.length).toBeGreaterThan(230)
    expect(without).toEqual([])
  })

  test.each(REGIONS)('$region: all its notations are one identifier', ({ region, example }) => {
    const international = example.formatInternational()
    const notations: [string, string][] = [
      [example.formatNational(), region],
      [example.nationalNumber, region],
      [international, region],
      [international, region === 'AU' ? 'US' : 'AU'], // in full it means the same anywhere
      [international.replaceAll(' ', '-'), 'DE'],
      [example.number, 'JP'],
      [example.getURI(), 'GB'],
      [` ${example.number}\t`, region],
    ]
    for (const [value, home] of notations) {
      expect([value, tryNormalise({ type: 'Phone', value }, home)]).toEqual([
        value,
        { type: 'Phone', value: example.number },
      ])
      expect(tryNormalise({ type: 'SocialWhatsapp', value }, home)?.value).toMatch(/^\d+$/)
    }
    for (const value of [example.formatNational(), international, example.number, example.number.slice(1)])
      expect([value, tryNormalise({ type: 'SocialWhatsapp', value }, region)?.value]).toEqual([
        value,
        example.number.slice(1),
      ])
    // As a field of a contact it claims the same identifier, by its own region or the organisation's.
    const fields = { workPhone: { userInput: example.formatNational(), normalizationCountryCode: region } }
    const claimed = mirroredIdentifiers(fieldsOf(registerChanges(readChanges(fields, 'AU'), new Map())))
    expect([...claimed.keys()]).toEqual([identifierId({ type: 'Phone', value: example.number })])
  })
})

describe('phone numbers', () => {
  test.each([
    ['+1 803-123-0000', 'AU', '+18031230000'],
    ['(03) 8369 6679', 'AU', '+61383696679'],
    ['0011 44 20 7946 0018', 'AU', '+442079460018'],
    ['00 44 (0) 20 7946 0018', 'DE', '+442079460018'],
    ['tel:+61421856397', 'US', '+61421856397'],
    ['＋６１４２１８５６３９７', 'US', '+61421856397'],
    ['+61 421 856 397 ext. 5', 'US', '+61421856397'],
  ])('%s read in %s is %s', (value, region, key) => {
    expect(tryNormalise({ type: 'Phone', value }, region)).toEqual({ type: 'Phone', value: key })
  })

  test.each([
    '',
    ' ',
    '1',
    '12345',
    'call me',
    '+',
    '+4+91421856397',
    'x421856397',
    '+999 123 4567',
    '0421 856 397 or so',
  ])('“%s” is none, so nothing is claimed, and what was typed is kept', (value) => {
    expect(tryNormalise({ type: 'Phone', value }, 'AU')).toBeUndefined()
    if (value.trim() === '') return
    const changes = readChanges({ workPhone: { userInput: value } }, 'AU')
    expect(changes.workPhone).toEqual({ userInput: value.trim(), display: value.trim() })
    expect(mirroredIdentifiers(fieldsOf(registerChanges(changes, new Map()))).size).toBe(0)
  })

  test('the region of the contact comes before that of the organisation', () => {
    const read = (normalizationCountryCode?: string) =>
      readChanges(
        {
          cellPhone: { userInput: '020 7946 0018', ...(normalizationCountryCode ? { normalizationCountryCode } : {}) },
        },
        'AU',
      )
    expect(read('GB').cellPhone?.e164).toBe('+442079460018')
    expect(read().cellPhone?.e164).toBeUndefined()
  })
})

describe('mail addresses', () => {
  test.each([
    ['Ann@Example.COM', 'ann@example.com'],
    ['  ann@example.com\n', 'ann@example.com'],
    ['ann+tag@example.com', 'ann+tag@example.com'],
    ['a.n.n@example.co.uk', 'a.n.n@example.co.uk'],
    ['O’Brien@example.ie', 'o’brien@example.ie'],
    ["o'brien@example.ie", "o'brien@example.ie"],
    ['JÖRG@MÜLLER.example', 'jörg@müller.example'],
    ['jo\u0308rg@example.com', 'jörg@example.com'],
    ['用户@例子.example', '用户@例子.example'],
    ['a@b', 'a@b'],
    [`${'x'.repeat(64)}@example.com`, `${'x'.repeat(64)}@example.com`],
  ])('%s is %s', (typed, key) => {
    expect(normaliseEmail(typed)).toBe(key)
    expect(normalise({ type: 'Email', value: typed }, 'AU')).toEqual({ type: 'Email', value: key })
  })

  test.each([
    '',
    'ann',
    '@example.com',
    'ann@',
    'a b@example.com',
    'a@b@c',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a@exa mple.com',
    `${'x'.repeat(65)}@example.com`,
    `a@${'x'.repeat(254)}`,
  ])('“%s” is none, and refused with its field', (value) => {
    expect(normaliseEmail(value)).toBeUndefined()
    expect(() => normalise({ type: 'Email', value }, 'AU', 'here')).toThrow(
      expect.objectContaining({ code: 'invalid_email', field: 'here' }),
    )
  })
})

describe('the other types', () => {
  test.each([
    [{ type: 'SocialWhatsapp', value: '+49 30 901820' }, '4930901820'],
    [{ type: 'SocialWhatsapp', value: '4930901820' }, '4930901820'],
    [{ type: 'SocialWhatsapp', value: '0421 856 397' }, '61421856397'],
    [{ type: 'SocialLine', value: ' U12aB ' }, 'U12aB'],
    [{ type: 'SocialFacebook', value: 'PSID-1' }, 'PSID-1'],
    [{ type: 'SocialTwitter', value: '@Ann' }, '@Ann'],
    [{ type: 'SocialInstagram', value: 'IGSID' }, 'IGSID'],
    [{ type: 'SocialWhatsappBsuid', value: 'US.aBc' }, 'US.aBc'],
    [{ type: 'AppleOpaqueId', value: 'urn:mbid:AQAA=' }, 'urn:mbid:AQAA='],
    [{ type: 'Cookie', value: '5F1D-x' }, '5F1D-x'],
  ] as [IdentifierInput, string][])('%o is %s', (input, key) => {
    expect(normalise(input, 'AU')).toEqual({ type: input.type, value: key })
  })

  test('an external id is its source and its value', () => {
    expect(normalise({ type: 'ExternalId', value: ' 7 ', source: ' crm ' }, 'AU')).toEqual({
      type: 'ExternalId',
      value: '7',
      source: 'crm',
    })
    expect(normalise({ type: 'ExternalId', value: '7' }, 'AU')).toEqual({ type: 'ExternalId', value: '7', source: '' })
    const of = (source: string, value: string) => identifierId({ type: 'ExternalId', source, value })
    expect(of('a', 'bc')).not.toBe(of('ab', 'c'))
  })

  test.each(IDENTIFIER_TYPES)('%s of nothing but blanks is refused', (type) => {
    expect(tryNormalise({ type, value: ' \t' }, 'AU')).toBeUndefined()
  })
})

test('a key is its own key, whatever it was made from, in any region', () => {
  const value = fc.oneof(
    fc.string({ maxLength: 30, unit: 'grapheme' }),
    fc.emailAddress(),
    fc.emailAddress().map((address) => ` ${address.toUpperCase()}`),
    fc.constantFrom(...REGIONS.map(({ example }) => example.formatNational())),
    fc.stringMatching(/^\+?[0-9 ()-]{4,18}$/),
    fc.constantFrom('İ@example.com', 'ẞ@example.com', 'Å@example.com', 'ﬃ@EXAMPLE.com'),
  )
  const region = fc.constantFrom(...getCountries())
  let keys = 0
  fc.assert(
    fc.property(fc.constantFrom(...IDENTIFIER_TYPES), value, region, region, (type, typed, here, there) => {
      const key = tryNormalise({ type, value: typed }, here)
      if (!key) return
      keys += 1
      expect(tryNormalise(key, there)).toEqual(key)
    }),
    cases(10_000),
  )
  expect(keys).toBeGreaterThan(tries(10_000) / 2)
})
