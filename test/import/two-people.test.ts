// Files in which the border between two people is lost: each value of a person stands with that person, or its card or row is
// rejected and told; never is one made of two.
import { expect, test } from 'vitest'
import { imported } from './support/imported'

/** No person bears marks of two: a mark is the letter that all values of one person have in them. */
const bearers = (texts: readonly string[], one: RegExp, other: RegExp) =>
  texts.filter((text) => one.test(text) && other.test(text))

const card = (...lines: string[]) => ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n')

test.each([
  [
    'FN alone differs',
    card('VERSION:3.0', 'N:Qone;Qa', 'FN:Qa Qone', 'EMAIL:qa@example.com', 'FN:Wb Wtwo', 'EMAIL:wb@example.com'),
  ],
  ['no N at all', card('VERSION:4.0', 'FN:Qa Qone', 'EMAIL:qa@example.com', 'FN:Wb Wtwo', 'EMAIL:wb@example.com')],
  [
    'three in one',
    card(
      'VERSION:3.0',
      'FN:Qa Qone',
      'TEL:0412000001',
      'FN:Wb Wtwo',
      'TEL:0412000002',
      'FN:Ec Ethree',
      'TEL:0412000003',
    ),
  ],
  [
    'two days of birth',
    card(
      'VERSION:3.0',
      'FN:Qa Qone',
      'BDAY:1980-01-02',
      'EMAIL:qa@example.com',
      'BDAY:1991-03-04',
      'EMAIL:wb@example.com',
    ),
  ],
])('a card of two people is rejected: %s', async (_what, content) => {
  const { texts, lines } = await imported('a.vcf', content)
  expect(texts).toEqual([])
  expect(lines.map(({ code }) => code)).toContain('malformed_card')
})

test.each([
  [
    'the same again',
    card('VERSION:3.0', 'VERSION:3.0', 'N:Doe;Ann;;;', 'N:Doe;Ann;;Dr.;', 'UID:1', 'UID:1', 'TEL:0412000001'),
  ],
  ['an empty N', card('VERSION:3.0', 'N:;;;;', 'EMAIL:a@example.com', 'N:Doe;Ann', 'TEL:0412000001')],
  ['FN first, N behind', card('VERSION:3.0', 'FN:Mum', 'TEL:0412000001', 'N:Doe;Margaret', 'EMAIL:a@example.com')],
  ['a short form beside a name', card('VERSION:4.0', 'FN:Robert Doe', 'FN:Bob', 'TEL:0412000001')],
  [
    'days of birth in three notations',
    card('VERSION:4.0', 'FN:Ann Doe', 'BDAY:02.01.1980', 'BDAY:1980-01-02', 'BDAY:--01-02', 'TEL:0412000001'),
  ],
  ['a nickname in FN', card('VERSION:3.0', 'N:Smith;Robert', 'FN:Bob', 'TEL:0412000001')],
  ['a company in FN behind the number', card('VERSION:3.0', 'N:Smith;Robert', 'TEL:0412000001', 'FN:Sample Ltd')],
  ['FN in two forms', card('VERSION:4.0', 'FN;PREF=1:Robert Smith', 'FN:R. Smith', 'TEL:0412000001')],
  ['FN in two scripts', card('VERSION:4.0', 'FN:山田太郎', 'FN:Taro Yamada', 'TEL:0412000001')],
  [
    'FN in two languages',
    card('VERSION:4.0', 'FN;LANGUAGE=ja:やまだ', 'EMAIL:y@example.com', 'FN;LANGUAGE=en:Taro', 'TEL:0412000001'),
  ],
  ['a birthday in two notations', card('VERSION:3.0', 'FN:Ann Doe', 'BDAY:19800102', 'BDAY;VALUE=date:1980-01-02')],
])('a card of one person is taken: %s', async (_what, content) => {
  const { texts, lines } = await imported('a.vcf', content)
  expect(texts).toHaveLength(1)
  expect(lines.filter(({ kind }) => kind === 'rejected')).toEqual([])
})

