// vCard: what any version may write comes back; a broken card is rejected alone.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../../src-main/import/people/person'
import { type Card, readCards } from '../../src-main/import/vcard/cards'
import { readCard } from '../../src-main/import/vcard/person'
import { parseProperty, splitValue, unescapeText } from '../../src-main/import/vcard/properties'
import { openDesk } from './support/desk'
import { MemoryPeople } from './support/people'

const REGION = { code: 'AU', explicit: false }

async function cardsOf(text: string, pieces = 1): Promise<Card[]> {
  const size = Math.max(1, Math.ceil(text.length / pieces))
  async function* feed() {
    for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size)
  }
  const cards: Card[] = []
  for await (const card of readCards(feed())) cards.push(card)
  return cards
}

async function personOf(...lines: string[]) {
  const [card] = await cardsOf(`BEGIN:VCARD\r\n${lines.join('\r\n')}\r\nEND:VCARD\r\n`)
  if (!card || card.problem) throw new Error(card?.problem?.message ?? 'no card')
  const judged = judge(1, readCard(card, REGION.code), REGION)
  if ('rejected' in judged) throw new Error(judged.rejected.message)
  return { ...judged.draft, problems: judged.problems }
}

const escapeText = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(',', '\\,').replaceAll(';', '\\;')

/** Folds after at most 75 octets, never inside a character (RFC 6350 section 3.2). */
function fold(line: string): string {
  const lines = ['']
  for (const character of line) {
    const last = lines.at(-1) ?? ''
    if (Buffer.byteLength(last + character) > 75) lines.push(` ${character}`)
    else lines[lines.length - 1] = last + character
  }
  return lines.join('\r\n')
}

const anyText = fc.string({
  unit: fc.constantFrom(...'ab,;:\\"n \n=ß€漢😀'.split(/(?:)/u)),
  minLength: 1,
  maxLength: 200,
})

test('escaped and folded text comes back, however the file is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anyText, fc.integer({ min: 1, max: 40 }), async (note, name, pieces) => {
      const text = [
        'BEGIN:VCARD',
        'VERSION:4.0',
        fold(`NOTE;LANGUAGE=en:${escapeText(note)}`),
        fold(`N:${escapeText(name)};${escapeText(note)};;;`),
        'END:VCARD',
        '',
      ]
      const [card, ...more] = await cardsOf(text.join('\r\n'), pieces)
      expect(more).toEqual([])
      expect(card?.problem).toBeUndefined()
      expect(unescapeText(card?.properties[1]?.value ?? '')).toBe(note)
      expect(splitValue(card?.properties[2]?.value ?? '', ';').slice(0, 2)).toEqual([name, note])
    }),
    { numRuns: 300 },
  )
})

test('quoted-printable with soft line breaks comes back (vCard 2.1)', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const encoded = [...Buffer.from(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      const lines = (encoded.join('').match(/.{1,72}/g) ?? []).join('=\r\n')
      const [card] = await cardsOf(
        `BEGIN:VCARD\r\nVERSION:2.1\r\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:${lines}\r\nTEL;CELL:1\r\nEND:VCARD\r\n`,
      )
      expect(card?.properties.map(({ value }) => value)).toEqual(['2.1', text, '1'])
    }),
    { numRuns: 100 },
  )
})

test('a line break is escaped by either letter', () => {
  expect(unescapeText('one\\ntwo\\Nthree\\\\n')).toBe('one\ntwo\nthree\\n')
})

test('a content line is taken apart', () => {
  expect(parseProperty('item1.TEL;TYPE="cell,voice";PREF=1;X-NOTE=a^nb^^c:tel:+61', 7)).toEqual({
    group: 'item1',
    name: 'TEL',
    params: new Map([
      ['TYPE', ['cell,voice']],
      ['PREF', ['1']],
      ['X-NOTE', ['a\nb^c']],
    ]),
    value: 'tel:+61',
    line: 7,
  })
  expect(parseProperty('tel;HOME;VOICE;ENCODING=QUOTED-PRINTABLE:1', 1)?.params).toEqual(
    new Map([
      ['TYPE', ['HOME', 'VOICE']],
      ['ENCODING', ['QUOTED-PRINTABLE']],
    ]),
  )
  expect(parseProperty('ADR;LABEL="12: Main; Street":;;x', 1)?.value).toBe(';;x')
  expect(parseProperty('no colon here', 1)).toBeUndefined()
})

