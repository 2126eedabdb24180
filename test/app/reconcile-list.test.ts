// The Reconcile list through the contract: what the engine derived and what sync set aside as one list, live, in pages, and
// decided. Inputs and answers are checked against the schemas, as they are on their way to the window.
import { type ReconcileItem, reconcileContract } from '@shared/contract/reconcile'
import type { SetAside } from '@shared/contract/sync'
import type { ErrorBody } from '@shared/errors'
import { filter, firstValueFrom, map, Subject, take, timeout, toArray } from 'rxjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { callerFor } from '../../src-main/application/caller'
import type { SetAsidePort } from '../../src-main/application/ports'
import { reconcileList } from '../../src-main/application/reconcile-list'
import { type Actor, owner } from '../../src-main/engine/permissions'
import { reconcileHandlers } from '../../src-main/handlers/reconcile'
import { createDispatcher } from '../../src-main/ipc/dispatch'
import { type MemoryDevice, openDevice } from '../support/device'
import { ann } from '../support/engine'
import { newNumber, phone, without } from '../support/people'

/** What sync would have set aside, kept in a list. */
function asideList() {
  const changes$ = new Subject<void>()
  const asked: string[] = []
  let all: SetAside[] = []
  const gone = async (did: string, id: string) => {
    asked.push(`${did} ${id}`)
    all = all.filter((one) => one.id !== id)
    changes$.next()
  }
  const port: SetAsidePort = {
    changes$,
    async list(offset, limit, kind) {
      const wanted = all.filter((one) => kind === undefined || one.kind === kind)
      const items = wanted.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(offset, offset + limit)
      return { total: wanted.length, items }
    },
    get: async (id) => all.find((one) => one.id === id),
    count: (kind) => all.filter((one) => one.kind === kind).length,
    retry: (id = '') => gone('retry', id).then(() => all.length),
    drop: (id) => gone('drop', id),
  }
  return {
    port,
    asked,
    add(kind: SetAside['kind'], at: number, more: Partial<SetAside> = {}) {
      const id = `${kind}:contacts:${at}`
      const reason = `Reason ${at}`
      all.push({
        id,
        kind,
        collection: 'contacts',
        documentId: `${at}`,
        reason,
        at: moment(at),
        document: '{}',
        ...more,
      })
      changes$.next()
      return id
    },
  }
}

const moment = (ms: number) => new Date(ms).toISOString()
const MINUTE = 60_000

let device: MemoryDevice
let aside: ReturnType<typeof asideList>
let actor: Actor
beforeEach(async () => {
  device = await openDevice()
  aside = asideList()
  actor = ann
})
afterEach(() => device.close())

function callers() {
  const handlers = reconcileHandlers(
    reconcileList(
      device.engine,
      aside.port,
      callerFor(device.engine, () => actor),
    ),
  )
  const dispatcher = createDispatcher(reconcileContract, handlers, {
    checkOutput: true,
    log: (message, error) => {
      throw new Error(message, { cause: error })
    },
  })
  const context = { signal: new AbortController().signal }
  return {
    answer: (name: string, input: object) => dispatcher.answer(name, input, context),
    live: <T>(name: string, input: object) => dispatcher.open(name, input, context).pipe(map((value) => value as T)),
    async items(input: object = {}) {
      return firstValueFrom(this.live<{ total: number; items: ReconcileItem[] }>('reconcile.items', input))
    },
    async refusal(name: string, input: object): Promise<ErrorBody> {
      const answer = await dispatcher.answer(name, input, context)
      if (answer.ok) throw new Error('it was not refused')
      return answer.error
    },
  }
}

/** A dispute a minute, oldest first. @returns the moments, in ms */
async function disputes(count: number): Promise<number[]> {
  const at: number[] = []
  for (let n = 0; n < count; n += 1) {
    const workPhone = phone(newNumber())
    await device.engine.contacts.create(ann, { firstName: `Holder${n}`, workPhone })
    device.time.now += MINUTE
    await device.engine.contacts.create(ann, { firstName: `Other${n}`, workPhone })
    at.push(device.time.now)
  }
  return at
}

