import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ann, type Bench, openBench } from '../support/engine'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

const at = (moment: string) => {
  bench.time.now = Date.parse(moment)
}
const call = (value: string) => ({
  channel: 'voice' as const,
  startedAt: new Date(bench.time.now).toISOString(),
  identifiers: [{ type: 'Phone' as const, value }],
})

describe('first claim wins', () => {
  test('Alexis and David: the number goes to David only when Alexis gives it up', async () => {
    at('2026-02-04T10:00:00Z')
    const alexis = await bench.engine.contacts.create(ann, {
      firstName: 'Alexis',
      workPhone: { userInput: '+1 803-123-0000' },
    })
    at('2026-03-20T10:00:00Z')
    const david = await bench.engine.contacts.create(ann, {
      firstName: 'David',
      cellPhone: { userInput: '+1 (803) 123 0000' },
    })
    at('2026-04-01T10:00:00Z')
    const first = await bench.engine.interactions.record(ann, call('+18031230000'))
    expect(first).toMatchObject({ contactId: alexis, created: false })

    const page = await bench.engine.queries.person(david)
    expect(page.identifiers).toMatchObject([{ value: '+18031230000', held: false, holder: { id: alexis } }])
    expect(page.fields.cellPhone?.e164).toBe('+18031230000')

    await bench.engine.contacts.update(ann, alexis, { workPhone: null })
    expect((await bench.engine.interactions.record(ann, call('+1 803 123 0000'))).contactId).toBe(david)
  })

  test('deleting the holder passes the identifier on; restoring queues behind', async () => {
    const alexis = await bench.engine.contacts.create(ann, { firstName: 'Alexis', workEmail: 'x@example.com' })
    const david = await bench.engine.contacts.create(ann, { firstName: 'David', workEmail: ' X@Example.com ' })
    await bench.engine.contacts.remove(ann, alexis, 'left')
    const look = async () =>
      (await bench.engine.queries.lookup('x@example.com', 10)).hits.map((hit) => [hit.displayName, hit.match])
    expect(await look()).toEqual([['David', 'holder']])
    await bench.engine.contacts.restore(ann, alexis)
    expect(await look()).toEqual([
      ['David', 'holder'],
      ['Alexis', 'contender'],
    ])
    await bench.engine.contacts.remove(ann, david)
    expect(await look()).toEqual([['Alexis', 'holder']])
  })

  test('everything is there after a restart', async () => {
    const { contactId } = await bench.engine.interactions.record(ann, call('0421 856 397'))
    const before = await bench.export()
    await bench.restart()
    expect(await bench.export()).toBe(before)
    expect((await bench.engine.queries.lookup('+61421856397', 5)).hits[0]).toMatchObject({
      id: contactId,
      type: 'Identified',
    })
    expect((await bench.engine.queries.lookup('0421', 5)).hits).toEqual([])
  })
})