test('vCard 4.0 with preferences, URIs and a social profile', async () => {
  const person = await personOf(
    'VERSION:4.0',
    'FN:Dr. Kate van der Berg',
    'N:van der Berg;Kate;Ann;Dr.;MBA',
    'TEL;VALUE=uri;TYPE=home:tel:+61-3-8369-6679',
    'TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+61-2-9876-5432;ext=12',
    'EMAIL;TYPE=home:mailto:kate@example.org',
    'ORG:Example Ltd;Support;Night shift',
    'TITLE:Head of support',
    'ADR;TYPE=work:PO Box 1;Floor 2;1 Main Street;Perth;WA;6000;Australia',
    'SOCIALPROFILE;SERVICE-TYPE=Twitter:https://twitter.com/kate_b',
    'IMPP:whatsapp:+61412345678',
    'UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1',
    'BDAY:19800203',
    'PHOTO:data:image/jpeg;base64,AAAA',
    ' BBBB',
    'REV:20260101T000000Z',
  )
  expect(person.problems).toEqual([])
  expect(person.input).toEqual({
    salutation: 'Dr.',
    firstName: 'Kate',
    middleName: 'Ann',
    lastName: 'van der Berg',
    title: 'Head of support',
    workPhone: { userInput: '+61-2-9876-5432 ext. 12' },
    homePhone: { userInput: '+61-3-8369-6679' },
    personalEmail: 'kate@example.org',
    address: {
      address1: '1 Main Street',
      address2: 'Floor 2, PO Box 1',
      city: 'Perth',
      state: 'WA',
      postalCode: '6000',
      countryCode: 'AU',
    },
    externalOrganization: { name: 'Example Ltd' },
    twitterId: { screenName: 'kate_b' },
    whatsAppId: { phoneNumber: { userInput: '+61412345678' } },
    externalIds: [
      { externalSource: { id: 'vcard', name: 'vCard' }, value: 'urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1' },
    ],
    customFields: { 'Name suffix': 'MBA', Department: 'Support, Night shift', Birthday: '19800203' },
  })
})

test('vCard 2.1 with bare types, quoted-printable in another charset, and a nested AGENT', async () => {
  const person = await personOf(
    'VERSION:2.1',
    'N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg',
    'TEL;CELL;VOICE:0412 345 678',
    'TEL;WORK;FAX:02 9876 5432',
    'EMAIL;INTERNET;PREF:joerg@example.org',
    'AGENT:',
    'BEGIN:VCARD',
    'VERSION:2.1',
    'N:Agent;Secret',
    'END:VCARD',
    'PHOTO;ENCODING=BASE64;JPEG:AAAA',
    ' BBBB',
    '',
    'NOTE:kept',
  )
  expect(person).toEqual({
    row: 1,
    input: {
      firstName: 'Jörg',
      lastName: 'Müller',
      cellPhone: { userInput: '0412 345 678' },
      otherPhone: { userInput: '02 9876 5432' },
      workEmail: 'joerg@example.org',
    },
    note: 'kept',
    problems: [],
  })
})