describe('the list', () => {
  test('holds derived and set-aside items together, newest first, in pages that join without a gap', async () => {
    const at = await disputes(5)
    aside.add('refused', (at[1] ?? 0) + 1000)
    aside.add('unreadable', (at[3] ?? 0) + 1000)
    aside.add('refused', (at[4] ?? 0) + 1000)
    const whole = await callers().items()
    expect(whole.total).toBe(8)
    expect(whole.items.map((one) => one.kind)).toEqual([
      'refused',
      'dispute',
      'unreadable',
      'dispute',
      'dispute',
      'refused',
      'dispute',
      'dispute',
    ])
    for (const limit of [1, 2, 3, 5]) {
      const pages: string[] = []
      for (let offset = 0; offset < 8; offset += limit) {
        const page = await callers().items({ offset, limit })
        expect(page.total).toBe(8)
        expect(page.items.length).toBe(Math.min(limit, 8 - offset))
        pages.push(...page.items.map((one) => one.id))
      }
      expect(pages).toEqual(whole.items.map((one) => one.id))
    }
  })

  test('of one kind', async () => {
    const [at = 0] = await disputes(2)
    aside.add('refused', at)
    aside.add('unreadable', at)
    for (const [kind, total] of [
      ['dispute', 2],
      ['refused', 1],
      ['unreadable', 1],
      ['joined-merge', 0],
    ] as const) {
      const page = await callers().items({ kind })
      expect({ kind, total: page.total, kinds: new Set(page.items.map((one) => one.kind)) }).toEqual({
        kind,
        total,
        kinds: new Set(total === 0 ? [] : [kind]),
      })
    }
  })

  test('and its count follow what happens, on either side', async () => {
    const { live } = callers()
    const counts = firstValueFrom(
      live<{ total: number; byKind: Record<string, number> }>('reconcile.count', {}).pipe(
        filter(({ total }, i) => i === 0 || total > 0),
        take(3),
        timeout(20_000),
        toArray(),
      ),
    )
    const until = (total: number) =>
      firstValueFrom(
        live<{ total: number }>('reconcile.items', {}).pipe(
          filter((page) => page.total === total),
          timeout(20_000),
        ),
      )
    await until(0)
    await disputes(1)
    await until(1)
    await new Promise((resolve) => setTimeout(resolve, 600)) // the count gathers changes longer than the list
    aside.add('refused', device.time.now)
    await until(2)
    const [first, second, third] = await counts
    expect(first).toEqual({
      total: 0,
      byKind: {
        dispute: 0,
        'joined-merge': 0,
        'overwritten-value': 0,
        'edited-deleted': 0,
        refused: 0,
        unreadable: 0,
      },
    })
    expect(second).toMatchObject({ total: 1, byKind: { dispute: 1, refused: 0 } })
    expect(third).toMatchObject({ total: 2, byKind: { dispute: 1, refused: 1 } })
  })
})

