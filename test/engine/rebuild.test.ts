import { expect, test } from 'vitest'
import { ann, openBench } from '../support/engine'

test('a command given while views are rebuilt goes on, and meets them whole', async () => {
  const bench = await openBench()
  const people = Array.from({ length: 300 }, (_, i) => ({
    input: { firstName: `P${i}`, workEmail: `p${i}@example.com` },
  }))
  await bench.engine.contacts.createMany(ann, people)
  const rebuilt = bench.views.rebuild()
  const recorded = bench.engine.interactions.record(ann, {
    channel: 'email',
    startedAt: '2026-06-01T08:00:00Z',
    identifiers: [{ type: 'Email', value: 'p299@example.com' }],
  })
  await rebuilt
  expect(await recorded).toMatchObject({ created: false })
  expect(bench.engine.queries.counts()).toEqual({ curated: 300, autoCreated: 0, interactions: 1 })
  await bench.close()
})
