// Small inputs from the public bug reports of other products, with invented values: each is read as its people meant it.
// What each holds and where it comes from stands beside it in `test/fixtures/real-world`.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImportReportLine } from '@shared/model/import'
import type { PersonView } from '@shared/model/views'
import { expect, onTestFinished, test } from 'vitest'
import { ann, openBench } from '../support/engine'
import { openDesk } from './support/desk'

const FOLDER = join(import.meta.dirname, '../fixtures/real-world')

interface Outcome {
  people: PersonView[]
  lines: ImportReportLine[]
}

async function importing(
  ...files: { path?: string; name?: string; content?: string; region?: string }[]
): Promise<Outcome> {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  const desk = openDesk(bench.engine.importer(ann))
  let lines: ImportReportLine[] = []
  for (const { path, name = 'people.csv', content = '', region = 'US' } of files) {
    const file = await desk.jobs.open(path ?? desk.write(name, content))
    const state = await desk.go(file, 'run', { onMatch: 'fill', region })
    expect(state).toMatchObject({ phase: 'done', counts: { rejects: 0 } })
    lines = await desk.lines(file)
  }
  const people = bench.engine.queries.peopleAfter('', 100).map(({ id }) => bench.engine.queries.person(id))
  return { people: await Promise.all(people), lines }
}

const regionOf = (name: string) =>
  /IMPORT REGION: ([A-Z]{2})\b/.exec(
    readFileSync(join(FOLDER, name.replace(/\.\w+$/, '.expected.txt')), 'utf8'),
  )?.[1] ?? 'US'
const values = (person: PersonView | undefined) => person?.identifiers.map(({ value }) => value).sort()
const names = ({ people }: Outcome) => people.map(({ displayName }) => displayName).sort()
const codes = ({ lines }: Outcome) => lines.map(({ code }) => code)

/** One person with this name and exactly these identifiers, and these fields beside. */
const one =
  (name: string, identifiers: string[], fields: object = {}) =>
  ({ people }: Outcome) => {
    expect(people.map(({ displayName }) => displayName)).toEqual([name])
    expect(values(people[0])).toEqual([...identifiers].sort())
    expect(people[0]?.fields).toMatchObject(fields)
  }
const all =
  (...checks: ((outcome: Outcome) => void)[]) =>
  (outcome: Outcome) => {
    for (const check of checks) check(outcome)
  }
const told = (code: string) => (outcome: Outcome) => expect(codes(outcome)).toContain(code)

