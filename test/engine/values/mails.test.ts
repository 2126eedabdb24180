// One mailbox, one key, whatever stands around the address. Where a case was told of in a public tracker, that stands beside it;
// the others are variations of these kinds. Values are invented.
import { describe, expect, test } from 'vitest'
import { mirroredIdentifiers } from '../../../src-main/engine/derive/mirrored'
import { readChanges } from '../../../src-main/engine/input'
import { aliasesOf } from '../../../src-shared/model/aliases'
import { normaliseEmail, readEmail } from '../../../src-shared/model/email'
import { splitEmails } from '../../../src-shared/model/several'

describe('what stands around an address', () => {
  test.each([
    ['Jane <jane@example.com>', 'jane@example.com'],
    ['"Doe, Jane" <jane@example.com>', 'jane@example.com'],
    ['jane@example.com <jane@example.com>', 'jane@example.com'],
    ['"bob@example.org" <jane@example.com>', 'jane@example.com'],
    ['<jane@example.com>', 'jane@example.com'],
    ['jane@example.com (work)', 'jane@example.com'],
    ['(jane@example.com)', 'jane@example.com'],
    ['[jane@example.com]', 'jane@example.com'],
    ['jane@example.com.', 'jane@example.com'],
    ['jane@example.com;', 'jane@example.com'],
    ['jane@example.com,', 'jane@example.com'],
    ['jane@example.com>', 'jane@example.com'],
    ["'jane@example.com", 'jane@example.com'],
    ["'jane@example.com'", 'jane@example.com'],
    ['"jane@example.com"', 'jane@example.com'],
    ['="jane@example.com"', 'jane@example.com'],
    ['jane@example.com<br>', 'jane@example.com'],
    ['<a href="mailto:jane@example.com">jane@example.com</a>', 'jane@example.com'],
    ['mailto:jane@example.com', 'jane@example.com'],
    ['MAILTO:jane%40example.com?subject=Hello%20you', 'jane@example.com'],
    ['[jane@example.com](mailto:jane@example.com)', 'jane@example.com'],
    ['<mailto:jane@example.com|jane@example.com>', 'jane@example.com'],
    ['E-Mail: jane@example.com', 'jane@example.com'],
    ['mail jane@example.com', 'jane@example.com'],
    ['e-mail - jane@example.com', 'jane@example.com'],
    ['jane@example.com#mailto:jane@example.com#', 'jane@example.com'],
    ['Jane#mailto:jane@example.com#', 'jane@example.com'],
    ['=HYPERLINK("mailto:jane@example.com","Jane")', 'jane@example.com'],
    ['=HYPERLINK("mailto:jane@example.com";"jane@example.com")', 'jane@example.com'],
    ['jane@example.com - alt', 'jane@example.com'],
    ['jane@example.com*', 'jane@example.com'],
    ['jane@example.com ✉', 'jane@example.com'],
    ['\u200bjane@example.com', 'jane@example.com'],
    ['jane@exa\u00admple.com\u200e', 'jane@example.com'],
    ['jane＠example．com', 'jane@example.com'],
    ['jane@example。com', 'jane@example.com'],
  ])('%j is %s', (typed, key) => {
    expect(readEmail(typed)?.key).toBe(key)
    const changes = readChanges({ workEmail: typed }, 'US')
    expect(normaliseEmail(changes.workEmail ?? '')).toBe(key)
    expect(readEmail(key)).toEqual({ key, address: key })
  })

  test('the address is kept as it was written, without what stood around it', () => {
    expect(readChanges({ workEmail: 'Jane Doe <Jane.Doe@Example.com>' }, 'US').workEmail).toBe('Jane.Doe@Example.com')
  })
})

