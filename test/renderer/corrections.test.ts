// What a correction of interactions sends, and what takes it back.
import { asContactId, asInteractionId } from '@shared/model/ids'
import type { InteractionView } from '@shared/model/views'
import { expect, test } from 'vitest'
import { corrections, firstValues, formerly } from '../../src-renderer/journey/corrections'

const interaction = (id: string, more: Partial<InteractionView> = {}): InteractionView => ({
  id: asInteractionId(id),
  conversationId: id,
  contactId: asContactId('jo'),
  channel: 'voice',
  direction: 'inbound',
  startedAt: '2026-06-01T09:00:00.000Z',
  identifiers: [],
  recordedBy: 'ann',
  ...more,
})
const noted = interaction('i1', { note: 'first', wrapUp: 'Sold' })
const bare = interaction('i2', { contactId: null })

test('of one, only what was changed is sent, and an emptied note is taken away', () => {
  const start = firstValues([noted])
  expect(corrections([noted], start)).toEqual([])
  expect(corrections([noted], { ...start, note: ' ' })).toEqual([{ interactionId: 'i1', note: '' }])
  expect(corrections([noted], { ...start, contactId: 'bo', name: 'Bo' })).toEqual([
    { interactionId: 'i1', contactId: 'bo' },
  ])
})

test('of several, what is left empty stays the own of each; taking it back gives each its own again', () => {
  const both = [noted, bare]
  const start = firstValues(both)
  expect(start).toMatchObject({ note: '', wrapUp: '' })
  expect(corrections(both, start)).toEqual([])
  const made = corrections(both, { ...start, contactId: 'bo', wrapUp: 'Refunded' })
  expect(made).toEqual([
    { interactionId: 'i1', contactId: 'bo', wrapUp: 'Refunded' },
    { interactionId: 'i2', contactId: 'bo', wrapUp: 'Refunded' },
  ])
  expect(formerly(both, made)).toEqual([
    { interactionId: 'i1', contactId: asContactId('jo'), wrapUp: 'Sold' },
    { interactionId: 'i2', contactId: null, wrapUp: '' },
  ])
})
