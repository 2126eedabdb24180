// Likely doubles through the use case, over a device in memory and the matcher on its thread: found, explained, settled.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AsideCluster, DuplicateCluster } from '@shared/contract/duplicates'
import type { ContactInput } from '@shared/model/contact'
import { asContactId, type ContactId } from '@shared/model/ids'
import { filter, firstValueFrom, map, timeout } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callerFor } from '../../src-main/application/caller'
import { type DuplicateList, duplicateList } from '../../src-main/application/duplicate-list'
import { type Actor, owner } from '../../src-main/engine/permissions'
import { createMatching, type Matching } from '../../src-main/matching'
import { makeContactBook } from '../bench/duplicates/contact-book'
import { type MemoryDevice, openDevice, START } from '../support/device'
import { ann } from '../support/engine'

let device: MemoryDevice
let matching: Matching
let list: DuplicateList
let actor: Actor = ann
let maria: ContactId
let again: ContactId

const add = (input: object) => device.engine.contacts.create(ann, input)
const named = (id: string) => (one: DuplicateCluster) => one.people.some((person) => person.id === id)
/** Waits until what is shown is so. */
const shown = (isSo: (clusters: DuplicateCluster[]) => boolean) =>
  firstValueFrom(
    list.page$(undefined, 0, 200).pipe(
      map(({ items }) => items),
      filter(isSo),
      timeout(10_000),
    ),
  )
/** Names of the people of each cluster that was put aside, and by whom, once that is so. */
const putAside = (isSo: (clusters: AsideCluster[]) => boolean) =>
  firstValueFrom(
    list.aside$(0, 50).pipe(
      map(({ items }) => items),
      filter(isSo),
      timeout(10_000),
    ),
  )
const likeOf = (id: ContactId | undefined, typed?: ContactInput) => firstValueFrom(list.like$(id, typed))
const isTogether = (clusters: DuplicateCluster[]) => clusters.find(named(maria))?.people.some(({ id }) => id === again)

beforeAll(async () => {
  device = await openDevice()
  const inputs = makeContactBook(60, 1, 0).map(({ record: { given, family, emails, phones } }) => ({
    firstName: given ?? null,
    lastName: family ?? null,
    personalEmail: emails?.[0] ?? null,
    cellPhone: phones?.[0] ? { userInput: phones[0] } : null,
  }))
  await device.engine.contacts.createMany(
    ann,
    inputs.map((input) => ({ input })),
  )
  const whole = { firstName: 'María Clara', lastName: 'Quintanilla', customFields: { Birthday: '1974-03-09' } }
  maria = await add({
    ...whole,
    personalEmail: 'clarita@web.example',
    address: { address1: '12 Bay Road', city: 'Perth', postalCode: '6000' },
  })
  again = await add({ ...whole, lastName: 'Quintanila', address: { address1: 'Bay Road 12', city: 'Perth' } })
  matching = createMatching(device.engine, {
    feed: device.memory.feed,
    onDefect(error) {
      throw error
    },
  })
  list = duplicateList(
    device.engine,
    matching,
    callerFor(device.engine, () => actor),
    () => 'AU',
  )
})
afterAll(async () => {
  await matching.close()
  await device.close()
})

