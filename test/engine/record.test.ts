import { expect, test } from 'vitest'
import { asContactId } from '../../src-shared/model/ids'
import { ann, openBench } from '../support/engine'

test('a record is read as itself, with its place in the merge set', async () => {
  const bench = await openBench()
  const { contacts, merges, queries } = bench.engine
  const a = await contacts.create(ann, { firstName: 'Ann' })
  const b = await contacts.create(ann, { firstName: 'Anna', lastName: 'Lee' })
  const alone = { canonicalContact: null, mergeSet: null, mergedFrom: null, mergedTo: null }
  expect(queries.record(a)).toMatchObject({ id: a, displayName: 'Ann', ...alone })

  const { contactId, mergeId } = await merges.merge(ann, { contactIds: [a, b] })
  const set = [contactId, ...[a, b].sort()]
  expect(queries.record(a)).toMatchObject({
    id: a,
    displayName: 'Ann',
    fields: { firstName: 'Ann' },
    canonicalContact: contactId,
    mergeSet: set,
    mergedFrom: null,
    mergedTo: contactId,
  })
  expect(queries.record(contactId)).toMatchObject({
    displayName: 'Anna Lee',
    canonicalContact: contactId,
    mergeSet: set,
    mergedFrom: [a, b].sort(),
    mergedTo: null,
  })

  await merges.undo(ann, mergeId)
  expect(queries.record(a)).toMatchObject({ status: 'active', ...alone })
  expect(queries.record(contactId)).toMatchObject({ status: 'undone', ...alone })
  expect(() => queries.record(asContactId('nobody'))).toThrow('There is no contact with this id.')
  await bench.close()
})
