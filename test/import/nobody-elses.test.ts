// The worst an import could do: put what is one person's on another. Random people, with ids that collide as those of two
// programs do, through the real engine.
import type { PersonView } from '@shared/model/views'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { ann, openBench } from '../support/engine'
import { FILL, openDesk } from './support/desk'

interface Somebody {
  first: string
  last: string
  mail: string
  phone: string
  id: string
  city: string
}

/**
 * People of different names; numbers and addresses are few, so that those of one file meet, and ids are few, so that those of
 * two programs meet. Whoever shares an id and a number with somebody is that person under another name: none is made so.
 */
const people = (from: string) =>
  fc.uniqueArray(
    fc.record<Somebody>({
      first: fc.constantFrom('Ann', 'Bob', 'Eva', 'Joe', 'Kim', 'Lea', 'Max', 'Zoë'),
      last: fc.constantFrom(...['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Doe'].map((name) => from + name)),
      mail: fc
        .constantFrom('', 'info', 'a', 'b')
        .map((name) => (name ? `${name}-${from}@example.com`.toLowerCase() : '')),
      phone: fc.constantFrom('', '0', '1', '2').map((last) => (last ? `041${from === 'A' ? 1 : 2}00067${last}` : '')),
      id: fc.constantFrom('', '1', '2', '3', '4', '5'),
      city: fc.constantFrom('Bonn', 'Paris', 'Perth'),
    }),
    { minLength: 1, maxLength: 12, selector: ({ first, last }) => `${first} ${last}` },
  )

const marked = (person: Somebody) => ({ ...person, mark: `of ${person.first} ${person.last}` })
const csv = (all: readonly Somebody[]) =>
  [
    'First Name,Last Name,Email,Phone,Customer number,City,Mark',
    ...all.map(marked).map((p) => [p.first, p.last, p.mail, p.phone, p.id, p.city, p.mark].join(',')),
  ].join('\n')
const vcf = (all: readonly Somebody[]) =>
  all
    .map(marked)
    .map((p) =>
      [
        'BEGIN:VCARD',
        'VERSION:3.0',
        `N:${p.last};${p.first};;;`,
        ...(p.mail ? [`EMAIL:${p.mail}`] : []),
        ...(p.phone ? [`TEL:${p.phone}`] : []),
        ...(p.id ? [`UID:${p.id}`] : []),
        `X-MARK:${p.mark}`,
        'END:VCARD',
      ].join('\r\n'),
    )
    // Glued, as some programs write them.
    .join('')

/** Whose every value of a person is. */
function expectOwn(views: readonly PersonView[], all: readonly Somebody[]): void {
  for (const { fields, displayName } of views) {
    expect(fields.customFields?.['Mark']).toBe(`of ${displayName}`)
    const mine = all.filter(({ first, last }) => `${first} ${last}` === displayName)
    expect(mine.length).toBeGreaterThan(0)
    for (const mail of [fields.workEmail, fields.personalEmail, fields.otherEmail])
      if (mail) expect(mine.map((one) => one.mail)).toContain(mail)
    for (const phone of [fields.workPhone, fields.cellPhone, fields.homePhone, fields.otherPhone])
      if (phone) expect(mine.map((one) => one.phone)).toContain(phone.userInput)
    for (const { value } of fields.externalIds ?? []) expect(mine.map((one) => one.id)).toContain(value)
  }
}

test('no value of one row ends on the person of another; again, nobody is added', async () => {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  const desk = openDesk(bench.engine.importer(ann))
  const everybody: Somebody[] = []
  let run = 0
  await fc.assert(
    fc.asyncProperty(people('A'), people('B'), fc.boolean(), fc.boolean(), async (one, two, cards, again) => {
      const prefix = `R${String(run++).padStart(4, '0')}`
      const named = (all: readonly Somebody[]) =>
        all.map((each) => ({
          ...each,
          last: prefix + each.last,
          mail: each.mail && `${prefix.toLowerCase()}${each.mail}`,
          phone: each.phone && `${each.phone.slice(0, 4)}${String(run).padStart(3, '0')}${each.phone.slice(7)}`,
        }))
      const [first, second] = [named(one), named(two)]
      everybody.push(...first, ...second)
      const go = async (content: string, name: string) => {
        const state = await desk.go(await desk.jobs.open(desk.write(name, content)), 'run', FILL)
        expect(state).toMatchObject({ phase: 'done', counts: { rejects: 0 } })
        return state.counts
      }
      expect(await go(csv(first), 'contacts.csv')).toMatchObject({ creates: first.length })
      expect(await go(cards ? vcf(second) : csv(second), cards ? 'people.vcf' : 'contacts.csv')).toMatchObject({
        creates: second.length,
      })
      if (again) expect(await go(csv(first), 'contacts.csv')).toMatchObject({ creates: 0 })
      const rows = bench.engine.queries.peopleAfter('', 5000).filter(({ displayName }) => displayName.includes(prefix))
      const mine = await Promise.all(rows.map(({ id }) => bench.engine.queries.person(id)))
      expect(mine).toHaveLength(first.length + second.length)
      expectOwn(mine, everybody)
    }),
    { numRuns: 15 },
  )
}, 120_000)

test('father and son of one name on one landline are two people, where ids and addresses say so', async () => {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  const desk = openDesk(bench.engine.importer(ann))
  const go = async (content: string) => desk.go(await desk.jobs.open(desk.write('a.csv', content)), 'run', FILL)
  const rows = '5,Hans,Doe,sr@example.com,+49305551150\n8,Hans,Doe,jr@example.com,+49305551150\n'
  const content = `Contact ID,First Name,Last Name,Email,Phone\n${rows}`
  expect(await go(content)).toMatchObject({ counts: { creates: 2, disputes: 1 } })
  expect(await go(content)).toMatchObject({ counts: { creates: 0, unchanged: 2 } })
  // One person whom the program has twice.
  const twice = content.replace('jr@', 'sr@').replaceAll('Hans', 'Jens')
  expect(
    await go(twice.replaceAll('1150', '1151').replaceAll('sr@', 'j@').replace('\n5', '\n15').replace('\n8', '\n18')),
  ).toMatchObject({
    counts: { creates: 1 },
  })
  // Two customer numbers of one file, and nothing else to tell them apart by.
  const bare =
    'Contact ID,First Name,Last Name,Phone,City\n1001,Jan,Doe,+49305557001,Ulm\n1002,Jan,Doe,+49305557001,Bonn\n'
  expect(await go(bare)).toMatchObject({ counts: { creates: 2 } })
  expect(await go(bare)).toMatchObject({ counts: { creates: 0, unchanged: 2 } })
})