describe('an item', () => {
  test('of sync shows its document wherever it stands in the list, until it is settled', async () => {
    const ids = Array.from({ length: 205 }, (_, n) =>
      aside.add(n % 2 ? 'refused' : 'unreadable', n * MINUTE, { document: `{"n":${n}}` }),
    )
    const { live } = callers()
    const page = await callers().items({ offset: 200, limit: 5 })
    const last = page.items.at(-1)
    expect(last?.id).toBe(`s-${ids[0]}`)
    const documents = firstValueFrom(
      live<SetAside | null>('reconcile.document', { id: last?.id ?? '' }).pipe(take(2), timeout(20_000), toArray()),
    )
    await new Promise((resolve) => setImmediate(resolve))
    await aside.port.drop(ids[0] ?? '')
    expect(await documents).toMatchObject([{ document: '{"n":0}' }, null])
  })

  test('of sync is settled by those alone who may edit, and says so', async () => {
    const asideId = aside.add('refused', device.time.now)
    actor = without('externalContacts:contact:edit')
    const [item] = (await callers().items()).items
    expect(item?.decisions.map(({ forbidden }) => forbidden)).toEqual([true, true])
    for (const decision of ['retry', 'drop'])
      expect(await callers().refusal('reconcile.decide', { id: `s-${asideId}`, decision })).toMatchObject({
        code: 'forbidden',
        details: { permission: 'externalContacts:contact:edit' },
      })
    expect(aside.asked).toEqual([])
    actor = without('externalContacts:contact:view')
    for (const [name, input] of [
      ['reconcile.items', { kind: 'refused' }],
      ['reconcile.document', { id: `s-${asideId}` }],
    ] as const)
      await expect(firstValueFrom(callers().live(name, input))).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('of what the server refused says so, with who wrote it, and can be sent again or given up', async () => {
    const id = await device.engine.contacts.create(ann, { firstName: 'Refused' })
    const document = JSON.stringify(device.views.contact(id))
    const asideId = aside.add('refused', device.time.now, { documentId: id, document, reason: 'You may not do that.' })
    const [item] = (await callers().items()).items
    expect(item).toEqual({
      id: `s-${asideId}`,
      kind: 'refused',
      at: moment(device.time.now),
      subject: 'You may not do that.',
      sides: [
        {
          person: { id, displayName: 'Refused', type: 'Curated' },
          did: 'sent',
          text: 'a contact',
          by: 'ann',
          at: moment(device.time.now),
          device: 'testdevice',
          stands: true,
        },
      ],
      decisions: [
        {
          decision: 'retry',
          effect: expect.stringContaining('Sends the change to the server again'),
          forbidden: false,
        },
        { decision: 'drop', effect: expect.stringContaining('cannot be undone'), forbidden: false },
      ],
    })
    const { answer } = callers()
    expect(await answer('reconcile.item', { id: item?.id })).toEqual({ ok: true, value: item })
    expect(await answer('reconcile.decide', { id: item?.id, decision: 'retry' })).toEqual({ ok: true, value: {} })
    expect(aside.asked).toEqual([`retry ${asideId}`])
  })

  test('of what cannot be read names nobody, and can be forgotten', async () => {
    const asideId = aside.add('unreadable', device.time.now, { document: 'no JSON at all' })
    const [item] = (await callers().items()).items
    expect(item?.sides).toMatchObject([{ did: 'received', by: '', device: '', stands: false }])
    await callers().answer('reconcile.decide', { id: item?.id, decision: 'drop' })
    expect(aside.asked).toEqual([`drop ${asideId}`])
    expect((await callers().items()).total).toBe(0)
  })

  test('tells which of its decisions the caller may not take', async () => {
    await disputes(1)
    actor = without('externalContacts:identity:merge')
    const [item] = (await callers().items()).items
    const forbidden = item?.decisions.map(({ decision, forbidden: not }) => [decision, not])
    expect(forbidden).toEqual([
      ['shared-identifier', false],
      ['hand-over', false],
      ['merge', true],
    ])
    expect(await callers().refusal('reconcile.decide', { id: item?.id, decision: 'merge' })).toMatchObject({
      code: 'forbidden',
      details: { permission: 'externalContacts:identity:merge' },
    })
  })

  test('decided answers with the person to look at, and is gone', async () => {
    await disputes(1)
    const { answer, refusal } = callers()
    const [item] = (await callers().items()).items
    const decided = await answer('reconcile.decide', { id: item?.id, decision: 'merge', reason: 'the same voice' })
    expect(decided).toMatchObject({ ok: true, value: { contactId: expect.any(String) } })
    expect((await callers().items()).total).toBe(0)
    for (const [name, input] of [
      ['reconcile.item', { id: item?.id }],
      ['reconcile.decide', { id: item?.id, decision: 'shared-identifier' }],
    ] as const)
      expect(await refusal(name, input)).toMatchObject({ code: 'not_found', message: 'This was settled already.' })
  })

  test('that is settled meanwhile, or cannot be decided so, is refused', async () => {
    await disputes(1)
    const asideId = aside.add('refused', device.time.now)
    const { refusal } = callers()
    const [dispute] = (await callers().items({ kind: 'dispute' })).items
    for (const [id, decision, target, code, field] of [
      [dispute?.id, 'keep', undefined, 'invalid_input', 'decision'],
      [dispute?.id, 'retry', undefined, 'invalid_input', 'decision'],
      [dispute?.id, 'hand-over', 'nobody', 'invalid_input', 'target'],
      [`s-${asideId}`, 'merge', undefined, 'invalid_input', 'decision'],
      ['s-refused:contacts:gone', 'drop', undefined, 'not_found', 'id'],
      ['r-gone', 'keep', undefined, 'not_found', 'id'],
    ] as const)
      expect(await refusal('reconcile.decide', { id, decision, ...(target ? { target } : {}) })).toMatchObject({
        code,
        field,
      })
    expect(aside.asked).toEqual([])
  })

  test('is for those who may view contacts', async () => {
    await disputes(1)
    actor = { ...owner('mallory'), permissions: new Set() }
    await expect(callers().items()).rejects.toMatchObject({ code: 'forbidden' })
  })
})