describe('told of in trackers of other products', () => {
  test.each([
    ['chatmail/core #3216', 'simon@example.org.', 'simon@example.org'],
    ['floatpane/matcha #257', 'friend@example.com, ', 'friend@example.com'],
    ['mozilla/persona #1370', 'test@XN--hxajbheg2az3al.xn--jxalpdlp', 'test@παράδειγμα.δοκιμή'],
    ['bitwarden/server #1512', 'info@xn--bcher-kva.example', 'info@bücher.example'],
    ['data-privacy-stack/presidio #2077', 'user@xn--80ak6aa92e.example', 'user@аррӏе.example'],
    ['keycloak/keycloak #10620', 'ola@żółw.example', 'ola@żółw.example'],
  ])('%s: %j is %s', (_from, typed, key) => {
    expect(readEmail(typed)?.key).toBe(key)
  })

  test.each([
    ['veda-consulting-company/uk.co.vedaconsulting.mosaico #664', 'a@example.org, b@example.org'],
    ['civicrm/civicrm-core #12599', 'a@example.org ,b@example.org '],
  ])('%s: %j are two', (_from, cell) => {
    expect(splitEmails(cell).map(normaliseEmail)).toEqual(['a@example.org', 'b@example.org'])
  })
})

describe('an address is checked label by label', () => {
  test.each([
    ['"john doe"@example.com', '"john doe"@example.com'],
    ['"john"@example.com', 'john@example.com'],
    ['"a\\"b"@example.com', '"a\\"b"@example.com'],
    ['jane@[192.0.2.1]', 'jane@[192.0.2.1]'],
    ["o'brien@example.ie", "o'brien@example.ie"],
    ['info@xn--mnchen-3ya.example', 'info@münchen.example'],
    ['info@MÜNCHEN.example', 'info@münchen.example'],
    ['info@XN--MNCHEN-3YA.example', 'info@münchen.example'],
    ['info@faß.example', 'info@faß.example'],
  ])('%s is %s', (typed, key) => {
    expect(normaliseEmail(typed)).toBe(key)
    expect(normaliseEmail(key)).toBe(key)
  })

  test.each([
    'jane@example..com',
    'jane@.example.com',
    'jane@-example.com',
    'jane@example-.com',
    'jane@exa_mple.com',
    'jane@example.123',
    `jane@${'x'.repeat(64)}.com`,
    'jane@xn--zz.example',
    'jane doe@example.com',
    'jane@example@example.com',
    'jane@example.com bob@example.com',
    'bob@example.org <jane@example.com>',
    'Jane <jane@example.com>, Bob <bob@example.com>',
    'sip:jane@example.com',
    '=HYPERLINK("mailto:jane@example.com","bob@example.com")',
    'bob@example.com#mailto:jane@example.com#',
    '"unclosed@example.com',
    'jane at example.com',
    '@',
    `${'a@'.repeat(400)}b`,
  ])('%j is none', (typed) => {
    expect(readEmail(typed)).toBeUndefined()
  })

  test('a domain in letters of its own script and in ASCII is one, also for what was claimed by the latter', () => {
    const key = (workEmail: string) => [...mirroredIdentifiers({ workEmail }).values()].map(({ value }) => value)
    expect(key('info@xn--mnchen-3ya.example')).toEqual(key('info@münchen.example'))
    expect(aliasesOf({ type: 'Email', value: 'info@münchen.example' })).toEqual([
      { type: 'Email', value: 'info@xn--mnchen-3ya.example' },
    ])
    expect(aliasesOf({ type: 'Email', value: 'jane@example.com' })).toEqual([])
  })
})

test.each([
  ['a@example.com; b@example.com', ['a@example.com', 'b@example.com']],
  ['a@example.com,b@example.com', ['a@example.com', 'b@example.com']],
  ['a@example.com b@example.com', ['a@example.com', 'b@example.com']],
  ['a@example.com\nb@example.com ::: c@example.com', ['a@example.com', 'b@example.com', 'c@example.com']],
  [
    '"Doe, Jane" <a@example.com>, "Roe, Bob" <b@example.com>',
    ['"Doe, Jane" <a@example.com>', '"Roe, Bob" <b@example.com>'],
  ],
  ['Doe, Jane <a@example.com>', ['Doe, Jane <a@example.com>']],
  ['a@example.com; n/a; b@example.com', ['a@example.com', 'n/a', 'b@example.com']],
  ['none', ['none']],
])('a cell %j holds %j', (cell, pieces) => {
  expect(splitEmails(cell)).toEqual(pieces)
})
