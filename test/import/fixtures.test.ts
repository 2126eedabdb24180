// The five sample exports: recognised, read whole, and every problem they hold is found.
import { join } from 'node:path'
import { type ContactInput, PHONE_FIELDS } from '@shared/model/contact'
import { parsePhone } from '@shared/model/phone'
import { afterAll, expect, test } from 'vitest'
import { FIXTURES, openDesk } from './support/desk'
import { MemoryPeople, nameOf } from './support/people'

/** How many people have each field. */
function filled(people: readonly { input: ContactInput; note?: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  const count = (field: string) => {
    counts[field] = (counts[field] ?? 0) + 1
  }
  for (const { input, note } of people) {
    for (const [field, value] of Object.entries(input)) {
      if (field !== 'address' && field !== 'customFields') count(field)
      else for (const part of Object.keys(value as object)) count(`${field}.${part}`)
    }
    if (note !== undefined) count('note')
  }
  return counts
}

let unreadable = 0
afterAll(() => expect(unreadable).toBeGreaterThan(30))

/** What the report should hold by the numbers people ended up with; the files have unreadable ones on purpose. */
function invalidPhones(people: readonly { input: ContactInput }[]) {
  const perRow = people.map(({ input }) =>
    PHONE_FIELDS.filter((field) => input[field] && !parsePhone(input[field].userInput ?? '', 'AU')),
  )
  const lines = perRow.flat().length
  unreadable += lines
  return {
    rows: { warnings: perRow.filter(({ length }) => length > 0).length },
    lines: lines > 0 ? { 'warning invalid_phone': lines } : {},
  }
}

async function imported(name: string) {
  const people = new MemoryPeople()
  const desk = openDesk(people)
  const file = await desk.jobs.open(join(FIXTURES, name))
  const planned = await desk.go(file, 'plan')
  expect(people.people).toEqual([])
  const done = await desk.go(file, 'run')
  expect(done.counts).toEqual(planned.counts)
  expect(done.phase).toBe('done')
  expect(done.progress).toBe(1)
  const codes: Record<string, number> = {}
  for (let offset = 0; offset < done.reportLines; offset += 500)
    for (const line of (await desk.jobs.report(file.importId, { offset, limit: 500 })).lines)
      codes[`${line.kind} ${line.code}`] = (codes[`${line.kind} ${line.code}`] ?? 0) + 1
  return {
    file,
    done,
    people: people.people,
    codes,
    fields: filled(people.people),
    invalid: invalidPhones(people.people),
  }
}

test('Google Contacts, the header of 2024 and later', async () => {
  const { file, done, people, codes, fields, invalid } = await imported('google-contacts.csv')
  expect(file).toMatchObject({ format: 'google', encoding: 'UTF-8', separator: ',' })
  expect(done.counts).toMatchObject({ rows: 290, creates: 290, rejects: 0, ...invalid.rows })
  expect(codes).toEqual({ ...invalid.lines, 'info column_left_out': 2 })
  expect(fields).toEqual({
    firstName: 290,
    lastName: 290,
    personalEmail: 290,
    workEmail: 40,
    cellPhone: 290,
    homePhone: 140,
    workPhone: 1, // the second of two mobile numbers in one cell
    'address.address1': 279,
    'address.city': 278,
    'address.state': 255,
    'address.postalCode': 279,
    'address.countryCode': 280,
    'customFields.Birthday': 256,
    note: 7,
  })
  expect(people[0]?.note).toBe('Prefers mornings.\nSecond line, with "quotes"; and a comma')
  expect(people.find(({ input }) => nameOf(input) === 'Taylah Marsulazl')?.input).toMatchObject({
    cellPhone: { userInput: '0412 385 273' },
    workPhone: { userInput: '0451 940 678' },
    homePhone: { userInput: '0337715513' },
    personalEmail: 'TAYLAH.MARSULAZL@EXAMPLE.ORG',
  })
  expect(people.map(({ input }) => nameOf(input))).toContain('Анна Каренина')
})

test('Outlook, with byte order mark', async () => {
  const { file, done, codes, fields, invalid } = await imported('outlook.csv')
  expect(file).toMatchObject({ format: 'outlook', encoding: 'UTF-8 with BOM', separator: ',' })
  expect(done.counts).toMatchObject({ rows: 280, creates: 280, rejects: 0, ...invalid.rows })
  expect(codes).toEqual(invalid.lines)
  expect(fields).toEqual({
    firstName: 280,
    lastName: 280,
    homePhone: 280,
    workPhone: 70,
    cellPhone: 280,
    workEmail: 280,
    'address.address1': 280,
    'address.city': 278,
    'address.state': 258,
    'address.postalCode': 274,
    'address.countryCode': 280,
  })
})

test('Salesforce, with its record ids', async () => {
  const { file, done, people, codes, fields, invalid } = await imported('salesforce.csv')
  expect(file).toMatchObject({ format: 'salesforce', encoding: 'UTF-8', separator: ',' })
  expect(done.counts).toMatchObject({ rows: 280, creates: 280, rejects: 0, ...invalid.rows })
  expect(codes).toEqual(invalid.lines)
  expect(fields).toEqual({
    externalIds: 280,
    salutation: 210,
    firstName: 280,
    lastName: 280,
    workPhone: 280,
    cellPhone: 280,
    workEmail: 280,
    'address.address1': 280,
    'address.city': 278,
    'address.state': 244,
    'address.postalCode': 277,
    'address.countryCode': 280,
  })
  expect(people[0]?.input).toEqual({
    externalIds: [{ externalSource: { id: 'salesforce', name: 'Salesforce' }, value: '003000000000011AAA' }],
    salutation: 'Ms.',
    firstName: 'Kate',
    lastName: 'Burns',
    workPhone: { userInput: '07 43395144' },
    cellPhone: { userInput: '+61 417 097 078' },
    workEmail: 'kate.burns600@example.com',
    address: {
      address1: '18 beattie crescent',
      city: 'Tanilba Bay',
      state: 'QLD',
      postalCode: '2774',
      countryCode: 'AU',
    },
  })
})

test('HubSpot, separated by semicolons', async () => {
  const { file, done, people, codes, fields, invalid } = await imported('hubspot-semicolon.csv')
  expect(file).toMatchObject({ format: 'hubspot', encoding: 'UTF-8', separator: ';' })
  expect(done.counts).toMatchObject({ rows: 280, creates: 280, rejects: 0, ...invalid.rows })
  expect(codes).toEqual(invalid.lines)
  expect(fields).toEqual({
    externalIds: 280,
    firstName: 280,
    lastName: 280,
    workPhone: 280,
    cellPhone: 94,
    workEmail: 280,
    'address.city': 277,
    'address.countryCode': 280,
    'customFields.Create Date': 280,
    'customFields.Lead Status': 280,
  })
  expect(people[0]?.input.externalIds).toEqual([{ externalSource: { id: 'hubspot', name: 'HubSpot' }, value: '151' }])
})

test('vCard, versions 3.0 and 4.0 mixed', async () => {
  const { file, done, people, codes, fields, invalid } = await imported('contacts.vcf')
  expect(file).toMatchObject({ format: 'vcard', encoding: 'UTF-8', columns: [] })
  expect(file).not.toHaveProperty('separator')
  expect(done.counts).toMatchObject({ rows: 259, creates: 259, rejects: 0, ...invalid.rows })
  expect(codes).toEqual(invalid.lines)
  expect(fields).toEqual({
    firstName: 259,
    lastName: 259,
    cellPhone: 259,
    homePhone: 259,
    workEmail: 130,
    personalEmail: 129,
    'address.address1': 259,
    'address.city': 252,
    'address.state': 225,
    'address.postalCode': 255,
    'address.countryCode': 259,
    note: 9,
  })
  expect(people[0]).toMatchObject({
    input: { cellPhone: { userInput: '+61430000000' }, homePhone: { userInput: '02 17988874' } },
    note:
      'A long note, with commas; semicolons and\nlines — folded at seventy-five octets, ' +
      'as RFC 6350 section 3.2 asks, so that a reader must unfold it. Größe 42 €',
  })
})

test('a number that somebody of an earlier import holds is a dispute', async () => {
  const desk = openDesk()
  await desk.go(await desk.jobs.open(join(FIXTURES, 'google-contacts.csv')), 'run')
  const path = desk.write('more.csv', 'First Name,Last Name,Phone\nDavid,Late,0412 345 678\nEve,Free,0412 345 679\n')
  const file = await desk.jobs.open(path)
  const planned = await desk.go(file, 'plan')
  const done = await desk.go(file, 'run')
  expect(done.counts).toEqual(planned.counts)
  expect(done.counts).toMatchObject({ rows: 2, creates: 2, disputes: 1, rejects: 0, warnings: 0 })
  expect(await desk.lines(file)).toEqual([
    {
      row: 1,
      kind: 'dispute',
      code: 'held_by_other',
      message: '+61412345678 belongs to Stirling Need; it is kept with this person but does not identify them.',
      value: '+61412345678',
      contactId: 'p1',
    },
  ])
})

test('a second import of the same file changes nothing', async () => {
  const desk = openDesk()
  const file = await desk.jobs.open(join(FIXTURES, 'salesforce.csv'))
  await desk.go(file, 'run')
  expect((await desk.go(file, 'run')).counts).toMatchObject({ rows: 280, creates: 0, unchanged: 280 })
})
