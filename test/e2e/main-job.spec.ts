// The main job on the real app, from the first start to the day after: real exports are imported, people are looked up in
// every notation, what they did is written down, and all of it stands after a restart.
// Invariant: each step goes on where the one before ended, as one agent's morning does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { ImportPage } from './pages/import'
import { LookupPage } from './pages/lookup'
import { PersonPage } from './pages/person'
import { RecordDialog } from './pages/record'

const FIXTURES = resolve(import.meta.dirname, '../fixtures/import')
const userData = newUserData()
const files = mkdtempSync(join(tmpdir(), 'scv-e2e-files-'))

let running: Running
let frame: Frame
let imports: ImportPage
let lookup: LookupPage
let person: PersonPage
let record: RecordDialog

async function start(): Promise<void> {
  running = await launch(userData)
  const { page, app } = running
  frame = new Frame(page)
  imports = new ImportPage(page, app)
  lookup = new LookupPage(page)
  person = new PersonPage(page)
  record = new RecordDialog(page)
}

test.describe.configure({ mode: 'serial' })
test.beforeAll(start)
test.afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

test('a first start offers three ways in; starting empty asks for a name and a country', async () => {
  const first = new FirstStart(running.page)
  await first.isShown()
  await expect(running.page.getByRole('heading', { level: 2 })).toHaveText([
    'Explore with sample data',
    'Start empty on this device',
    'Connect to a server',
  ])
  await frame.picture('01-first-start')
  await first.startEmpty('Ada', 'Australia')
  await expect(running.page.getByText('Nobody here yet')).toBeVisible()
  await frame.picture('02-empty')
})

const EXPORTS = [
  {
    file: 'google-contacts.csv',
    how: 'drop',
    format: 'Google Contacts export',
    facts: ['UTF-8 · separated by commas'],
    added: 290,
    updated: 0,
  },
  {
    file: 'outlook.csv',
    how: 'chooseInDialog',
    format: 'Outlook export',
    facts: ['UTF-8 with BOM · separated by commas'],
    added: 280,
    updated: 0,
  },
  {
    file: 'salesforce.csv',
    how: 'pick',
    format: 'Salesforce export',
    facts: ['UTF-8 · separated by commas'],
    added: 279,
    updated: 1, // one of them is in an export before this one
  },
  {
    file: 'hubspot-semicolon.csv',
    how: 'drop',
    format: 'HubSpot export',
    facts: ['separated by semicolons'],
    added: 280,
    updated: 0,
  },
  {
    file: 'contacts.vcf',
    how: 'chooseInDialog',
    format: 'vCard file',
    facts: ['A vCard says itself'],
    added: 259,
    updated: 0,
  },
] as const

for (const { file, how, format, facts, added, updated } of EXPORTS)
  test(`${file} is recognised, tried and imported (${how})`, async () => {
    const more = updated > 0 ? `, ${updated} updated` : ''
    await imports.open()
    await imports[how](join(FIXTURES, file))
    await imports.recognised(file, format, ...facts)
    await frame.picture(`03-columns-${file}`)
    await imports.tryIt()
    await imports.outcome(`${added} people would be added${more}. Nothing is written yet.`)
    const inPart = await imports.count('In part')
    // Numbers that are none stand in each file but this one, whose numbers are all possible.
    if (file === 'google-contacts.csv') expect(inPart).toBe(0)
    else expect(inPart).toBeGreaterThan(0)
    const tried = await imports.report()
    await frame.picture(`04-tried-${file}`)
    await imports.run()
    await imports.outcome(`${added} people were added${more}.`)
    expect(await imports.count('In part')).toBe(inPart)
    expect(await imports.report()).toEqual(tried)
    await frame.picture(`05-imported-${file}`)
  })

test('the same file again adds no person', async () => {
  await imports.open()
  await imports.drop(join(FIXTURES, 'hubspot-semicolon.csv'))
  await imports.recognised('hubspot-semicolon.csv', 'HubSpot export')
  await imports.tryIt()
  await imports.outcome('280 people would be unchanged.')
  await expect(running.page.getByRole('button', { name: 'Nothing to import' })).toBeDisabled()
})