describe('likely doubles', () => {
  test('are found among all people when they are first asked for, and said why', async () => {
    const clusters = await shown((all) => all.some(named(maria)))
    const cluster = clusters.find(named(maria))
    expect(cluster?.people.map(({ id }) => id).sort()).toEqual([maria, again].sort())
    expect(cluster?.certainty).toBe('veryLikely')
    expect(list.state()).toMatchObject({ phase: 'ready', people: 62, expected: 62 })
    const why = await list.explain(maria, again)
    expect(why?.reasons).toContainEqual(
      expect.objectContaining({ what: 'family', values: ['Quintanilla', 'Quintanila'], alikeness: 'misspelt' }),
    )
    expect(why?.reasons).toContainEqual(expect.objectContaining({ what: 'street', values: ['Bay Road', 'Bay Road'] }))
    // A postcode that one of them lacks is no typing error in the town.
    expect(why?.reasons).toContainEqual(
      expect.objectContaining({ what: 'place', values: ['6000 Perth', 'Perth'], alikeness: 'alike' }),
    )
    const odds = why?.reasons.reduce((sum, { weight }) => sum + weight, 0) ?? 0
    expect(1 / (1 + Math.exp(-odds))).toBeCloseTo(why?.probability ?? 0, 9)
  })

  test('of a person who is being typed are told', async () => {
    const typed = { firstName: 'Maria Clara', lastName: 'Quintanilla', personalEmail: 'clarita@web.example' }
    expect((await likeOf(undefined, typed))[0]?.person.id).toBe(maria)
    expect((await likeOf(again)).map(({ person }) => person.id)).toEqual([maria])
    expect(await likeOf(undefined, { firstName: 'Zebulon' })).toEqual([])
  })

  test('of a person who is being typed are told by a number as it is said at home', async () => {
    const id = await add({ firstName: 'Ottoline', lastName: 'Vandersteen', cellPhone: { userInput: '0412 345 678' } })
    await shown((all) => !all.some(named(id)))
    const typed = { firstName: 'Ottoline', lastName: 'Vandersten', cellPhone: { userInput: '(04) 1234 5678' } }
    await expect.poll(async () => (await likeOf(undefined, typed)).map(({ person }) => person.id)).toEqual([id])
    await device.engine.contacts.remove(ann, id)
  })

  test('of several people are told at once, each with its own', async () => {
    const of = await firstValueFrom(list.of$([again, maria, asContactId('nobody')]))
    expect(of.map(({ like }) => like.map(({ person }) => person.id))).toEqual([[maria], [again], []])
  })

  test('that were put aside stay away after a change that makes them no more certain, and come back when that is undone', async () => {
    const pair = { a: maria, b: again, certainty: 'veryLikely' as const }
    await list.putAside([pair], true)
    await shown((all) => !all.some(named(maria)))
    const [aside] = await putAside((all) => all.some(named(maria)))
    expect(aside).toMatchObject({ by: ann.id, certainty: 'veryLikely', people: [{ id: expect.any(String) }, {}] })
    expect(aside?.people.map(({ id }) => id).sort()).toEqual([maria, again].sort())
    expect(aside?.at).toBe(START)
    expect(list.state().aside).toBe(1)
    expect(await likeOf(again)).toEqual([])
    await device.engine.contacts.update(ann, again, { title: 'Dr' })
    const later = await add({ firstName: 'María Clara', lastName: 'Quintanilla', personalEmail: 'clarita@web.example' })
    const clusters = await shown((all) => all.some(named(later))) // the change before it was taken in, too
    expect(clusters.find(named(later))?.people.map(({ id }) => id)).toContain(maria)
    await putAside((all) => all.length === 0) // it stands in the list to look at
    await device.engine.contacts.remove(ann, later)
    await shown((all) => !all.some(named(maria)))
    await list.putAside([pair], false)
    await shown((all) => isTogether(all) === true)
    expect(await putAside(() => true)).toEqual([])
    expect(list.state().aside).toBe(0)
  })

  test('that were put aside stay away after an edit that says nothing, and come back once one makes them more certain', async () => {
    const both = { firstName: 'Ottilie', lastName: 'Brandvold', address: { address1: '7 Elm Close', city: 'Hobart' } }
    const own = { cellPhone: { userInput: '+61 491 570 110' }, personalEmail: 'ottilie@web.example' }
    const one = await add({ ...both, ...own })
    const two = await add({ ...both, cellPhone: { userInput: '+61 491 570 157' } })
    const found = (await shown((all) => all.some(named(one)))).find(named(one))
    expect(found?.certainty).not.toBe('veryLikely')
    await list.putAside(found?.pairs.map(({ a, b, certainty }) => ({ a, b, certainty })) ?? [], true)
    await shown((all) => !all.some(named(one)))

    await device.engine.contacts.update(ann, two, { title: 'Dr' })
    const stranger = await add({ firstName: 'Zebulon' })
    const { people } = list.state()
    await expect.poll(() => list.state().people).toBe(people + 1) // what was committed before it was taken in, too
    expect((await shown(() => true)).some(named(one))).toBe(false)

    await device.engine.contacts.update(ann, two, own)
    const back = (await shown((all) => all.some(named(one)))).find(named(one))
    expect(back?.certainty).toBe('veryLikely')
    for (const id of [one, two, stranger]) await device.engine.contacts.remove(ann, id)
    await shown((all) => !all.some(named(one)))
  })

  test('that must never be merged are none, until that is withdrawn', async () => {
    await device.engine.merges.cannotLink(ann, maria, again, true)
    await shown((all) => !isTogether(all))
    await device.engine.merges.cannotLink(ann, maria, again, false)
    await shown((all) => isTogether(all) === true)
  })

  test('are merged in one step, several at once, and one step takes it back', async () => {
    const other = { firstName: 'Þórunn', lastName: 'Vésteinsdóttir', personalEmail: 'thorunn@web.example' }
    const two = [await add(other), await add({ ...other, personalEmail: 'th.vesteins@web.example' })]
    const mergeIds = await list.mergeAll([[maria, again], two])
    expect(mergeIds).toHaveLength(2)
    expect(device.views.personRow(maria)?.id).toBe(device.views.personRow(again)?.id)
    // At once, before the matcher has taken the merge in: both ids are one person's now.
    expect([await likeOf(maria), await likeOf(again)]).toEqual([[], []])
    await firstValueFrom(
      matching.state$.pipe(
        filter(({ clusters }) => !clusters.some(({ ids }) => ids.includes(maria))),
        timeout(5000),
      ),
    )
    const followed = firstValueFrom(
      list.like$(again, undefined).pipe(
        filter(([first]) => first?.person.id === maria),
        timeout(10_000),
      ),
    )
    await list.undoAll(mergeIds)
    await followed
    expect(two.map((id) => device.views.personRow(id)?.id)).toEqual(two)
    await shown((all) => isTogether(all) === true)
    await expect(
      list.mergeAll([
        [maria, again],
        [again, ...two],
      ]),
    ).rejects.toMatchObject({ code: 'merge_same_person' })
    expect(device.views.personRow(maria)?.id).toBe(maria)
  })

  test('are shown to those alone who may see people', async () => {
    actor = { ...owner('bob'), permissions: new Set() }
    expect(() => list.page(undefined, 0, 10)).toThrow(expect.objectContaining({ code: 'forbidden' }))
    expect(() => list.aside$(0, 10)).toThrow(expect.objectContaining({ code: 'forbidden' }))
    expect(() => list.like$(maria, undefined)).toThrow(expect.objectContaining({ code: 'forbidden' }))
    await expect(list.putAside([{ a: maria, b: again, certainty: 'likely' }], true)).rejects.toMatchObject({
      code: 'forbidden',
    })
    actor = ann
  })

  test('are searched for anew, and a search that is given up leaves nothing behind', async () => {
    list.search(true)
    expect(list.state().phase).toBe('reading')
    list.search(false)
    expect(list.state().phase).toBe('idle')
    await shown((all) => all.some(named(maria)))
    await firstValueFrom(matching.state$.pipe(filter(({ phase }) => phase === 'ready')))
    expect(list.state().people).toBeGreaterThan(60)
  })
})

