// Files through the real engine into real databases: counts, claims, notes, disputes, and what a dry run promises.
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ann, openBench } from '../support/engine'
import { FIXTURES, openDesk } from './support/desk'

async function openAll() {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  return { bench, desk: openDesk(bench.engine.importer(ann)) }
}

test('real exports, one after the other: a dry run writes nothing and promises what the import does; people are found', async () => {
  const { bench, desk } = await openAll()
  for (const [name, rows] of [
    ['google-contacts.csv', 290],
    ['outlook.csv', 280],
    ['salesforce.csv', 280],
    ['hubspot-semicolon.csv', 280],
    ['contacts.vcf', 259],
  ] as const) {
    const file = await desk.jobs.open(join(FIXTURES, name))
    const before = await bench.export()
    const planned = await desk.go(file, 'plan')
    expect(planned).toMatchObject({ phase: 'planned', counts: { rows, rejects: 0 } })
    expect(await bench.export()).toBe(before)
    const promised = await desk.lines(file)
    const done = await desk.go(file, 'run')
    expect(done, name).toMatchObject({ phase: 'done', counts: planned.counts })
    expect((await desk.lines(file)).map(({ contactId: _, ...line }) => line)).toEqual(
      promised.map(({ contactId: _, ...line }) => line),
    )
    const again = await desk.go(file, 'run')
    expect(again.counts).toMatchObject({ rows, creates: 0, updates: 0, unchanged: rows })
  }
  const found = async (text: string) =>
    (await bench.engine.queries.lookup(text, 5)).hits.map((hit) => JSON.stringify(hit))
  expect((await found('(04) 12 345 678'))[0]).toContain('Stirling Need')
  expect((await found('KATE.BURNS600@example.com'))[0]).toContain('Kate Burns')
  expect((await found('Каренина'))[0]).toContain('Анна Каренина')
}, 60_000)

test('a cancelled import: what the counts say is in, and after a restart it still is', async () => {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  const real = bench.engine.importer(ann)
  let batches = 0
  const desk = openDesk({
    begin(options) {
      const session = real.begin(options)
      return {
        ...session,
        apply(drafts) {
          if (++batches === 2) desk.jobs.cancel(file.importId)
          return session.apply(drafts)
        },
      }
    },
  })
  const rows = Array.from({ length: 1000 }, (_, n) => `Ann Number${n},ann${n}@example.org\n`).join('')
  const file = await desk.jobs.open(desk.write('people.csv', `Name,Email\n${rows}`))
  const done = await desk.go(file, 'run')
  expect(done).toMatchObject({ phase: 'cancelled', counts: { rows: 200, creates: 200 } })
  await bench.restart()
  const known = async (n: number) => (await bench.engine.queries.lookup(`ann${n}@example.org`, 1)).hits.length
  expect(await Promise.all([0, 199, 200, 999].map(known))).toEqual([1, 1, 0, 0])
})
