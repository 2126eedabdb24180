// Whose a recording is proposed to be, and what is asked about the number it came by.

import type { Candidate, PersonLine } from '@shared/model/views'
import { expect, test } from 'vitest'
import { factsOf } from '../../src-renderer/components/PersonFacts'
import { choiceOf } from '../../src-renderer/record/whose'
import { asPersonId } from '../../src-shared/model/ids'

const line = (id: string, more: Partial<PersonLine> = {}): PersonLine => ({
  id: asPersonId(id),
  displayName: id,
  type: 'Curated',
  detail: 'Northwind · Perth · +61 412 345 678',
  lastSeen: null,
  interactions: 3,
  records: 2,
  ...more,
})
const has = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  ...line(id),
  matched: '+61 412 345 678',
  claimedAt: '2026-01-01T00:00:00.000Z',
  holds: false,
  disputed: true,
  ...more,
})
const helen = has('Helen', { holds: true })
const tim = has('Tim')
const unsaid = { whose: '', learn: '' }

test('from a person’s page it is theirs, whoever has the number', () => {
  expect(choiceOf(line('Zoe'), [helen], unsaid)).toMatchObject({ chosen: 'Zoe', learning: 'share', learns: false })
  expect(choiceOf(line('Tim'), [helen, tim], unsaid)).toMatchObject({ chosen: 'Tim', learning: undefined })
  expect(choiceOf(line('Tim'), [helen, tim], { ...unsaid, whose: 'Helen' }).chosen).toBe('Helen')
})

test('a number that nobody has is remembered for them unless one says otherwise', () => {
  expect(choiceOf(line('Zoe'), [], unsaid)).toMatchObject({ learning: 'remember', learns: true })
  expect(choiceOf(line('Zoe'), [], { ...unsaid, learn: 'no' }).learns).toBe(false)
})

test('of a dispute the first claim says who it is; of what is shared a person has to', () => {
  expect(choiceOf(undefined, [helen, tim], unsaid).chosen).toBe('Helen')
  const shared = [helen, tim].map((one) => ({ ...one, disputed: false }))
  expect(choiceOf(undefined, shared, unsaid).chosen).toBe('')
  expect(choiceOf(undefined, shared, { ...unsaid, whose: 'Tim' }).chosen).toBe('Tim')
  expect(choiceOf(undefined, [], unsaid)).toMatchObject({ people: [], chosen: '' })
})

test('somebody new is offered beside those who have it from then on', () => {
  expect(choiceOf(undefined, [helen, tim], { ...unsaid, whose: 'new' })).toMatchObject({
    chosen: 'new',
    learning: 'share',
    learns: true,
  })
  // A choice of somebody who is no candidate any more, as when the number was typed anew, counts for nothing.
  expect(choiceOf(undefined, [helen, tim], { ...unsaid, whose: 'Gone' }).chosen).toBe('Helen')
})

test('what tells people apart stands in one order, without what is marked', () => {
  expect(factsOf(tim, 0, '+61 412 345 678')).toEqual([
    'Northwind',
    'Perth',
    'never seen',
    '3 interactions',
    '2 records',
  ])
})