const AGENT = ['BEGIN:VCARD', 'VERSION:2.1', 'N:Wtwo;Wb', 'EMAIL:wb@example.com']
test.each([
  ['on lines of its own', ['AGENT:', ...AGENT, 'END:VCARD', 'TEL:0412000001', 'END:VCARD']],
  ['begun on the same line', ['AGENT:BEGIN:VCARD', ...AGENT.slice(1), 'END:VCARD', 'TEL:0412000001', 'END:VCARD']],
])('the card of an agent inside a card is a person of its own: %s', async (_what, lines) => {
  const { texts, lines: told } = await imported(
    'a.vcf',
    ['BEGIN:VCARD', 'VERSION:2.1', 'N:Qone;Qa', ...lines, ''].join('\r\n'),
  )
  expect(texts.find((text) => text.includes('Qone'))).toContain('0412000001')
  expect(texts.find((text) => text.includes('Wtwo'))).toContain('wb@example.com')
  expect(bearers(texts, /Qone/, /Wtwo|wb@/)).toEqual([])
  expect(told.map(({ code }) => code)).toEqual(['nested_card'])
})

test('where the card of an agent has no END, nothing of it is taken: its last lines may be those of the card around it', async () => {
  const { texts, lines } = await imported(
    'a.vcf',
    ['BEGIN:VCARD', 'VERSION:2.1', 'N:Qone;Qa', 'AGENT:', ...AGENT, 'TEL:0412000001', 'END:VCARD', ''].join('\r\n') +
      card('VERSION:3.0', 'FN:Ec Ethree', 'TEL:0412000003'),
  )
  expect(bearers(texts, /Wtwo/, /0412000001/)).toEqual([])
  expect(texts.find((text) => text.includes('Ethree'))).toContain('0412000003')
  expect(lines.map(({ kind }) => kind)).toContain('rejected')
})

test('the text of an agent of version 3 stays in its card', async () => {
  const { texts } = await imported(
    'a.vcf',
    card('VERSION:3.0', 'FN:Qa Qone', 'AGENT:BEGIN:VCARD\\nFN:Wb Wtwo\\nEND:VCARD', 'TEL:0412000001'),
  )
  expect(texts).toHaveLength(1)
  expect(texts[0]).toContain('0412000001')
  expect(texts[0]).toContain('Wb Wtwo')
})

test.each([
  ['folded', 'NOTE:look:\r\n BEGIN:VCARD\r\n FN:Wb Wtwo\r\n END:VCARD'],
  ['escaped', 'NOTE:look: BEGIN:VCARD\\nFN:Wb Wtwo\\nEND:VCARD'],
])('the text of a card inside a note is text: %s', async (_what, note) => {
  const { texts, lines } = await imported('a.vcf', card('VERSION:3.0', 'FN:Qa Qone', note, 'EMAIL:qa@example.com'))
  expect(texts).toHaveLength(1)
  expect(texts[0]).toMatch(/Wb Wtwo.*END:VCARD/)
  expect(texts[0]).toContain('qa@example.com')
  expect(lines).toEqual([])
})

const THREE = 'First Name,Last Name,Email\n'
const FIVE = 'First Name,Last Name,Email,City,Mark\n'
test.each([
  ['three columns', `${THREE}Qa,"Qone,qa@example.com\nWb,Wtwo",wb@example.com\nEc,Ethree,ec@example.com\n`],
  ['the last column is quoted', `${THREE}Qa,Qone,"qa@example.com\nWb,Wtwo,wb@example.com"\nEc,Ethree,ec@example.com\n`],
  [
    'five columns, some empty',
    `${FIVE}Qa,"Qone,qa@example.com,,\nWb,Wtwo",wb@example.com,,\nEc,Ethree,ec@example.com,,\n`,
  ],
  ['two columns', 'Name,Email\n"Qa Qone,qa@example.com\nWb Wtwo",wb@example.com\nEc Ethree,ec@example.com\n'],
  ['numbers', `First Name,Last Name,Phone\nQa,"Qone,0412000001\nWb,Wtwo",0412000002\nEc,Ethree,0412000003\n`],
  [
    'over three rows',
    `${THREE}Qa,"Qone,qa@example.com\nRa,Rone,ra@example.com\nWb,Wtwo",wb@example.com\nEc,Ethree,ec@example.com\n`,
  ],
])('a pair of stray quotes makes no person of two rows: %s', async (_what, content) => {
  const { texts, lines } = await imported('a.csv', content)
  expect(bearers(texts, /Qone|Qa |qa@|0412000001/, /Wtwo|Wb|wb@|0412000002/)).toEqual([])
  expect(texts.some((text) => /Wtwo/.test(text))).toBe(true)
  expect(lines.map(({ code }) => code)).toContain('bad_quote')
})

