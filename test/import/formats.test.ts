// Headers recognised and guessed, and where values go.
import type { ContactInput } from '@shared/model/contact'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recognise } from '../../src-main/import/columns/formats'
import { TARGETS } from '../../src-main/import/columns/targets'
import { compileMapping } from '../../src-main/import/people/mapping'
import { splitFullName } from '../../src-main/import/people/names'
import { judge } from '../../src-main/import/people/person'
import { refusal } from './support/desk'

const REGION = { code: 'AU', explicit: false }

/** One row through recognition, mapping and judging. */
function read(row: Record<string, string>, choices: Record<string, string> = {}) {
  const headers = Object.keys(row)
  const { format, targets } = recognise(headers)
  const columns = headers.map((header, index) => ({ header, target: choices[header] ?? targets[index] ?? 'skip' }))
  const judged = judge(
    1,
    compileMapping(headers, columns, format, 'my people.csv', REGION.code)(Object.values(row)),
    REGION,
  )
  if ('rejected' in judged) throw new Error(judged.rejected.message)
  return { format, ...judged.draft, problems: judged.problems }
}

const HEADERS = {
  google: ['First Name', 'Last Name', 'E-mail 1 - Label', 'E-mail 1 - Value', 'Phone 1 - Label', 'Phone 1 - Value'],
  outlook: ['First Name', 'Last Name', 'Company', 'Business Street', 'E-mail Address', 'Business Phone'],
  salesforce: ['Contact ID', 'First Name', 'Last Name', 'Account Name', 'Mailing Street', 'Email'],
  hubspot: ['Record ID', 'First Name', 'Last Name', 'Email', 'Phone Number', 'Contact owner', 'Lead Status'],
  template: ['Contact ID', 'Contact First Name', 'Contact Last Name'],
  custom: ['Vorname', 'Nachname', 'E-Mail', 'Telefon'],
} as const

test.each([
  ['Nazwisko', 'lastName'],
  ['Telefon komórkowy', 'cellPhone'],
  ['Mobilní telefon', 'cellPhone'],
  ['Мобильный телефон', 'cellPhone'],
  ['携帯電話', 'cellPhone'],
  ['휴대폰', 'cellPhone'],
])('a column %s goes to %s', (header, target) => {
  expect(recognise(['Email', header]).targets[1]).toBe(target)
})

test('each format is recognised in any order and case, with further columns', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(HEADERS) as (keyof typeof HEADERS)[])).chain((format) =>
        fc.record({
          format: fc.constant(format),
          headers: fc.shuffledSubarray([...HEADERS[format], 'Shoe size', 'Zodiac'], {
            minLength: HEADERS[format].length + 2,
          }),
        }),
      ),
      fc.constantFrom(
        (text: string) => text,
        (text: string) => text.toUpperCase(),
        (text: string) => ` ${text.toLowerCase()} `,
      ),
      ({ format, headers }, spell) => {
        expect(recognise(headers.map(spell)).format).toBe(format)
      },
    ),
    { numRuns: 300 },
  )
})

test('every target a guess names can be chosen on screen', () => {
  const known = new Set(TARGETS.map(({ target }) => target))
  expect(known.size).toBe(TARGETS.length)
  for (const headers of Object.values(HEADERS))
    for (const target of recognise(headers).targets) expect(known).toContain(target)
})

test('the export of Google before 2024', () => {
  const { format, input, note } = read({
    Name: 'Kate Burns',
    'Given Name': 'Kate',
    'Family Name': 'Burns',
    'Group Membership': '* myContacts',
    Notes: 'met in Bonn',
    'E-mail 1 - Type': '* Work',
    'E-mail 1 - Value': 'kate@example.org ::: k.burns@example.org',
    'Phone 1 - Type': 'Work Fax',
    'Phone 1 - Value': '(02) 9876 5432',
    'Phone 2 - Type': 'Mobile',
    'Phone 2 - Value': '0412 345 678',
    'Organization 1 - Name': 'Example Ltd',
    'Organization 1 - Title': 'Engineer',
  })
  expect({ format, input, note }).toEqual({
    format: 'google',
    input: {
      firstName: 'Kate',
      lastName: 'Burns',
      title: 'Engineer',
      workEmail: 'kate@example.org',
      personalEmail: 'k.burns@example.org',
      cellPhone: { userInput: '0412 345 678' },
      otherPhone: { userInput: '(02) 9876 5432' },
      externalOrganization: { name: 'Example Ltd' },
    } satisfies ContactInput,
    note: 'met in Bonn',
  })
})

test('the template of the reference, with its record id', () => {
  const row = {
    'Contact ID': '42',
    'Contact First Name': 'Kate',
    'Contact Last Name': 'Burns',
    'Contact Cell Phone': '0412 345 678',
    'Contact Work Email': 'kate@example.org',
  }
  expect(read(row)).toMatchObject({
    format: 'template',
    input: {
      firstName: 'Kate',
      lastName: 'Burns',
      cellPhone: { userInput: '0412 345 678' },
      workEmail: 'kate@example.org',
      externalIds: [{ externalSource: { id: 'template' }, value: '42' }],
    },
  })
})

