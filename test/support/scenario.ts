// A little of everything: people by hand and by themselves, contenders, merges undone in and out of order, notes,
// interactions on results that are gone, links, decisions, disputes open and settled, the bin, an expiry cancelled, an
// erasure.
import { asContactId, asItemId } from '../../src-shared/model/ids'
import { ann, type Bench, DAY } from './engine'
import { helpers, phone } from './people'

/**
 * Plays it on a bench.
 * @param halfway called while both merges stand
 */
export async function playEverything(
  bench: Bench,
  halfway: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { create, record, wait } = helpers(() => bench)
  const { contacts, identifiers, interactions, merges, retention, queue, erasure, reconcile } = bench.engine
  const number = (n: number) => `+6142100000${n}`
  const call = (n: number) => record([{ type: 'Phone', value: number(n) }])
  const ids: string[] = []
  for (let n = 0; n < 6; n += 1) {
    ids.push(await create({ firstName: `Person${n}`, lastName: 'Projected', workPhone: phone(number(n)) }))
    wait(1000)
  }
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = ids
  await contacts.update(ann, asContactId(b), { cellPhone: phone(number(0)), workEmail: 'b@example.com' })
  const { contactId: auto } = await record([{ type: 'Cookie', value: 'auto' }])
  await queue.dismiss(ann, [auto], true)
  const old = await record([{ type: 'Cookie', value: 'old' }], { startedAt: '2026-01-01T00:00:00Z' })
  const inner = await merges.merge(ann, { contactIds: [asContactId(a), asContactId(b)] })
  const outer = await merges.merge(ann, { contactIds: [inner.contactId, asContactId(c)] })
  for (let n = 0; n < 3; n += 1) await call(n)
  await contacts.addNote(ann, asContactId(a), 'on the result')
  await halfway()
  wait(1000)
  await merges.undo(ann, outer.mergeId, { notes: inner.contactId })
  await call(2)
  await merges.undo(ann, inner.mergeId, { notes: asContactId(a) })
  await merges.merge(ann, { contactIds: [asContactId(b), asContactId(d)] })
  await identifiers.release(ann, asContactId(a), { type: 'Phone', value: number(0) })
  await identifiers.claim(ann, asContactId(e), { type: 'ExternalId', source: 'crm', value: '7' })
  await merges.cannotLink(ann, asContactId(e), asContactId(a), true, 'no')
  const { interactionId } = await call(4)
  await interactions.link(ann, interactionId, asContactId(a))
  await contacts.remove(ann, asContactId(e))
  await contacts.removeNote(ann, await contacts.addNote(ann, asContactId(a), 'gone'))
  await retention.run(ann, { asOf: bench.time.now + DAY })
  await contacts.promote(ann, old.contactId, { firstName: 'Promoted' })
  await call(5)
  for (const n of [7, 8, 7, 8])
    await create({ lastName: 'Projected', firstName: 'Person7', homePhone: phone(number(n)) })
  const [dispute] = bench.views.openItems('dispute', 0, 1).items
  await reconcile.decide(ann, {
    id: asItemId(dispute?.id ?? ''),
    decision: 'shared-identifier',
    reason: 'one household',
  })
  await erasure.erase(ann, asContactId(f))
}
