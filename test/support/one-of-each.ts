// One of each thing a command can be refused on, on one bench: living, binned, erased, aged out, merged, undone.

import { expect } from 'vitest'
import { asInteractionId, asItemId, NO_CONTACT } from '../../src-shared/model/ids'
import type { InteractionInput } from '../../src-shared/model/interaction'
import { ann, type Bench, DAY } from './engine'
import { helpers, phone } from './people'

/** Ids of the state all rows are tried in; filled by `makeOneOfEach`. */
export const id = {
  living: NO_CONTACT,
  other: NO_CONTACT,
  holder: NO_CONTACT,
  binned: NO_CONTACT,
  longBinned: NO_CONTACT,
  erased: NO_CONTACT,
  expired: NO_CONTACT,
  undoneResult: NO_CONTACT,
  ancestor: NO_CONTACT,
  canonical: NO_CONTACT,
  forbidden: NO_CONTACT,
  large: NO_CONTACT,
  interaction: asInteractionId(''),
  erasedInteraction: asInteractionId(''),
  note: '',
  erasedNote: '',
  merge: '',
  undoneMerge: '',
  innerMerge: '',
  editedMerge: '',
  dispute: '',
  settled: '',
}

/** Makes one of each. */
export async function makeOneOfEach(bench: Bench): Promise<void> {
  const { create, record, wait } = helpers(() => bench)
  const { contacts, merges, erasure, retention } = bench.engine
  const old = await record([{ type: 'Email', value: 'old@example.com' }])
  id.expired = old.contactId
  wait(61 * DAY)
  expect((await retention.run(ann)).expired).toEqual([id.expired])
  id.longBinned = await create({ firstName: 'LongGone' })
  await contacts.remove(ann, id.longBinned)
  wait(31 * DAY)
  id.living = await create({ firstName: 'Living' })
  id.other = await create({ firstName: 'Other' })
  id.holder = await create({ firstName: 'Holder', workPhone: phone('+61421000000'), workEmail: 'held@example.com' })
  id.binned = await create({ firstName: 'Binned' })
  await contacts.remove(ann, id.binned)
  id.erased = await create({ firstName: 'Erased', workEmail: 'erased@example.com' })
  id.erasedNote = await contacts.addNote(ann, id.erased, 'gone')
  id.erasedInteraction = (await record([{ type: 'Email', value: 'erased@example.com' }])).interactionId
  await erasure.erase(ann, id.erased)
  id.ancestor = await create({ firstName: 'Ancestor' })
  const inner = await merges.merge(ann, { contactIds: [id.ancestor, await create({ firstName: 'Aunt' })] })
  id.innerMerge = inner.mergeId
  const outer = await merges.merge(ann, { contactIds: [inner.contactId, await create({ firstName: 'Uncle' })] })
  id.canonical = outer.contactId
  id.merge = outer.mergeId
  const undone = await merges.merge(ann, {
    contactIds: [await create({ firstName: 'U1' }), await create({ firstName: 'U2' })],
  })
  await merges.undo(ann, undone.mergeId)
  id.undoneMerge = undone.mergeId
  id.undoneResult = undone.contactId
  const edited = await merges.merge(ann, {
    contactIds: [await create({ firstName: 'E1' }), await create({ firstName: 'E2' })],
  })
  await contacts.update(ann, edited.contactId, { title: 'Edited' })
  id.editedMerge = edited.mergeId
  id.forbidden = await create({ firstName: 'Twin' })
  await merges.cannotLink(ann, id.forbidden, id.living, true, 'twins')
  const many = await contacts.createMany(
    ann,
    Array.from({ length: 49 }, (_, n) => ({ input: { firstName: `M${n}` } })),
  )
  const half = await merges.merge(ann, { contactIds: many.slice(0, 25) })
  id.large = (await merges.merge(ann, { contactIds: [half.contactId, ...many.slice(25)] })).contactId
  id.interaction = (await record([{ type: 'Cookie', value: 'c' }])).interactionId
  id.note = await contacts.addNote(ann, id.living, 'a note')
  for (const workPhone of ['+61421000100', '+61421000101'].map(phone))
    for (const firstName of ['First', 'Second']) await create({ firstName, workPhone })
  const [dispute, settled] = bench.views.openItems('dispute', 0, 2).items
  id.dispute = dispute?.id ?? ''
  id.settled = settled?.id ?? ''
  await bench.engine.reconcile.decide(ann, { id: asItemId(id.settled), decision: 'shared-identifier' })
}

/** An interaction as somebody may tell it, right or wrong. */
export const told = (more: object): InteractionInput =>
  ({ channel: 'voice', startedAt: '2026-08-01T10:00:00Z', identifiers: [], ...more }) as InteractionInput

/** What a refusal says. */
export async function refusal(call: () => unknown): Promise<Record<string, unknown>> {
  try {
    await call()
  } catch (error) {
    expect(error).toHaveProperty('name', 'ScvError')
    return JSON.parse(JSON.stringify(error)) as Record<string, unknown>
  }
  throw new Error('the command was not refused')
}