test.each([
  [
    {
      Name: 'Burns',
      Vorname: 'Kate',
      'E-Mail': 'k@example.org',
      Handy: '0412345678',
      PLZ: '53111',
      Ort: 'Bonn',
      Land: 'Deutschland',
    },
  ],
  [
    {
      Nom: 'Burns',
      Prénom: 'Kate',
      Courriel: 'k@example.org',
      Portable: '0412345678',
      'Code postal': '53111',
      Ville: 'Bonn',
      Pays: 'Allemagne',
    },
  ],
  [
    {
      Apellidos: 'Burns',
      Nombre: 'Kate',
      'Correo electrónico': 'k@example.org',
      Móvil: '0412345678',
      CP: '53111',
      Ciudad: 'Bonn',
      País: 'Alemania',
    },
  ],
  [
    {
      lastName: 'Burns',
      firstName: 'Kate',
      email: 'k@example.org',
      mobile_phone: '0412345678',
      postcode: '53111',
      town: 'Bonn',
      country: 'DE',
    },
  ],
])('headers in other languages: %j', (row) => {
  expect(read(row)).toMatchObject({
    format: 'custom',
    input: {
      firstName: 'Kate',
      lastName: 'Burns',
      workEmail: 'k@example.org',
      cellPhone: { userInput: '0412345678' },
      address: { postalCode: '53111', city: 'Bonn', countryCode: 'DE' },
    },
    problems: [],
  })
})

test('record ids of an unknown table are of a system named after the file', () => {
  expect(read({ Kundennummer: '7', Name: 'Kate Burns' }).input.externalIds).toEqual([
    { externalSource: { id: 'file:my people.csv', name: 'my people.csv' }, value: '7' },
  ])
})

test('values beyond the fields there are become identifiers and are reported, repeated ones are not', () => {
  const { input, problems } = read({
    Name: 'Kate Burns',
    Email: 'a@example.org; A@EXAMPLE.ORG, b@example.org',
    'Work email': 'c@example.org',
    'Other email': 'd@example.org',
    Phone: '0412345671',
    'Phone 2': '+61 412 345 671',
  })
  expect(input).toMatchObject({
    workEmail: 'c@example.org',
    otherEmail: 'd@example.org',
    personalEmail: 'a@example.org',
  })
  expect(input.workPhone).toEqual({ userInput: '0412345671' })
  expect(input.cellPhone).toBeUndefined()
  expect(problems).toEqual([
    {
      code: 'no_free_field',
      message:
        '“b@example.org” was kept as an identifier of this person: all three e-mail fields of this person are taken.',
      column: 'Email',
      value: 'b@example.org',
    },
  ])
})

test('a second address, two columns for one field, yes and no, handles', () => {
  const row = {
    'E-mail Address': 'k@example.org',
    'Business Street': '1 Work Road',
    'Home Street': '2 Home Lane',
    'Home City': 'Perth',
    'First Name': 'Kate',
    Call: 'Katie',
    'Survey opt out': 'Nein',
    'No surveys': 'perhaps',
    Twitter: '@kate_b',
    'Mobile Phone': '',
  }
  const { format, input, problems } = read(row, { Call: 'firstName', 'No surveys': 'skip' })
  expect(format).toBe('outlook')
  expect(input).toMatchObject({
    firstName: 'Kate',
    address: { address1: '1 Work Road' },
    surveyOptOut: false,
    twitterId: { screenName: 'kate_b' },
  })
  expect(problems).toEqual([])
  expect(input.customFields).toEqual({ Call: 'Katie', 'Second address': '2 Home Lane, Perth' })
  expect(read({ Name: 'Kate', 'No surveys': 'perhaps' }).problems).toEqual([
    {
      code: 'invalid_value',
      message: '“perhaps” is neither yes nor no; it was kept as a further detail.',
      column: 'No surveys',
      value: 'perhaps',
    },
  ])
})

test.each([
  ['Kate Burns', { firstName: 'Kate', lastName: 'Burns' }],
  ['Kate Ann Burns', { firstName: 'Kate', middleName: 'Ann', lastName: 'Burns' }],
  ['Anna van der Berg', { firstName: 'Anna', lastName: 'van der Berg' }],
  ['Burns, Kate Ann', { firstName: 'Kate', middleName: 'Ann', lastName: 'Burns' }],
  ['Madonna', { firstName: 'Madonna' }],
  ['Burns,', { firstName: 'Burns' }],
])('full name %s', (full, parts) => {
  expect(splitFullName(full)).toEqual(parts)
})