const JANE = ['+14155552671']
const CASES: Record<string, (outcome: Outcome) => void> = {
  '005-qp-latin1-without-charset.vcf': one('Jörg Müller', ['+491712345678']),
  '008-fold-inside-utf8-mojibake.vcf': one('André Dupont', ['andre@example.com']),
  '010-photo-not-indented.vcf': all(one('Jane Doe', JANE), told('property_left_out')),
  '013-ablabel-broken-by-lf.vcf': all(one('Jane Doe', JANE), told('malformed_card')),
  '015-android-multiline-note.vcf': all(one('John Doe', JANE), ({ people }) =>
    expect(people[0]?.notes[0]?.text).toBe('first line\nsecond line of the note'),
  ),
  '019-end-begin-one-line.vcf': ({ people }) =>
    expect(people.map((person) => [person.displayName, values(person)]).sort()).toEqual([
      ['Alice One', ['+14155552671']],
      ['Bob Two', ['+14155552672']],
    ]),
  '022-version-folded-1.vcf': all(one('Jane Doe', JANE), told('odd_version')),
  '025-categories.vcf': one('Jane Doe', JANE, { tags: ['Customers', 'VIP'] }),
  '027-ablabel-date-relation.vcf': one('Jane Doe', JANE, {
    customFields: { Anniversary: '2010-06-01', Mother: 'Mary Sample' },
  }),
  '028-bday-omit-year.vcf': one('Jane Doe', JANE, { customFields: { Birthday: '--03-05' } }),
  '034-adr-label-param-only.vcf': one('Jane Doe', JANE, { address: { address1: '1 High Street, London N1 1AA' } }),
  '036-x-android-custom.vcf': one('Ravi Doe', JANE, { customFields: { Nickname: 'Ravs', Relation: 'Asha' } }),
  '039-tel-pause-wait.vcf': one('Jane Doe', JANE),
  '042-many-numbers.vcf': one(
    'Jane Doe',
    [
      ...Array.from({ length: 5 }, (_, n) => `jane${n}@example.com`),
      ...Array.from({ length: 6 }, (_, n) => `+1415555267${n}`),
    ],
    { address: { city: 'London' }, customFields: { 'Work address': '2 Low St, Leeds, LS1 1AA, UK' } },
  ),
  '046-tel-uri-phone-context.vcf': one('Simon Example', ['+493023125555']),
  '049-missing-end.vcf': all(
    (outcome) => expect(names(outcome)).toEqual(['No End', 'With End']),
    ({ lines }) => expect(lines).toMatchObject([{ row: 1, code: 'malformed_card' }]),
  ),
  '050-email-with-name-vcf.vcf': one('Jane Doe', ['jane@example.com'], { workEmail: 'jane@example.com' }),
  '051-tel-bidi-marks.vcf': one('דנה אבני', ['+972501234567']),
  '053-n-newline.vcf': one('Gábor Béla Minta', JANE, { lastName: 'Béla Minta' }),
  '054-encoding-quoted.vcf': one('Jane Doe', JANE, { title: 'Référent' }),
  '060-short-row.csv': (outcome) => expect(names(outcome)).toEqual(['George Ex', 'Jerry Ex', 'Kramer Ex']),
  '064-quote-then-text.csv': (outcome) => expect(names(outcome)).toEqual(['"C" St Two', 'A One', 'B Three']),
  '066-duplicate-headers.csv': one('Bob Ex', ['+14155552671', '+14155552672', 'bob@example.com']),
  '068-apostrophe-phone.csv': one('Bob Ex', [...JANE, 'bob@example.com']),
  '071-decimal-phone.csv': one('Bob Ex', ['+447400123456']),
  '074-two-numbers-one-cell.csv': one('Bob Ex', ['+442070313000', '+447400123456'], {
    workPhone: { e164: '+442070313000' },
    cellPhone: { e164: '+447400123456' },
  }),
  '078-mail-trailing-dot.csv': one('Di Ex', ['di@example.com']),
  '080-mail-zero-width.csv': one('Bob Ex', ['bob@example.com']),
  '082-google-triple-colon-address.csv': one('Jane Doe', ['a@example.com'], {
    address: { address1: '1 High St', city: 'London' },
    customFields: { 'Second address': '2 Low St, Leeds' },
  }),
  '083-google-labels.csv': one('Jane Doe', ['jane@example.com'], { tags: ['VIP'] }),
  '085-google-phonetic.csv': ({ people }) =>
    expect(people[0]?.fields.customFields).toEqual({ 'Phonetic First Name': 'たろう', 'Phonetic Last Name': 'やまだ' }),
  '086-outlook-german.csv': one(
    'Eva Maria Muster',
    ['+491712345678', '+493023125555', '+493023125556', '+49331234567', 'eva2@example.com', 'eva@example.com'],
    {
      middleName: 'Maria',
      address: { address1: 'Hauptstr. 1', city: 'Berlin', postalCode: '10115', countryCode: 'DE' },
      externalOrganization: { name: 'Muster GmbH' },
      tags: ['VIP'],
      customFields: { Abteilung: 'Vertrieb' },
    },
  ),
  '088-outlook-spanish.csv': one(
    'Ana María Ejemplo',
    ['+34612345678', '+34912345678', '+34913456789', 'ana@example.com'],
    {
      externalOrganization: { name: 'Ejemplo SA' },
      homePhone: { e164: '+34913456789' },
      address: { address1: 'Calle Mayor 1', city: 'Madrid' },
    },
  ),
  '090-portuguese-partial.csv': one('Ana Exemplo', ['+5511961234567', 'ana@example.com']),
  '092-linkedin-preamble.csv': all(
    (outcome) => expect(names(outcome)).toEqual(['Jane Doe', 'Joe Roe']),
    told('before_header'),
  ),
  '098-windows-1250.csv': (outcome) => expect(names(outcome)).toEqual(['Łukasz Nowak', 'Šárka Dvořáková'].sort()),
  '100-shift-jis.csv': ({ people }) => expect(people[0]?.fields).toMatchObject({ firstName: '太郎', lastName: '山田' }),
  '104-zoho-as-hubspot.csv': one('Jane Doe', ['jane@example.com', 'zcrm_1'], {
    externalIds: [{ externalSource: { id: 'zoho' }, value: 'zcrm_1' }],
    address: { address1: '1 High St', city: 'Springfield' },
    tags: ['VIP'],
  }),
  '116-backslash-quotes.csv': (outcome) => expect(names(outcome)).toEqual(['Al Ex', 'Jack "Joe" Ex']),
  '119-plus-0-au.csv': one('Bob Ex', ['+61412345678']),
  '121-tel-label.csv': one('Bob Ex', ['+447400123465']),
  '123-vanity.csv': one('Bob Ex', ['+18003569377']),
  '128-lrm.csv': one('Bob Ex', ['+447400123457']),
  '133-it-zero-missing.csv': one('Bob Ex', [], { workPhone: { userInput: '+39 6 6982 1234' } }),
  '138-pause-p.csv': one('Bob Ex', ['+14155552678']),
  '139-placeholder.csv': ({ people }) => expect(people[0]?.fields).toEqual({ firstName: 'Bob', lastName: 'Ex' }),
}

