// Links and arguments are hostile input: only what is written as agreed is understood, and it only ever opens something.
import { describe, expect, test } from 'vitest'
import { LOOKUP_TEXT_MAX } from '../../src-shared/model/limits'
import { openingSchema, readArguments, readLink } from '../../src-shared/model/opening'

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e'
const person = { open: 'person', contactId: ID }
const lookup = (text: string) => ({ open: 'lookup', text })

describe('a link', () => {
  test.each([
    [`scv://person/${ID}`, person],
    [`scv://person/${ID}/`, person],
    [`SCV://PERSON/${ID.toUpperCase()}`, person],
    ['scv://look-up/%2B61%20412%20345%20678', lookup('+61 412 345 678')],
    ['scv://look-up/anna%40example.org', lookup('anna@example.org')],
    ['scv://look-up/Zo%C3%AB%20M%C3%BCller', lookup('Zoë Müller')],
    ['scv://look-up/Zoe%CC%88', lookup('Zoë')],
    ['scv://look-up/100%25%20%3Cb%3E', lookup('100% <b>')],
  ])('%s opens what it says', (link, opening) => {
    expect(readLink(link)).toEqual(opening)
    expect(openingSchema.parse(readLink(link))).toEqual(opening)
  })

  test.each([
    '',
    'scv:',
    'scv://',
    'scv://person',
    'scv://person/',
    'scv://person/1',
    `scv://person/${ID}x`,
    `scv://person/${ID}/delete`,
    `scv://person/${ID}?erase=true`,
    `scv://person/${ID}#fragment`,
    `scv://person/..%2F${ID}`,
    `scv://user:password@person/${ID}`,
    `scv:person/${ID}`,
    `scv:///person/${ID}`,
    ` scv://person/${ID}`,
    `scv://person/${ID}\n`,
    `scv://person\\${ID}`,
    `scvx://person/${ID}`,
    `https://person/${ID}`,
    `javascript:scv://person/${ID}`,
    'file:///etc/passwd',
    `scv://delete/${ID}`,
    `scv://erase/${ID}`,
    'scv://look-up/',
    'scv://look-up/%20',
    'scv://look-up/%00',
    'scv://look-up/a%0Ab',
    'scv://look-up/a%E2%80%AEb',
    'scv://look-up/a%E2%80%8Bb',
    'scv://look-up/%',
    'scv://look-up/%zz',
    'scv://look-up/%ED%A0%80',
    'scv://look-up/%FF',
    'scv://look-up/a/b',
    'scv://look-up/a?limit=1',
    `scv://look-up/${'x'.repeat(LOOKUP_TEXT_MAX + 1)}`,
    `scv://look-up/${'%41'.repeat(1_000_000)}`,
  ])('%j opens nothing', (link) => {
    expect(readLink(link)).toBeUndefined()
  })
})

describe('arguments', () => {
  test.each([
    [[`--person=${ID}`], person],
    [['--look-up=+61 412 345 678'], lookup('+61 412 345 678')],
    [['.', '--inspect=9229', '--', `scv://person/${ID}`], person],
    // What is not understood stands in the way of nothing.
    [['--person=nobody', `scv://person/${ID}`], person],
    [[`scv://person/${ID}`, '--look-up=x'], person],
  ])('%j open what the first that is understood says', (argv, opening) => {
    expect(readArguments(argv)).toEqual(opening)
  })

  test.each([
    [[]],
    [['.']],
    [['--person']],
    [['--person', ID]],
    [[`--person= ${ID}`]],
    [[`-person=${ID}`]],
    [[`--PERSON=${ID}`]],
    [['--look-up=']],
    [['--look-up=a\nb']],
    [['--look-up=a\u0000']],
    [[`--look-up=${'x'.repeat(100_000)}`]],
    [['--renderer-cmd-prefix=calc', '--no-sandbox', '--load-extension=/tmp/x']],
    [['/home/user/people.csv']],
  ])('%j open nothing', (argv) => {
    expect(readArguments(argv)).toBeUndefined()
  })
})