test('where rows hold nothing but names, a name over two lines is told', async () => {
  const { lines } = await imported('a.csv', 'First Name,Last Name,City,Mark\nQa,"Qone,,\nWb,Wtwo",,\nEc,Ethree,,\n')
  expect(lines.map(({ code }) => code)).toContain('odd_name')
})

test('a cell of several lines stays one', async () => {
  const { texts, lines } = await imported(
    'a.csv',
    'Name,Email,Notes\nQa Qone,qa@example.com,"called, twice\nasks for wb@example.com, soon\nthird"\n',
  )
  expect(texts).toHaveLength(1)
  expect(texts[0]).toContain('soon')
  expect(lines).toEqual([])
})

test('the same header once more is no person', async () => {
  const { texts, lines } = await imported('a.csv', `${THREE}Qa,Qone,qa@example.com\n${THREE}Wb,Wtwo,wb@example.com\n`)
  expect(texts).toHaveLength(2)
  expect(lines.map(({ row, kind, code }) => ({ row, kind, code }))).toEqual([
    { row: 2, kind: 'rejected', code: 'header_again' },
  ])
})

test('columns in another order below a second header go where its names say, ids of rows too', async () => {
  const { texts, lines } = await imported(
    'a.csv',
    'Customer number,Name,Email,Phone\n7,Qa Qone,qa@example.com,0412000001\nName,Phone,Email,customer number\nWb Wtwo,0412000002,wb@example.com,7\n',
  )
  expect(texts).toHaveLength(2)
  expect(texts[1]).toMatch(/"userInput":"0412000002"/)
  expect(bearers(texts, /Qone/, /Wtwo|wb@|0412000002/)).toEqual([])
  // The number stands at two people of one file, so it identifies neither.
  expect(lines.map(({ row, code }) => ({ row, code }))).toEqual([
    { row: 1, code: 'shared_record_id' },
    { row: 2, code: 'header_again' },
    { row: 3, code: 'shared_record_id' },
  ])
})

test('rows below a header with other columns are told and not taken', async () => {
  const { texts, lines } = await imported(
    'a.csv',
    `${THREE}Qa,Qone,qa@example.com\nCompany,Email,Last Name,Phone\nSample,wb@example.com,Wtwo,0412000002\n`,
  )
  expect(texts).toHaveLength(1)
  expect(lines.map(({ row, kind, code }) => ({ row, kind, code }))).toEqual([
    { row: 2, kind: 'rejected', code: 'header_again' },
    { row: 3, kind: 'rejected', code: 'other_columns' },
  ])
})

test('a second header in other words', async () => {
  const { texts } = await imported('a.csv', 'Vorname;Nachname\nQa;Qone\nLast Name;First Name\nWtwo;Wb\n')
  expect(texts).toHaveLength(1)
})

test('a second header with names of its own, too', async () => {
  const { texts } = await imported(
    'a.csv',
    'Vorname;Nachname;E-Mail;Telefon\nQa;Qone;qa@example.com;0412 000 001\nNachname;Vorname;Telefon;E-Mail;Abteilung XY;Jahr 2024\nWtwo;Wb;0412 000 002;wb@example.com;;\n',
  )
  expect(texts).toHaveLength(1)
})

test('a person whose values are words of headers stays a person', async () => {
  const { texts } = await imported('a.csv', 'Name,Email,City\nPhone,phone@example.com,Mobile\nTitle,,\n')
  expect(texts).toHaveLength(2)
  const ticks = await imported(
    't.csv',
    'First Name,Last Name,Newsletter,VIP,Kunde\nAnn,Doe,Newsletter,VIP,\nBob,Roe,,VIP,Kunde\nEva,Poe,Newsletter,VIP,Kunde\n',
  )
  expect(ticks.texts).toHaveLength(3)
  const places = await imported('p.csv', 'Name,Work,Home,City\nHome,Work,,\nAnn Doe,,Home,\n')
  expect(places.texts).toHaveLength(2)
  const other = await imported('b.csv', 'Name,Kategorie,Notiz\nBüro,Privat,Firma\nAnn Doe,Privat,x\n')
  expect(other.texts).toHaveLength(2)
})