test('every file of the folder has its right value here', () => {
  const files = readdirSync(FOLDER).filter((name) => /\.(csv|vcf)$/.test(name))
  expect(files.sort()).toEqual(Object.keys(CASES).sort())
})

test.each(Object.entries(CASES))('%s', async (name, check) => {
  check(await importing({ path: join(FOLDER, name), region: regionOf(name) }))
})

test('108: a row without any identifier is one person, however often its file is imported', async () => {
  const file = { content: 'Name,City\nNo Identifier,Paris\n' }
  expect(names(await importing(file, file))).toEqual(['No Identifier'])
})

test('two rows alike without any identifier stay two people, however often their file is imported', async () => {
  const twins = { content: 'Name,City\nMaria Garcia,Madrid\nMaria Garcia,Madrid\n' }
  expect(names(await importing(twins, twins, twins))).toEqual(['Maria Garcia', 'Maria Garcia'])
})

test('112: one UID in two address books is two people, and told', async () => {
  const card = (...lines: string[]) =>
    ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'UID:3554', 'END:VCARD', ''].join('\r\n')
  const outcome = await importing(
    { name: 'a.vcf', content: card('FN:Cafe Example') },
    { name: 'b.vcf', content: card('N:Doe;Jane', 'TEL:+1 415 555 2671', 'EMAIL:jane@example.com') },
  )
  expect(names(outcome)).toEqual(['Cafe Example', 'Jane Doe'])
  expect(codes(outcome)).toEqual(['record_id_of_other'])
})

test('114: one customer number in the contacts.csv of two programs is two people, and told', async () => {
  const file = (name: string) => ({ name: 'contacts.csv', content: `Customer number,Name\n1,${name}\n` })
  const outcome = await importing(file('Ann One'), file('Bob Two'), file('Bob Two'))
  expect(names(outcome)).toEqual(['Ann One', 'Bob Two'])
  expect(codes(outcome)).toEqual(['record_id_of_other'])
})

test('207: the same mail address under another spelling of the name is the same person', async () => {
  const file = (name: string) => ({ content: `Name,Email\n${name},rita@example.com\n` })
  expect(names(await importing(file('Rita Csv'), file('Rita M. Csv')))).toEqual(['Rita M. Csv'])
})