test('a table with its own headings is mapped by hand, and its bad rows stand in the report', async () => {
  const path = join(files, 'kunden.csv')
  const rows = [
    'Kunde;Rufnummer;Post;Ort;Vermerk',
    'Zoë Ångström;0491 570 156;zoe@example.org;Hobart;likes mornings',
    'Bruno Haberkorn;12;bruno@example.org;Perth;',
    'Carla Quist;0491 570 157;carla(at)example;Cairns;',
    'Dora Zuviel;0491 570 158;dora@example.org;Darwin;;one cell;too many',
    'Emil Ångström;0491 570 156;emil@example.org;Hobart;',
  ]
  writeFileSync(path, `\uFEFF${rows.join('\r\n')}\r\n`)
  await imports.open()
  await imports.drop(path)
  await imports.recognised('kunden.csv', 'Table with its own headings', 'UTF-8 with BOM · separated by semicolons')
  await imports.sendColumn('Kunde', 'Full name (split into first and last)')
  await imports.sendColumn('Rufnummer', 'Mobile phone')
  await imports.sendColumn('Post', 'Personal e-mail')
  await imports.sendColumn('Ort', 'City')
  await imports.sendColumn('Vermerk', 'Note')
  await frame.picture('06-mapped')
  await imports.tryIt()
  await imports.outcome('5 people would be added. Nothing is written yet.')
  await frame.picture('07-mapped-tried')
  const tried = await imports.report()
  expect(tried).toHaveLength(4)
  expect(tried[0]).toContain('“12” is not a valid phone number')
  expect(tried[1]).toContain('“carla(at)example”')
  expect(tried[2]).toMatch(/^Row 4 /)
  expect(tried[3]).toContain('+61491570156 belongs to Zoë Ångström')
  await frame.picture('08-mapped-report')
  await imports.run()
  await imports.outcome('5 people were added.')
  expect(await imports.report()).toEqual(tried)
})

test('people are found by number in any notation, by address, by part of a name, and in spite of a typing error', async () => {
  // Stirling Need, the first of the Google export: +61 412 345 678.
  for (const notation of ['0412 345 678', '+61412345678', '0061 412 345 678', '(0412) 345-678', '61412345678'])
    await lookup.finds(notation, 'Stirling Need', '+61 412 345 678 is theirs since')
  await expect(running.page.getByText('Read as the phone number +61412345678')).toBeVisible()
  await frame.picture('09-found-by-number')
  await lookup.finds('STIRLING.NEED0@example.com', 'Stirling Need', 'stirling.need0@example.com is theirs since')
  await lookup.finds('need.stirling@example.org', 'Stirling Need', 'This is the person')
  await lookup.finds('stirl ne', 'Stirling Need', 'By name')
  await lookup.finds('Stirlnig Need', 'Stirling Need', 'By name')
  await lookup.finds('angstrom', 'Ångström', 'Last name: Ångström')
  await lookup.finds('анна каренина', 'Анна Каренина', 'By name')
  await frame.picture('10-found-by-name')
  // A number that two people have: the first holds it, the other is named after.
  await lookup.type('0491 570 156')
  await expect(lookup.hits).toHaveCount(2)
  await expect(lookup.hits.nth(0)).toContainText('Zoë Ångström')
  await expect(lookup.hits.nth(0)).toContainText('This is the person')
  await expect(lookup.hits.nth(1)).toContainText('Emil Ångström')
  await expect(lookup.hits.nth(1)).toContainText('Also has it')
  await frame.picture('11-shared-number')
  await lookup.findsNobody('0491 570 159')
  await frame.picture('12-nobody')
})

test('a person’s page says what recognises them and since when', async () => {
  await lookup.finds('0491 570 156', 'Zoë Ångström', 'is theirs since')
  await lookup.openFirst()
  await person.isShown('Zoë Ångström')
  const year = new Date().getFullYear()
  await expect(person.identifier('+61 491 570 156')).toContainText(
    new RegExp(`Phone number · from an import\\s*Theirs since .*${year}; Emil Ångström would be next`),
  )
  await expect(person.identifier('zoe@example.org')).toContainText(/Theirs since/)
  await running.page.getByRole('tab', { name: 'Notes' }).click()
  await expect(running.page.getByText('likes mornings')).toBeVisible()
  await frame.picture('13-person')
})