test('Apple labels, several notes, and more numbers than fields', async () => {
  const person = await personOf(
    'VERSION:3.0',
    'FN:Jo Erceg',
    'item1.TEL:0412345671',
    'item1.X-ABLabel:_$!<Mobile>!$_',
    'TEL;type=CELL:0412345672',
    'TEL:0412345673',
    'TEL:0412345674',
    'TEL:+61 412 345 671',
    'TEL:0412345675',
    'NOTE:one',
    'NOTE:two',
  )
  expect(person.input).toEqual({
    firstName: 'Jo',
    lastName: 'Erceg',
    cellPhone: { userInput: '0412345671' },
    workPhone: { userInput: '0412345672' },
    homePhone: { userInput: '0412345673' },
    otherPhone: { userInput: '0412345674' },
  })
  expect(person.note).toBe('one\n\ntwo')
  expect(person.identifiers).toEqual([{ type: 'Phone', value: '+61412345675' }])
  expect(person.problems).toEqual([
    {
      code: 'no_free_field',
      message: '“0412345675” was kept as an identifier of this person: all four phone fields of this person are taken.',
      column: 'TEL',
      value: '0412345675',
    },
  ])
})

test('broken cards are people as far as they can be read, each with its reason', async () => {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const card = (...lines: string[]) => ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD']
  const text = [
    ...card('FN:Kate Burns'), // row 1, line 1
    ...card('FN:No Colon', 'this is no property'), // row 2, line 5
    ...card('FN:Never Closed').slice(0, -1), // row 3, line 10
    ...card('FN:Joshua Erceg'), // row 4, line 13
    'stray text', // row 5, line 17
    'BEGIN:VCARD', // row 6, line 18
    'VERSION:5.0',
    'FN:From The Future',
    'END:VCARD',
    ...card('FN:Choir', 'X-ADDRESSBOOKSERVER-KIND:group'), // row 7, line 22
    ...card('NOTE;CHARSET=klingon;ENCODING=QUOTED-PRINTABLE:=FC', 'FN:Worf Son'), // row 8, line 27
    ...card('REV:20260101'), // row 9, line 32
    ...card(`NOTE:${'x'.repeat(300_000)}`, 'FN:Endless Note'), // row 10, line 36
    ...card(`PHOTO;ENCODING=b:${'A'.repeat(400_000)}`, 'FN:Large Photo'), // row 11, line 41
    'BEGIN:VCARD', // row 12, line 46
    'FN:Cut Off',
    'TEL:0412 34',
  ].join('\n')
  const file = await desk.jobs.open(desk.write('cards.vcf', text))
  const done = await desk.go(file, 'run')
  expect(people.people.map(({ input }) => input.firstName)).toEqual([
    'Kate',
    'No',
    'Never',
    'Joshua',
    'From',
    'Worf',
    'Endless',
    'Large',
    'Cut',
  ])
  expect(people.people.at(-1)?.input).toEqual({ firstName: 'Cut', lastName: 'Off' })
  expect(done.counts).toMatchObject({ rows: 12, creates: 9, rejects: 3, warnings: 6 })
  expect((await desk.lines(file)).map(({ row, code, message }) => [row, code, message])).toEqual([
    [2, 'malformed_card', 'Line 8 is not a property of a card; “this is no property” was left out.'],
    [
      3,
      'malformed_card',
      'The card of line 10 has no END:VCARD before the next one begins; what stands in between was taken as its own.',
    ],
    [5, 'malformed_card', 'The text in line 17 stands outside any card.'],
    [6, 'odd_version', 'The card says version “5.0”; it was read as 4.0, the nearest of 2.1, 3.0 and 4.0.'],
    [7, 'not_a_person', 'The card of line 22 is a group, not a person.'],
    [
      8,
      'uncertain_encoding',
      'The value in line 29 does not say in which encoding it is (“klingon” is none); it was read as Windows-1252.',
    ],
    [9, 'empty_row', 'The row has no value in any column that is imported.'],
    [10, 'cell_too_long', 'The property in line 38 holds more than 300,000 characters; it was left out.'],
    [
      12,
      'malformed_card',
      'The card of line 46 is cut off: the file ends before its END:VCARD. Its last line, “TEL:0412 34”, may be cut, too, and was left out.',
    ],
    [0, 'property_left_out', 'REV was left out (once): it tells of the card or is no text.'],
    [0, 'property_left_out', 'PHOTO was left out (once): it tells of the card or is no text.'],
  ])
})
