// What the table of the specification does not name one by one: values left behind by an undone merge, several people on one
// identifier, what erasure takes from reviews, and how items are paged.

import { afterEach, describe, expect, test } from 'vitest'
import { createTables } from '../../src-main/projections/file/tables'
import { openSqlite } from '../../src-main/sqlite/database'
import { asContactId, asItemId } from '../../src-shared/model/ids'
import { bob, effectsOf, itemsOf, type Meeting, openMeeting, VARIANTS } from '../support/apart'
import { ann } from '../support/engine'
import { phone } from '../support/people'

const N1 = '+61421000001'

let meeting: Meeting | undefined
afterEach(async () => {
  for (const device of meeting?.devices ?? []) await device.close()
  meeting = undefined
})

describe.each(VARIANTS)('$name', ({ skew, seed }) => {
  test('undone here, edited there: the edit is listed, and given to whoever a person says', async () => {
    const met = await openMeeting(skew, seed)
    meeting = met
    const [a, b] = [
      await met.here.engine.contacts.create(ann, { firstName: 'Ada' }),
      await met.here.engine.contacts.create(ann, { firstName: 'Bea', title: 'Chief' }),
    ]
    const { contactId, mergeId } = await met.here.engine.merges.merge(ann, { contactIds: [a, b] })
    await met.meet()
    await met.here.engine.merges.undo(ann, mergeId)
    await met.there.engine.contacts.update(bob, contactId, { title: 'Deputy' })
    await met.meet()
    const item = await met.only('overwritten-value')
    expect(item).toMatchObject({ subject: 'Deputy', field: 'title' })
    expect(item.sides).toMatchObject([
      { did: 'merged', by: 'ann', stands: true },
      { did: 'wrote', text: 'Deputy', by: 'bob', stands: false },
    ])
    expect(Object.keys(effectsOf(item)).sort()).toEqual(['keep', `restore-value ${a}`, `restore-value ${b}`].sort())
    expect(effectsOf(item)[`restore-value ${b}`]).toContain('“Deputy” takes the place of “Chief” as title of “Bea”')
    await expect(
      met.here.engine.reconcile.decide(ann, { id: item.id, decision: 'restore-value' }),
    ).rejects.toMatchObject({ code: 'invalid_input', field: 'target' })
    await met.settle(met.there, item, 'restore-value', b)
    expect((await met.here.engine.queries.person(b)).fields.title).toBe('Deputy')
    expect((await met.here.engine.queries.person(a)).fields.title).toBeUndefined()
  })

  test('deleted here after an undone merge, called there: the call is listed with whom it came to', async () => {
    const met = await openMeeting(skew, seed)
    meeting = met
    const [a, b] = [
      await met.here.engine.contacts.create(ann, { firstName: 'Ada', workPhone: phone(N1) }),
      await met.here.engine.contacts.create(ann, { firstName: 'Bea' }),
    ]
    const { mergeId, contactId } = await met.here.engine.merges.merge(ann, { contactIds: [a, b] })
    await met.meet()
    await met.here.engine.merges.undo(ann, mergeId)
    await met.here.engine.contacts.remove(ann, a)
    // It is tied to the result of the merge, which stands there; by its number it is the first one's.
    const call = await met.there.engine.interactions.record(bob, {
      channel: 'voice',
      startedAt: new Date(met.there.time.now).toISOString(),
      identifiers: [{ type: 'Phone', value: N1 }],
    })
    expect(call.contactId).toBe(contactId)
    await met.meet()
    expect(await met.only('edited-deleted')).toMatchObject({
      sides: [
        { did: 'deleted', person: { id: a } },
        { did: 'edited', text: 'an interaction (voice)', person: { id: a } },
      ],
    })
  })

  test('both merged the same two: listed once, and either can be taken back', async () => {
    const met = await openMeeting(skew, seed)
    meeting = met
    const contactIds = [
      await met.here.engine.contacts.create(ann, { firstName: 'Ada' }),
      await met.here.engine.contacts.create(ann, { firstName: 'Bea' }),
    ]
    await met.meet()
    const one = await met.here.engine.merges.merge(ann, { contactIds })
    await met.there.engine.merges.merge(bob, { contactIds })
    await met.meet()
    const item = await met.only('joined-merge')
    expect(effectsOf(item)[`undo-merge ${one.mergeId}`]).toContain('They stay one person all the same')
    await met.settle(met.there, item, 'undo-merge', one.mergeId)
    const page = await met.here.engine.queries.person(asContactId(contactIds[0] ?? ''))
    expect(page.mergeSet).toHaveLength(3)
  })
})

