// The Reconcile screen without its screen: words, the record as a tree, and which item is looked at.

import { DECISIONS, RECONCILE_KINDS, type ReconcileItem } from '@shared/contract/reconcile'
import { describe, expect, test } from 'vitest'
import { documentTree } from '../../src-renderer/reconcile/document-tree'
import { nextOpen, placeOf } from '../../src-renderer/reconcile/places'
import { DECISION_WORDS, decisionLabels, itemDetail, KIND_WORDS } from '../../src-renderer/reconcile/words'
import { createReconcileMemory } from '../../src-renderer/state/reconcile'
import { asDeviceId, asItemId, asPersonId } from '../../src-shared/model/ids'

const item = (id: string, more: Partial<ReconcileItem> = {}): ReconcileItem => ({
  id: asItemId(id),
  kind: 'dispute',
  at: '2026-02-04T12:00:00.000Z',
  subject: '+1 803 123 0000',
  sides: [],
  decisions: [],
  ...more,
})

const side = { text: 'x', by: 'ann', at: '2026-02-04T12:00:00.000Z', device: asDeviceId('d'), stands: true } as const
const person = (displayName: string) => ({ id: asPersonId(displayName), displayName, type: 'Curated' as const })

describe('words', () => {
  test('every kind and decision has words of its own; only giving up cannot be taken back', () => {
    expect(new Set(RECONCILE_KINDS.map((kind) => KIND_WORDS[kind].label)).size).toBe(RECONCILE_KINDS.length)
    expect(new Set(DECISIONS.map((decision) => DECISION_WORDS[decision].action)).size).toBe(DECISIONS.length)
    expect(DECISIONS.filter((decision) => DECISION_WORDS[decision].undo === null)).toEqual(['drop'])
  })

  test('who it is about, without repeating the subject', () => {
    const sides = [
      { ...side, did: 'claimed' as const, person: person('Alexis') },
      { ...side, did: 'claimed' as const, person: person('David Smith') },
    ]
    expect(itemDetail(item('1', { field: 'Phone', sides }))).toBe('Phone number · Alexis and David Smith')
    expect(itemDetail(item('1', { subject: 'Alexis', sides: sides.slice(0, 1) }))).toBe('')
    expect(itemDetail(item('1', { field: 'cellPhone' }))).toBe('Mobile phone')
  })

  test('a decision about one of several people names them', () => {
    const sides = [{ ...side, did: 'claimed' as const, person: person('David Smith') }]
    const choice = { decision: 'hand-over' as const, effect: '', forbidden: false }
    const labels = (...decisions: ReconcileItem['decisions']) => decisionLabels(item('1', { sides, decisions }))
    expect(labels({ ...choice, target: 'David Smith' })).toEqual(['It belongs to David Smith'])
    expect(labels({ ...choice, target: 'elsewhere' })).toEqual(['It belongs to the other person'])
    expect(labels({ ...choice, decision: 'keep' })).toEqual(['It is right as it is'])
  })

  test('no two choices read the same: people of one name, two merges', () => {
    const choice = { decision: 'hand-over' as const, effect: '', forbidden: false }
    const twins = ['a', 'b', 'c'].map((id, at) => ({
      ...side,
      did: 'claimed' as const,
      person: { ...person('David Smith'), id: asPersonId(id) },
      line: {
        ...{ ...person('David Smith'), id: asPersonId(id) },
        ...{ detail: ['Leeds', 'York', 'York'][at] ?? '', lastSeen: null, interactions: 0, records: 1 },
      },
    }))
    const decisions = ['a', 'b', 'c'].map((target) => ({ ...choice, target }))
    expect(decisionLabels(item('1', { sides: twins as ReconcileItem['sides'], decisions }))).toEqual([
      'It belongs to David Smith (Leeds)',
      'It belongs to David Smith (York) (1)',
      'It belongs to David Smith (York) (2)',
    ])
    const undo = { ...choice, decision: 'undo-merge' as const }
    expect(
      decisionLabels(
        item('1', {
          decisions: [
            { ...undo, target: 'm1', about: '“Ann” and “Bo”' },
            { ...undo, target: 'm2', about: '“Bo” and “Cy”' },
          ],
        }),
      ),
    ).toEqual(['“Ann” and “Bo” are not one person', '“Bo” and “Cy” are not one person'])
  })
})

describe('a record as a tree', () => {
  test('names with values; lists are counted from one', () => {
    expect(documentTree('{"id":"c1","names":[{"v":"Ann"}],"none":[],"x":null}')).toEqual([
      { value: '/id', label: 'id: c1' },
      {
        value: '/names',
        label: 'names (1 entry)',
        children: [{ value: '/names/0', label: '1', children: [{ value: '/names/0/v', label: 'v: Ann' }] }],
      },
      { value: '/none', label: 'none (0 entries)' },
      { value: '/x', label: 'x: null' },
    ])
  })

  test('what is no JSON, too long or too many stays readable', () => {
    expect(documentTree('<html>')).toEqual([{ value: 'text', label: '<html>' }])
    expect(documentTree(JSON.stringify({ a: 'x'.repeat(9000) }))[0]?.label).toHaveLength(504)
    const many = documentTree(JSON.stringify(Array.from({ length: 250 }, (_, n) => n)))
    expect(many).toHaveLength(101)
    expect(many.at(-1)?.label).toBe('and 150 more')
  })
})

describe('which item is looked at', () => {
  test('one settled from here makes way, and its place is kept for the next', () => {
    const { getState } = createReconcileMemory()
    getState().look(item('b'), 1)
    getState().settle('b')
    expect(getState()).toMatchObject({ open: null, index: 1 })
    expect(getState().settled.has('b')).toBe(true)
  })

  test('settling another one leaves the open item alone; looking at a settled one opens it again', () => {
    const { getState } = createReconcileMemory()
    getState().look(item('b'), 1)
    getState().settle('a')
    expect(getState().open?.id).toBe('b')
    getState().look(item('a'), 0)
    expect(getState().settled.size).toBe(0)
  })

  test('another kind begins at the top', () => {
    const { getState } = createReconcileMemory()
    getState().look(item('b'), 7)
    getState().show('refused')
    expect(getState()).toMatchObject({ kind: 'refused', open: null, index: 0 })
  })
})

describe('a list that changes while one looks at it', () => {
  const list = (...ids: string[]) => ({
    total: ids.length,
    row: (at: number) => (ids[at] === undefined ? undefined : item(ids[at])),
  })

  test('an item is found where it moved to, or is gone', () => {
    expect(placeOf(list('new', 'a', 'b'), 'b', 1)).toBe(2)
    expect(placeOf(list('b'), 'b', 3)).toBe(0)
    expect(placeOf(list('a'), 'b', 0)).toBeUndefined()
    expect(placeOf({ total: undefined, row: () => undefined }, 'b', 0)).toBeUndefined()
  })

  test('the next one below is looked at, else the nearest above, and never one just settled', () => {
    const settled = new Set(['b'])
    expect(nextOpen(list('a', 'b', 'c'), 1, settled)?.item.id).toBe('c')
    expect(nextOpen(list('a', 'b'), 1, settled)?.item.id).toBe('a')
    expect(nextOpen(list('a', 'c'), 7, settled)?.item.id).toBe('c')
    expect(nextOpen(list('b'), 0, settled)).toBeUndefined()
  })
})
