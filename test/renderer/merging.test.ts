// What the merge screens and the audit trail call things, and what putting an earlier value back changes.

import { describe, expect, test } from 'vitest'
import { auditSentence } from '../../src-renderer/audit/audit-words'
import { byField, fieldLabel, nameOf, puttingBack, valueText } from '../../src-renderer/format/field-values'
import { toldApart } from '../../src-renderer/format/told-apart'
import { contract } from '../../src-shared/contract'
import type { AuditEntry } from '../../src-shared/contract/audit'
import { AUDIT_ACTIONS, type AuditAction } from '../../src-shared/model/audit'
import { CONTACT_FIELDS } from '../../src-shared/model/contact'
import { asAuditId, asDeviceId, asPersonId } from '../../src-shared/model/ids'
import { MERGE_INPUTS_MAX } from '../../src-shared/model/limits'

const crm = { externalSource: { id: 'crm', name: 'CRM' }, value: 'A-17' }
const CRM_KEY = 'externalIds/["crm","A-17"]'

test('people of one name are told apart as choices: by an identifier or two, else by their place', () => {
  const people = ['a', 'b', 'c', 'd'].map((id) => ({
    ...{ id: asPersonId(id), displayName: id === 'd' ? 'Tim' : 'Helen' },
    type: 'Curated' as const,
  }))
  const known: Record<string, string[]> = { a: ['0412 345 678', 'helen@example.org', '4711'] }
  expect(toldApart(people, (id) => known[id] ?? [])).toEqual([
    'Helen, 0412 345 678, helen@example.org',
    'Helen, record 2',
    'Helen, record 3',
    'Tim',
  ])
})

describe('a field and its value', () => {
  test('every field of a contact has a label that is not its key', () => {
    for (const field of CONTACT_FIELDS) if (field !== 'title') expect(fieldLabel(field)).not.toBe(field)
    expect(fieldLabel('title')).toBe('Job title')
    expect(fieldLabel('customFields/Loyalty')).toBe('Loyalty')
    expect(fieldLabel(CRM_KEY)).toBe('Id in crm')
  })

  test('values read as a person writes them', () => {
    expect(valueText('cellPhone', { userInput: '0412345678', display: '0412 345 678', e164: '+61412345678' })).toBe(
      '0412 345 678',
    )
    expect(valueText('address', { city: 'Perth', countryCode: 'AU' })).toBe('Perth, Australia')
    expect(valueText('surveyOptOut', false)).toBe('No')
    expect(valueText(CRM_KEY, crm)).toBe('A-17')
    expect(valueText('customFields/Loyalty', 'Gold')).toBe('Gold')
    expect(valueText('customFields/Scores', [1, 2])).toBe('[1,2]')
    expect(valueText('firstName', null)).toBe('')
  })

  test('fields come in the order of a person’s details, custom ones last', () => {
    expect(['customFields/A', 'workEmail', 'firstName', CRM_KEY].sort(byField)).toEqual([
      'firstName',
      'workEmail',
      CRM_KEY,
      'customFields/A',
    ])
  })

  test('putting a value back names its field only, and keeps what stands beside it', () => {
    const fields = { externalIds: [{ ...crm, value: 'B-2' }], customFields: { Tier: 'A' } }
    expect(puttingBack('firstName', 'Ann', fields)).toEqual({ firstName: 'Ann' })
    expect(puttingBack(CRM_KEY, crm, fields)).toEqual({ externalIds: [{ ...crm, value: 'B-2' }, crm] })
    expect(puttingBack('customFields/Loyalty', 'Gold', fields)).toEqual({
      customFields: { Tier: 'A', Loyalty: 'Gold' },
    })
    expect(puttingBack('madeUp', 1, fields)).toBeUndefined()
  })

  test('someone without a name is called by what they are known by', () => {
    const nobody = { id: asPersonId('1'), displayName: '', type: 'Identified' as const }
    expect(nameOf({ ...nobody, identifiers: ['+61 412 345 678'] })).toBe('+61 412 345 678')
    expect(nameOf({ ...nobody, identifiers: [] })).toBe('Unnamed person')
  })
})

test('the window’s door lets in as many people as a merge joins, and not one more', () => {
  const asked = (count: number) => ({ contactIds: Array.from({ length: count }, (_, at) => `id${at}`) })
  for (const name of ['merges.preview', 'merges.merge'] as const) {
    expect(contract[name].input.safeParse(asked(MERGE_INPUTS_MAX)).success).toBe(true)
    expect(contract[name].input.safeParse(asked(MERGE_INPUTS_MAX + 1)).success).toBe(false)
  }
})

describe('an entry of the audit trail', () => {
  const people = ['Ann Lee', 'Ann', 'Bo', 'Cy', 'Di'].map((displayName, at) => ({
    id: asPersonId(String(at)),
    displayName,
    type: 'Curated' as const,
  }))
  const told = (action: AuditAction, count: number, details: AuditEntry['details'] = {}): string =>
    auditSentence({
      id: asAuditId('x'),
      at: '2026-03-04T10:30:00.000Z',
      by: 'me',
      device: asDeviceId('d'),
      action,
      people: people.slice(0, Math.min(5, count)),
      details: { contacts: count, ...details },
    })
      .map((piece) => (typeof piece === 'string' ? piece : piece.displayName))
      .join('')

  test.each([
    ['create', 1, {}, 'Added Ann Lee'],
    ['create', 250, {}, 'Added 250 people'],
    ['update', 1, { fields: 2 }, 'Changed 2 fields of Ann Lee'],
    ['merge', 3, {}, 'Merged Ann and Bo into Ann Lee'],
    ['merge', 26, {}, 'Merged Ann, Bo, Cy and 22 others into Ann Lee'],
    ['undo-merge', 3, {}, 'Undid the merge of Ann and Bo'],
    ['expire', 95, {}, 'Let 95 autogenerated people age out'],
    ['erase', 3, {}, 'Erased a person at their request: 3 records'],
    ['cannot-link', 2, { standing: true }, 'Settled that Ann Lee and Ann must never be merged'],
    ['cannot-link', 2, { standing: false }, 'Withdrew that Ann Lee and Ann must never be merged'],
    [
      'import',
      0,
      { creates: 7, updates: 1, rejects: 2, cancelled: false },
      'Imported a file: 7 added, 1 changed, 2 refused',
    ],
    ['dismiss', 1, { dismissed: true }, 'Took Ann Lee off the queue'],
    ['dismiss', 2, { dismissed: false }, 'Put Ann Lee and Ann back in the queue'],
    [
      'reconcile',
      2,
      { kind: 'dispute', decision: 'hand-over' },
      'Decided what is right for Ann Lee and Ann: the number or address was handed over',
    ],
    ['reconcile', 1, { kind: 'overwritten-value' }, 'Decided what is right for Ann Lee'],
  ] as const)('%s of %i', (action, count, details, sentence) => {
    expect(told(action, count, details)).toBe(sentence)
  })

  test('every action there is has one of its own', () => {
    const sentences = AUDIT_ACTIONS.map((action) => told(action, 1))
    expect(sentences.filter((sentence) => sentence.trim() === '')).toEqual([])
    expect(new Set(sentences).size).toBe(AUDIT_ACTIONS.length)
  })
})
