// An entry of the audit trail as a sentence with names in it.
// Invariant: every action there is has its sentence; the compiler misses one that has none.
import type { AuditChange, AuditEntry } from '@shared/contract/audit'
import type { Decision } from '@shared/contract/reconcile'
import type { AuditAction } from '@shared/model/audit'
import type { RecordRef } from '@shared/model/views'
import { fieldLabel, valueText } from '../format/field-values'
import { formatNumber } from '../format/locale'

/** A sentence in pieces: text, and people to be shown as links. */
export type Piece = string | RecordRef

const number = (entry: AuditEntry, key: string): number => {
  const value = entry.details[key]
  return typeof value === 'number' ? value : 0
}

const counted = (value: number, one: string, many: string): string =>
  `${formatNumber(value)} ${value === 1 ? one : many}`

/** People in a row, e.g. `Ann`, `, `, `Bo`, ` and `, `3 others`; `total` counts those that are not named, too. */
function named(people: readonly RecordRef[], total: number): Piece[] {
  const shown = people.slice(0, 3)
  const others = total - shown.length
  const parts: Piece[] = [...shown, ...(others > 0 ? [counted(others, 'other', 'others')] : [])]
  return parts.flatMap((part, at) => {
    const separator = at === 0 ? [] : at === parts.length - 1 ? [' and '] : [', ']
    return [...separator, part]
  })
}

/** What was done, as a filter names it. */
export const ACTION_WORDS: Readonly<Record<AuditAction, string>> = {
  create: 'Added',
  update: 'Changed',
  claim: 'Number or address added',
  release: 'Number or address taken away',
  promote: 'Kept as a contact',
  merge: 'Merged',
  'undo-merge': 'Merge undone',
  delete: 'Put in the bin',
  restore: 'Restored from the bin',
  expire: 'Aged out',
  erase: 'Erased',
  import: 'Imported',
  link: 'Interaction given to a person',
  'cannot-link': 'Never to be merged',
  dismiss: 'Taken off the queue',
  note: 'Note written or changed',
  reconcile: 'Reconciled',
}

/** One value that was changed: what it is called, and what it was and is; the empty string where there is none. */
export function changeWords({ key, before, after }: AuditChange): { label: string; before: string; after: string } {
  const label = key === 'note' ? 'Note' : key === 'identifier' ? 'Number or address' : fieldLabel(key)
  return { label, before: valueText(key, before), after: valueText(key, after) }
}

/** What there is to tell of an entry: all it concerns, the first of them, the others, and the row of their names. */
interface Told {
  entry: AuditEntry
  total: number
  first: RecordRef | undefined
  rest: readonly RecordRef[]
  who: Piece[]
}

const DECIDED: Readonly<Record<Decision, string>> = {
  merge: 'they were merged',
  'hand-over': 'the number or address was handed over',
  'shared-identifier': 'they share the number or address',
  'undo-merge': 'the merge was undone',
  keep: 'it stays as it is',
  'restore-value': 'the other value was put back',
  'restore-person': 'the person was restored',
  'delete-person': 'the person stays deleted',
  retry: 'it was tried again',
  drop: 'it was given up',
}

/** What went along with a person who was taken out of another, e.g. `2 numbers or addresses, 5 conversations`. */
function takenWords(entry: AuditEntry): string {
  const parts = [
    [number(entry, 'identifiers'), 'number or address', 'numbers and addresses'],
    [number(entry, 'values'), 'detail', 'details'],
    [number(entry, 'notes'), 'note', 'notes'],
    [number(entry, 'interactions'), 'conversation', 'conversations'],
  ] as const
  const told = parts.filter(([count]) => count > 0).map(([count, one, many]) => counted(count, one, many))
  return told.join(', ') || 'nothing yet'
}