test.each([
  ['Mr Tim Roe', { salutation: 'Mr', firstName: 'Tim', lastName: 'Roe' }],
  ['Dr. Jane Q. Doe Jr.', { salutation: 'Dr.', firstName: 'Jane', middleName: 'Q.', lastName: 'Doe', suffix: 'Jr.' }],
  ['Prof. Dr. Max von Ahn', { salutation: 'Prof. Dr.', firstName: 'Max', lastName: 'von Ahn' }],
  ['Smith, Mr. John', { salutation: 'Mr.', lastName: 'Smith', firstName: 'John' }],
  ['Mr. & Mrs. Smith', { salutation: 'Mr. & Mrs.', lastName: 'Smith' }],
  ['Frau Müller', { salutation: 'Frau', lastName: 'Müller' }],
  ['Sir Ian', { salutation: 'Sir', firstName: 'Ian' }],
  ['Jane Doe, PhD, MD', { firstName: 'Jane', lastName: 'Doe', suffix: 'PhD, MD' }],
  ['Jane Doe (Sales)', { firstName: 'Jane', lastName: 'Doe' }],
  // names that look like titles
  ['Yo-Yo Ma', { firstName: 'Yo-Yo', lastName: 'Ma' }],
  ['Gen Tanaka', { firstName: 'Gen', lastName: 'Tanaka' }],
  ['Don Quixote', { firstName: 'Don', lastName: 'Quixote' }],
  ['Frau', { firstName: 'Frau' }],
  ['(unknown)', { firstName: '(unknown)' }],
])('titles, suffixes and remarks of %j', (full, parts) => {
  expect(splitFullName(full)).toEqual(parts)
})

test('a remark behind a name, and a label beside a number, are kept', () => {
  const { input } = read({ Name: 'Jane Doe (Sales)', Phone: '0412 000 001 (mobile), 02 9876 5432 (office)' })
  expect(input).toMatchObject({
    firstName: 'Jane',
    lastName: 'Doe',
    cellPhone: { userInput: '0412 000 001 (mobile)' },
    workPhone: { userInput: '02 9876 5432 (office)' },
    customFields: { Name: 'Jane Doe (Sales)' },
  })
})

test.each([
  ['fullName', ['Vor- und Nachname', 'Nom et prénom', 'Cognome e Nome', 'Ad Soyad', 'お名前', 'الاسم', 'Client']],
  ['firstName', ['fname', 'Keresztnév', 'שם פרטי']],
  ['lastName', ['L_Name', 'Vezetéknév', 'Soyad']],
  ['cellPhone', ['Mob No', 'Mobilfunk', 'Portable', 'Cep Tel', 'Моб. телефон', '手机号', '휴대전화', 'mobilephone']],
  ['homePhone', ['Landline No', 'Fijo', 'homephone1', 'Festnetz', 'Tel. Casa']],
  ['workPhone', ['Tel. (Büro)', 'Portable pro', 'Day Phone']],
  ['phone', ['Ph. No.', 'Tlf', 'Puhelin', 'PhoneNumber1', '电话号码', '電話', 'טלפון', 'Contact No.']],
  ['email', ['Mail ID', 'Correo-e', 'E-posta', 'Эл. почта', 'E-Mail 3', '电子邮箱']],
  ['address.postalCode', ['Mailing Zip', 'PIN Code', 'Индекс']],
  ['externalOrganization.name', ['Raison sociale', 'Razón social', 'Firma/Organisation']],
  ['recordId', ['Kd.-Nr.', 'Code client', 'Member ID', '会員番号', 'UUID']],
  ['custom', ['Lead Owner Email Count', 'Office', 'Número', 'Owner', 'Account Balance', 'Phone Plan', 'Score 1']],
])('%s', (target, headers) => {
  expect(headers.map((header) => [header, recognise([header]).targets[0]])).toEqual(headers.map((one) => [one, target]))
})

test('no word of a full name gets lost', () => {
  const word = fc.string({ unit: fc.constantFrom(...'aBcÄñ漢-.'), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(
      fc.array(fc.oneof(word, fc.constantFrom('van', 'de', 'la')), { minLength: 1, maxLength: 6 }),
      (words) => {
        const { firstName = '', middleName = '', lastName = '' } = splitFullName(words.join(' '))
        expect([firstName, middleName, lastName].filter(Boolean).join(' ')).toBe(words.join(' '))
      },
    ),
  )
})

test('a mapping that fits nothing is refused', async () => {
  const compile = (headers: string[], choices: { header: string; target: string }[]) =>
    refusal(Promise.resolve().then(() => compileMapping(headers, choices, 'custom', 'x.csv', 'AU')))
  expect(
    await compile(
      ['a', 'b'],
      [
        { header: 'a', target: 'skip' },
        { header: 'b', target: 'label' },
      ],
    ),
  ).toEqual({
    code: 'no_columns_mapped',
    message: 'Choose a field for at least one column; all of them are left out now.',
    field: 'columns',
  })
  expect(await compile(['a'], [{ header: 'a', target: 'shoeSize' }])).toEqual({
    code: 'invalid_input',
    message: 'There is no field “shoeSize” to put “a” in.',
    field: 'columns.0.target',
  })
  expect(await compile(['a'], [{ header: 'b', target: 'firstName' }])).toEqual({
    code: 'invalid_input',
    message: 'The columns named are not those of “x.csv”.',
    field: 'columns',
  })
})
