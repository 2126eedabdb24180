// Several people, one number: who is offered, whose a recording is by an agent's word, how a person is learnt by what an
// interaction came by, and how “they share it” settles a dispute until somebody else wants it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asContactId, asInteractionId } from '../../../src-shared/model/ids'
import { ann, type Bench, openBench } from '../../support/engine'
import { helpers, newNumber, phone, without } from '../../support/people'

let bench: Bench
const { create, person, record, interaction, claimants, refused } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const told = (value: string) => ({ type: 'Phone' as const, value })
const family = async () => {
  const number = newNumber()
  const helen = await create({ firstName: 'Helen', cellPhone: phone(number), address: { city: 'Perth' } })
  const tim = await create({ firstName: 'Tim', cellPhone: phone(number) })
  return { number, helen, tim }
}
const offered = (value: string) =>
  bench.engine.queries.resolution([told(value)]).candidates.map(({ displayName, holds, disputed }) => ({
    displayName,
    holds,
    disputed,
  }))

describe('several people who have one number', () => {
  test('are all offered, with what tells them apart, before and after an interaction is recorded', async () => {
    const { number, helen } = await family()
    expect(offered(number)).toEqual([
      { displayName: 'Helen', holds: true, disputed: true },
      { displayName: 'Tim', holds: false, disputed: true },
    ])
    const { interactionId } = await record([told(number)])
    const [first] = await bench.engine.queries.candidates(interactionId)
    expect(first).toMatchObject({ id: helen, detail: expect.stringContaining('Perth'), interactions: 1, records: 1 })
    expect(first?.matched.replaceAll(' ', '')).toBe(number)
  })

  test('share it once one says so: no dispute anywhere, until somebody else wants it; and it can be taken back', async () => {
    const { number, helen } = await family()
    const { share } = bench.engine.identifiers
    const disputes = () => bench.engine.queries.reconcileCounts().dispute
    const before = disputes()
    await share(ann, told(number), true)
    expect(disputes()).toBe(before - 1)
    expect(offered(number).map(({ disputed }) => disputed)).toEqual([false, false])
    expect((await person(helen)).identifiers).toMatchObject([{ shared: true, contenders: [{ displayName: 'Tim' }] }])

    await create({ firstName: 'Third', cellPhone: phone(number) })
    expect(disputes()).toBe(before)
    expect((await person(helen)).identifiers).toMatchObject([{ shared: false }])
    await share(ann, told(number), true)
    await share(ann, told(number), false)
    expect(disputes()).toBe(before)

    await refused(() => share(without('externalContacts:contact:edit'), told(number), true), { code: 'forbidden' })
    const lone = newNumber()
    await create({ firstName: 'Lone', cellPhone: phone(lone) })
    await refused(() => share(ann, told(lone), true), { code: 'identifier_not_held' })
  })
})

describe('what is recorded', () => {
  test('for a person is theirs, whoever has the number, and takes nothing from anybody', async () => {
    const { number, tim } = await family()
    const recorded = await bench.engine.interactions.record(ann, interaction([told(number)]), { contactId: tim })
    expect(recorded).toMatchObject({ contactId: tim, created: false })
    expect((await person(tim)).interactions).toBe(1)
    expect(claimants(told(number))).toEqual(['Helen', 'Tim'])

    const unknown = newNumber()
    await bench.engine.interactions.record(ann, interaction([told(unknown)]), { contactId: tim })
    expect(claimants(told(unknown))).toEqual([]) // nobody said that it is to be remembered
    await refused(
      () => bench.engine.interactions.record(ann, interaction([told(unknown)]), { contactId: asContactId('nobody') }),
      {
        code: 'not_found',
      },
    )
  })

  test('for somebody new makes a contact, and the next call offers them as well', async () => {
    const { number } = await family()
    const recorded = await bench.engine.interactions.record(ann, interaction([told(number)]), 'new')
    expect(recorded.created).toBe(true)
    await bench.engine.identifiers.learn(ann, recorded.contactId, recorded.interactionId)
    expect(claimants(told(number))).toEqual(['Helen', 'Tim', 'Identified'])
    expect(offered(number).every(({ disputed }) => !disputed)).toBe(true)
  })
})

describe('learning a person by an interaction', () => {
  test('makes an unknown number theirs: the next call knows, and what made itself leaves the queue', async () => {
    const number = newNumber()
    const { interactionId, contactId: unknown } = await record([told(number)])
    const bo = await create({ firstName: 'Bo' })
    const { interactions, identifiers, queries } = bench.engine
    await interactions.link(ann, interactionId, bo)
    const waiting = () => queries.autogenerated(0, 50).items.some(({ id }) => id === unknown)
    expect(waiting()).toBe(true)
    const learnt = await identifiers.learn(ann, bo, interactionId)
    expect(learnt).toMatchObject([{ from: [unknown], shared: false }])
    expect((await record([told(number)])).contactId).toBe(bo)
    expect(waiting()).toBe(false)
    expect(await identifiers.learn(ann, bo, interactionId)).toEqual([]) // they are known by it already

    await identifiers.unlearn(ann, bo, learnt)
    expect(queries.resolution([told(number)]).contact?.id).toBe(unknown)
    expect(waiting()).toBe(true)
  })

  test('never takes a number from a contact that is kept: both share it, until that is taken back', async () => {
    const number = newNumber()
    const helen = await create({ firstName: 'Helen', cellPhone: phone(number) })
    const { interactionId } = await record([told(number)])
    const zoe = await create({ firstName: 'Zoe' })
    const { identifiers, queries } = bench.engine
    const disputes = queries.reconcileCounts().dispute
    const learnt = await identifiers.learn(ann, zoe, interactionId)
    expect(learnt).toMatchObject([{ from: [], shared: true }])
    expect(claimants(told(number))).toEqual(['Helen', 'Zoe'])
    expect(queries.reconcileCounts().dispute).toBe(disputes)
    expect((await person(helen)).identifiers).toMatchObject([{ shared: true }])
    await identifiers.unlearn(ann, zoe, learnt)
    expect(claimants(told(number))).toEqual(['Helen'])
  })

  test('is refused whole', async () => {
    const { interactionId } = await record([told(newNumber())])
    const { learn, unlearn } = bench.engine.identifiers
    const mallory = without('externalContacts:contact:edit')
    const bo = await create({ firstName: 'Bo' })
    await refused(() => learn(mallory, bo, interactionId), { code: 'forbidden' })
    await refused(() => unlearn(mallory, bo, []), { code: 'forbidden' })
    await refused(() => learn(ann, asContactId('nobody'), interactionId), { code: 'not_found' })
    await refused(() => learn(ann, bo, asInteractionId('none')), { code: 'not_found' })
  })
})

test('an arrival of somebody new is theirs, and refused where there is none', async () => {
  const { number } = await family()
  const { interactionId } = await record([told(number)])
  const made = await bench.engine.interactions.linkNew(ann, interactionId)
  expect((await bench.engine.queries.interaction(interactionId)).contactId).toBe(made)
  expect(await person(made)).toMatchObject({ type: 'Identified', interactions: 1 })
  await refused(() => bench.engine.interactions.linkNew(ann, asInteractionId('none')), { code: 'not_found' })
})
