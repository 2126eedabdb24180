// The pages that are printed hold what is known as text: no markup, script or address of the data's own gets into them.
import { expect, test } from 'vitest'
import { certificatePage, subjectPage } from '../../src-main/export/subject-page'
import { asContactId, asDeviceId, asInteractionId, asNoteId, asPersonId, asStamp } from '../../src-shared/model/ids'
import type { SubjectFile } from '../../src-shared/model/subject'

const EVIL = `<script>alert(1)</script><img src=x onerror="alert(2)">&'`
const at = '2026-06-01T09:00:00.000Z'
const id = asContactId('c')
const file: SubjectFile = {
  ...{ reference: EVIL, at, by: EVIL },
  person: {
    ...{ id: asPersonId('c'), type: 'Curated', status: 'active', displayName: EVIL, records: [id] },
    fields: { firstName: EVIL, customFields: { [EVIL]: EVIL }, address: { city: EVIL }, tags: [EVIL] },
    ...{ createdAt: at, createdBy: EVIL, modifiedAt: at, lastSeen: null },
  },
  identifiers: [{ type: 'Email', value: EVIL, display: EVIL, claimedAt: at, claimedBy: EVIL, via: 'field' }],
  notes: [
    {
      ...{ id: asNoteId('n'), contactId: id, text: EVIL, createdAt: at, modifiedAt: at, by: EVIL },
      earlier: [{ text: EVIL, at, by: EVIL }],
    },
  ],
  interactions: [
    {
      ...{ id: asInteractionId('i'), conversationId: 'k', contactId: id, channel: 'voice', direction: 'inbound' },
      ...{
        startedAt: at,
        identifiers: [{ type: 'Email', value: EVIL, display: EVIL }],
        subject: EVIL,
        recordedBy: EVIL,
      },
      events: [{ at, name: EVIL, detail: EVIL }],
    },
  ],
  isHistoryWithoutValues: false,
  history: [
    {
      ...{
        stamp: asStamp('s'),
        at,
        by: EVIL,
        device: asDeviceId('d'),
        action: 'update',
        kinds: ['details'],
        people: [],
      },
      ...{ reason: EVIL, details: {}, more: 0 },
      changes: [{ key: EVIL, before: EVIL, after: { city: EVIL }, contactId: id }],
    },
  ],
}

test('every text of a person is text', () => {
  const page = subjectPage(file)
  expect(page).not.toContain('<script')
  expect(page).not.toContain('<img')
  expect(page).not.toMatch(/on(?:error|load)="/)
  expect(page.match(/&lt;script&gt;alert\(1\)/g)?.length).toBeGreaterThan(20)
  expect(page).not.toMatch(/(?:src|href)=(?!x)/)
})

test('a certificate says what was erased, when and by whose hand', () => {
  const erased = { records: 2, identifiers: 3, interactions: 40, notes: 1, merges: 1 }
  const page = certificatePage({ reference: 'E-20260601-abcdefgh', at, by: 'ann <x>', device: asDeviceId('d'), erased })
  expect(page).toContain('E-20260601-abcdefgh')
  expect(page).toContain('ann &lt;x&gt;')
  expect(page).toContain('2026-06-01 09:00 UTC')
  for (const count of Object.values(erased)) expect(page).toContain(`<td>${count}</td>`)
})