test('a review that was settled by two, each seeing another contender, covers both', async () => {
  const met = await openMeeting(1000, 3, 3)
  meeting = met
  const [here, there, away] = met.devices
  if (!here || !there || !away) throw new Error('three devices')
  const create = (device: typeof here, firstName: string) =>
    device.engine.contacts.create(ann, { firstName, workPhone: phone(N1) })
  await create(here, 'First')
  await met.meet()
  for (const [device, name] of [[there, 'Second'] as const, [away, 'Third'] as const]) {
    await create(device, name)
    const [item] = await itemsOf(device)
    await device.engine.reconcile.decide(bob, { id: asItemId(item?.id ?? ''), decision: 'shared-identifier' })
  }
  await met.meet()
  expect(await met.open()).toEqual([])
  await create(here, 'Fourth')
  await met.meet()
  expect((await met.only('dispute')).sides).toHaveLength(4)
})

test.each(['shared-identifier', 'hand-over'] as const)(
  '%s is taken back: listed again, held as before',
  async (decision) => {
    const met = await openMeeting(0, 6)
    meeting = met
    const { engine } = met.here
    const [a, b, c] = [
      await engine.contacts.create(ann, { firstName: 'Ada', workPhone: phone(N1) }),
      await engine.contacts.create(ann, { firstName: 'Bea', workPhone: phone(N1) }),
      await engine.contacts.create(ann, { firstName: 'Cy', workPhone: phone(N1) }),
    ]
    await met.meet()
    const [item] = await itemsOf(met.here)
    const id = asItemId(item?.id ?? '')
    await engine.reconcile.decide(ann, { id, decision, ...(decision === 'hand-over' ? { target: c } : {}) })
    await met.meet()
    expect(await met.open()).toEqual([])
    if (decision === 'hand-over') await engine.identifiers.unrelease(ann, a, { type: 'Phone', value: N1 })
    await engine.reconcile.reopen(ann, id)
    await met.meet()
    const again = await met.only('dispute')
    expect(again.sides.map(({ person }) => person?.id)[0]).toBe(a)
    expect(new Set(again.sides.map(({ person }) => person?.id))).toEqual(new Set([a, b, c]))
  },
)

test('pairs that must never be merged are not offered to be', async () => {
  const met = await openMeeting(0, 4)
  meeting = met
  const [a, b] = [
    await met.here.engine.contacts.create(ann, { firstName: 'Ada', workPhone: phone(N1) }),
    await met.here.engine.contacts.create(ann, { firstName: 'Bea', workPhone: phone(N1) }),
  ]
  await met.here.engine.merges.cannotLink(ann, a, b, true, 'twins')
  const [item] = await itemsOf(met.here)
  expect(item?.decisions.map((one) => one.decision)).toEqual(['shared-identifier', 'hand-over'])
})

test('erasing a person takes what was typed about them in a decision, everywhere', async () => {
  const met = await openMeeting(0, 5)
  meeting = met
  const gone = await met.here.engine.contacts.create(ann, { firstName: 'Ada', workPhone: phone(N1) })
  await met.here.engine.contacts.create(ann, { firstName: 'Bea', workPhone: phone(N1) })
  const [item] = await itemsOf(met.here)
  const reason = 'quaxreason of the two'
  await met.here.engine.reconcile.decide(ann, { id: asItemId(item?.id ?? ''), decision: 'shared-identifier', reason })
  await met.meet()
  const stored = async () => {
    const lines: string[] = []
    for await (const line of met.there.engine.queries.exportLines()) lines.push(line)
    return lines.join('\n')
  }
  expect(await stored()).toContain('quaxreason')
  await met.here.engine.erasure.erase(ann, gone)
  await met.meet()
  expect(await stored()).not.toContain('quaxreason')
  expect(await met.open()).toEqual([])
})

test('open items are paged from an index, however many there are', () => {
  const db = openSqlite(':memory:')
  createTables(db)
  const plan = (sql: string) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String((row as { detail: string }).detail))
      .join('; ')
  const page = (where: string) =>
    plan(`SELECT id, kind, at, subject FROM item WHERE ${where} ORDER BY at DESC, id DESC LIMIT 50 OFFSET 100`)
  for (const [where, index] of [
    ['open = 1', 'item_at'],
    ["open = 1 AND kind = 'dispute'", 'item_kind'],
  ] as const) {
    expect(page(where)).toContain(index)
    expect(page(where)).not.toContain('TEMP B-TREE')
  }
  db.close()
})