describe('the index on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scv-duplicates-'))
  const path = join(folder, 'duplicates.sqlite')
  let reads: ContactId[] = []
  let onRead: () => void = () => undefined

  /** The matcher as another process opens it, and what it reads of people. */
  function openMatcher(): Matching {
    reads = []
    const queries = {
      ...device.engine.queries,
      comparable(id: ContactId) {
        reads.push(id)
        onRead()
        return device.engine.queries.comparable(id)
      },
    }
    const { changes$ } = device.engine
    return createMatching({ queries, changes$ }, { path, feed: device.memory.feed, onDefect: fail, page: 10 })
  }
  const fail = (error: unknown) => {
    throw error
  }
  const until = (it: Matching, isSo: (state: Matching['state$']['value']) => boolean) =>
    firstValueFrom(it.state$.pipe(filter(isSo), timeout(20_000)))
  const isReady = ({ phase }: { phase: string }) => phase === 'ready'
  const idsOf = ({ clusters }: Matching['state$']['value']) => clusters.map(({ ids }) => [...ids].sort())

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('goes on reading where it was when its search ended half-way', async () => {
    const first = openMatcher()
    onRead = () => {
      if (reads.length === 30) setImmediate(() => first.cancel())
    }
    first.start()
    await until(first, ({ phase }) => phase === 'reading')
    await until(first, ({ phase }) => phase !== 'reading')
    await first.close()
    onRead = () => undefined
    const second = openMatcher()
    second.start()
    const found = await until(second, isReady)
    expect(found.clusters.some(({ ids }) => ids.includes(maria))).toBe(true)
    expect(found.people).toBe(list.state().expected)
    expect(reads.length).toBeLessThan(found.people - 15)
    await second.close()
  })

  test('has what was found after a restart, and takes in what was committed meanwhile and nothing else', async () => {
    const first = openMatcher()
    first.start()
    const before = await until(first, isReady)
    expect(before.people).toBeGreaterThan(60)
    const why = await first.explain(
      device.engine.queries.comparable(maria) ?? fail('gone'),
      device.engine.queries.comparable(again) ?? fail('gone'),
    )
    await first.close()

    const newcomer = await add({
      firstName: 'Maria Clara',
      lastName: 'Quintanilla',
      personalEmail: 'clarita@web.example',
    })
    const second = openMatcher()
    second.start()
    const opened = await until(second, isReady)
    expect(opened.completed).toEqual(before.completed)
    expect(idsOf(opened)).toEqual(idsOf(before))
    const after = await until(second, ({ clusters }) => clusters.some(({ ids }) => ids.includes(newcomer)))
    expect(after.people).toBe(before.people + 1)
    expect(new Set(reads).size).toBeLessThan(10)
    expect(reads).toContain(newcomer)
    await device.engine.contacts.remove(ann, newcomer)
    await until(second, ({ people }) => people === before.people)
    expect(
      await second.explain(
        device.engine.queries.comparable(maria) ?? fail('gone'),
        device.engine.queries.comparable(again) ?? fail('gone'),
      ),
    ).toEqual(why)
    await second.close()
  })

  test('keeps nothing of a person who was erased', async () => {
    const secret = await add({
      firstName: 'Xanthippe',
      lastName: 'Zweigenbaum',
      personalEmail: 'xanthippe@web.example',
    })
    const first = openMatcher()
    first.start()
    await until(first, isReady)
    const holds = () => readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes('Xanthippe'))
    await until(first, ({ people }) => people === list.state().expected)
    expect(holds()).toBe(true)
    const { people } = first.state$.value
    await device.engine.erasure.erase(ann, secret)
    await until(first, (state) => state.people === people - 1)
    expect(holds()).toBe(false)
    await first.close()
  })

  test('that is no index, or of another version, is made anew', async () => {
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    writeFileSync(path, 'no database')
    const first = openMatcher()
    first.start()
    await until(first, isReady)
    expect(new Set(reads).size).toBeGreaterThan(60)
    await first.close()
  })
})