test('an interaction with a known number belongs to its holder', async () => {
  await frame.goTo('Look up')
  await record.fill(
    {
      channel: 'Call',
      field: 'Phone number',
      identifier: '(0491) 570-156',
      subject: 'Delivery',
      note: 'Parcel left at the neighbour',
      at: '2026-03-04T10:30',
    },
    /This is Zoë Ångström — \+61 491 570 156, theirs since/,
  )
  await frame.picture('14-record')
  await record.submit()
  await person.isShown('Zoë Ångström')
  await expect(person.interactions).toHaveCount(1)
  await expect(person.interactions.first()).toContainText('Delivery · Parcel left at the neighbour')
  await frame.picture('15-recorded')
})

test('an interaction with an unknown number creates an Identified contact', async () => {
  await lookup.findsNobody('0491 570 159')
  await running.page.getByRole('button', { name: 'Record an interaction' }).click()
  await record.fill(
    { channel: 'Text message', field: 'Phone number', identifier: '0491 570 159', subject: 'Where is my order' },
    /Nobody has this phone number: a new contact will be created \(Identified\)/,
  )
  await record.submit()
  await person.isShown('+61 491 570 159')
  await expect(
    running.page.getByText('Created automatically from an interaction, and not found by name.'),
  ).toBeVisible()
  await expect(person.interactions.first()).toContainText('Where is my order')
  await frame.picture('16-identified')
})

test('an interaction with no more than a cookie creates an Ephemeral contact', async () => {
  await frame.goTo('Look up')
  await record.fill(
    { channel: 'Website', field: 'Web visitor id', identifier: 'visitor-7f3a91c2', subject: 'Pricing page' },
    /Nobody has this web visitor id: a new contact will be created \(Anonymous\)/,
  )
  await record.submit()
  await person.isShown('visitor-7f3a91c2')
  await expect(person.interactions.first()).toContainText('Pricing page')
  await frame.picture('17-ephemeral')
})

test('all of it stands after a restart', async () => {
  await running.close()
  await start()
  await expect(frame.title('Look up')).toBeVisible()
  await lookup.finds('0491 570 156', 'Zoë Ångström', 'This is the person')
  await lookup.openFirst()
  await expect(person.interactions).toHaveCount(1)
  await expect(person.interactions.first()).toContainText('Call')
  await expect(person.interactions.first()).toContainText('Delivery · Parcel left at the neighbour')
  await expect(person.interactions.first()).toContainText(/(4 Mar|Mar 4).*2026.*10:30/)
  await expect(running.page.getByText('1,393 contacts')).toBeVisible()
  await frame.picture('18-after-restart')
})

test('created contacts are found by what created them and in their queue, and by no name', async () => {
  await lookup.finds('+61 491 570 159', '+61 491 570 159', 'is theirs since')
  await lookup.finds('visitor-7f3a91c2', 'visitor-7f3a91c2', 'is theirs since')
  for (const part of ['visitor', '570 15', 'Unnamed', 'Anonymous']) {
    await lookup.type(part)
    await expect(running.page.getByRole('combobox').first()).toHaveValue(part)
    await expect(running.page.getByText(/^\d+ match|^Nobody matches/).first()).toBeVisible()
    await expect(lookup.hits.filter({ hasText: /Identified|Anonymous/ })).toHaveCount(0)
  }
  await frame.goTo('Autogenerated')
  const queue = running.page.getByRole('region', { name: 'Autogenerated people' }).getByRole('listitem')
  await expect(queue).toHaveCount(2)
  await expect(queue.filter({ hasText: '+61 491 570 159' })).toContainText(/Identified.*Forgotten in (59|60) days/s)
  await expect(queue.filter({ hasText: 'visitor-7f3a91c2' })).toContainText('Anonymous')
  await frame.picture('19-queue')
})

test('nothing was said on the error stream', () => {
  const said = running
    .errors()
    .split('\n')
    .filter((line) => line.startsWith('scv:'))
  expect(said).toEqual([])
})
