// What arrived: which of it pops up, what is said about it; and the words of the queue.

import type { Incoming } from '@shared/contract/local-api'
import type { AutoContact } from '@shared/model/views'
import { describe, expect, test } from 'vitest'
import { identifierWords, queueName, suggestionWords } from '../../src-renderer/format/queue-words'
import { arrivalWords, isUnknown, whyWords } from '../../src-renderer/incoming/incoming-words'
import { createIncomingMemory, docked, openOnes } from '../../src-renderer/state/incoming'
import { createJourneyMemory } from '../../src-renderer/state/journey'
import { asInteractionId, asPersonId } from '../../src-shared/model/ids'

const OPENED = Date.parse('2026-03-01T09:00:00Z')
const alexis = { id: asPersonId('alexis'), displayName: 'Alexis', type: 'Curated' as const }
const arrival = (id: string, minutes: number, more: Partial<Incoming> = {}): Incoming => ({
  interaction: {
    id: asInteractionId(id),
    conversationId: id,
    contactId: asPersonId('alexis'),
    channel: 'voice',
    direction: 'inbound',
    startedAt: new Date(OPENED + minutes * 60_000).toISOString(),
    identifiers: [{ type: 'Phone', value: '+18031230000', display: '+1 803 123 0000' }],
    recordedBy: 'telephony',
  },
  contact: alexis,
  candidates: [],
  created: false,
  reason: {
    decidedBy: {
      type: 'Phone',
      value: '+18031230000',
      display: '+1 803 123 0000',
      claimedAt: '2026-02-04T12:00:00.000Z',
      claimedBy: 'Jo',
    },
    claimed: [],
    heldByOthers: [],
  },
  decided: null,
  arrivedAt: new Date(OPENED + minutes * 60_000).toISOString(),
  ...more,
})

describe('what pops up', () => {
  const all = [arrival('c', 2), arrival('b', 1), arrival('a', -5)]

  test('are those that arrived while the window was open, first come first', () => {
    const { getState } = createIncomingMemory(() => OPENED)
    const ids = () => docked(all, getState()).map(({ interaction }) => interaction.id)
    expect(ids()).toEqual(['b', 'c'])
    getState().putAside('c')
    expect(ids()).toEqual(['b'])
    getState().decide('b', 'right')
    expect(ids()).toEqual([])
  })

  test('what is put aside stays open, what is decided does not, and a decision can be taken back', () => {
    const { getState } = createIncomingMemory(() => OPENED)
    getState().putAside('c', 'c', 'b')
    getState().decide('b', 'linked')
    expect(openOnes(all, getState()).map(({ interaction }) => interaction.id)).toEqual(['c', 'a'])
    getState().decide('b', null)
    expect(openOnes(all, getState())).toHaveLength(3)
    expect(getState().aside).toEqual(['c', 'b'])
  })
})

describe('what is said about it', () => {
  test('what it is', () => {
    expect(arrivalWords(arrival('a', 0))).toBe('Incoming call, +1 803 123 0000')
  })

  test('why it is theirs', () => {
    expect(whyWords(arrival('a', 0), undefined, 'en-GB')).toBe('+1 803 123 0000 is theirs since 4 Feb 2026, by Jo.')
    expect(whyWords(arrival('a', 0, { created: true }), undefined)).toBe('Nobody here has this number yet.')
    const unnamed = { ...alexis, displayName: '', type: 'Identified' as const }
    expect(whyWords(arrival('a', 0, { contact: unnamed }), undefined)).toBe(
      'Not the first time from this number, and still without a name.',
    )
    expect([true, false].map((created) => isUnknown(arrival('a', 0, { contact: unnamed, created })))).toEqual([
      true,
      true,
    ])
    expect(isUnknown(arrival('a', 0, { created: true }))).toBe(false)
    expect(whyWords(arrival('a', 0), 'linked')).toBe('You linked it to them.')
    expect(whyWords(arrival('a', 0, { contact: null }), 'unlinked')).toBe('Nobody: it was unlinked.')
  })
})

describe('people of the queue', () => {
  const contact: AutoContact = {
    id: asPersonId('x'),
    type: 'Identified',
    displayName: '',
    identifiers: [
      { type: 'Phone', display: '+61 491 570 156' },
      { type: 'Email', display: 'x@example.org' },
    ],
    lastSeen: null,
    expiresAt: null,
    interactions: 1,
    suggestions: [],
    dismissed: null,
  }

  test('are called by what they are known by, which is not said twice', () => {
    expect(queueName(contact)).toBe('+61 491 570 156')
    expect(identifierWords(contact)).toBe('Phone number · E-mail address x@example.org')
  })

  test('may be a known person, for a reason', () => {
    const reason = { type: 'Phone' as const, display: '+61 491 570 156', how: 'both-claim' as const }
    expect(suggestionWords({ reasons: [reason] })).toBe('both have +61 491 570 156')
    expect(suggestionWords({ reasons: [{ ...reason, how: 'came-by' }, reason] })).toBe(
      'one came by +61 491 570 156 and 1 more',
    )
  })
})

describe('the journey at hand', () => {
  test('keeps its filter for one person, and starts unfiltered with the next', () => {
    const { getState } = createJourneyMemory()
    getState().begin('a')
    getState().choose({ queue: 'Support', stretch: { from: 1, to: 2 } })
    getState().begin('a')
    expect(getState()).toMatchObject({ queue: 'Support', stretch: { from: 1, to: 2 } })
    getState().begin('b')
    expect(getState()).toMatchObject({ contactId: 'b', queue: null, stretch: null })
  })
})