const SENTENCES: Readonly<Record<AuditAction, (told: Told) => Piece[]>> = {
  create: ({ total, who }) => (total > 1 ? [`Added ${formatNumber(total)} people`] : ['Added ', ...who]),
  update: ({ entry, who }) => {
    const { change, reference } = entry.details
    if (change === 'disclose') return ['Handed out everything about ', ...who, ` (reference ${reference})`]
    const fields = number(entry, 'fields')
    return fields > 0 ? [`Changed ${counted(fields, 'field', 'fields')} of `, ...who] : ['Changed ', ...who]
  },
  claim: ({ who }) => ['Added a number or address to ', ...who],
  release: ({ who }) => ['Took a number or address of ', ...who, ' away'],
  promote: ({ who }) => ['Kept ', ...who, ' as a contact'],
  merge: ({ entry, first, rest, total }) =>
    entry.details['change'] === 'undo-split' && first
      ? ['Made one person again of ', ...named(rest, total - 1)]
      : first
        ? ['Merged ', ...named(rest, total - 1), ' into ', first]
        : ['Merged people'],
  'undo-merge': ({ rest, total }) => ['Undid the merge of ', ...named(rest, total - 1)],
  delete: ({ who }) => ['Put ', ...who, ' in the bin'],
  restore: ({ who }) => ['Restored ', ...who, ' from the bin'],
  expire: ({ total, who }) =>
    total > 1 ? [`Let ${formatNumber(total)} autogenerated people age out`] : ['Let ', ...who, ' age out'],
  erase: ({ entry, total }) => {
    const { reference } = entry.details
    const told = reference === undefined ? '' : ` (reference ${reference})`
    return [`Erased a person at their request: ${counted(total, 'record', 'records')}${told}`]
  },
  import: ({ entry, total, who }) => {
    const { fileName, cancelled, undone, part } = entry.details
    const file = typeof fileName === 'string' ? `“${fileName}”` : 'a file'
    if (undone === true)
      return [
        `Undid an import: ${formatNumber(number(entry, 'deleted'))} in the bin, `,
        `${formatNumber(number(entry, 'restored'))} changed back, ${formatNumber(number(entry, 'kept'))} kept`,
      ]
    if (part !== undefined) return total > 1 ? [`Imported ${formatNumber(total)} people`] : ['Imported ', ...who]
    return [
      cancelled === true ? `Imported a part of ${file}: ` : `Imported ${file}: `,
      `${formatNumber(number(entry, 'creates'))} added, ${formatNumber(number(entry, 'updates'))} changed, `,
      `${formatNumber(number(entry, 'rejects'))} refused`,
    ]
  },
  link: ({ entry, first, rest, total, who }) =>
    entry.details['change'] === 'split' && first
      ? ['Took ', ...named(rest, total - 1), ' out of ', first, `: ${takenWords(entry)}`]
      : entry.details['change'] === 'correct'
        ? [`Corrected ${counted(number(entry, 'interactions'), 'interaction', 'interactions')} of `, ...who]
        : ['Gave an interaction to ', ...who],
  'cannot-link': ({ entry, who }) =>
    entry.details['standing'] === false
      ? ['Withdrew that ', ...who, ' must never be merged']
      : ['Settled that ', ...who, ' must never be merged'],
  dismiss: ({ entry, who }) =>
    entry.details['dismissed'] === false ? ['Put ', ...who, ' back in the queue'] : ['Took ', ...who, ' off the queue'],
  note: ({ entry, who }) => {
    const { change } = entry.details
    if (change === 'edit') return ['Changed a note on ', ...who]
    if (change === 'remove') return ['Took a note on ', ...who, ' back']
    return [change === 'restore' ? 'Put back a note on ' : 'Wrote a note on ', ...who]
  },
  reconcile: ({ entry, who }) => {
    const decision = String(entry.details['decision'])
    const decided = Object.hasOwn(DECIDED, decision) ? `: ${DECIDED[decision as Decision]}` : ''
    return ['Decided what is right for ', ...who, decided]
  },
}

/** What happened, e.g. `Merged Ann and Bo into Ann Lee`. */
export function auditSentence(entry: AuditEntry): Piece[] {
  const { people } = entry
  const total = Math.max(number(entry, 'contacts'), people.length)
  const [first, ...rest] = people
  const who: Piece[] = people.length === 0 ? ['someone'] : named(people, total)
  return SENTENCES[entry.action]({ entry, total, first, rest, who })
}
