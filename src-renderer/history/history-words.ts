// What was done to a person, as whole sentences: of this person, and of others it concerns.
// Invariant: every action there is has its sentence; the compiler misses one that has none.
import type { AuditAction } from '@shared/model/audit'
import type { HistoryChange, HistoryEvent, HistoryKind } from '@shared/model/history'
import { fieldLabel, valueText } from '../format/field-values'
import { formatNumber } from '../format/locale'
import { listNames } from '../format/words'

/** What the list can be narrowed to, as the filter names it. */
export const KIND_WORDS: Readonly<Record<HistoryKind, string>> = {
  details: 'Details',
  identifiers: 'Numbers and addresses',
  notes: 'Notes',
  merges: 'Merged and taken apart',
  conversations: 'Conversations',
  stages: 'Added, kept, deleted',
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  Curated: 'kept as a contact',
  Identified: 'known by a number or address',
  Ephemeral: 'known by a visit only',
}

/** What one change is of. */
export function changeLabel({ key }: Pick<HistoryChange, 'key'>): string {
  if (key === 'note') return 'Note'
  if (key === 'identifier') return 'Number or address'
  if (key === 'type') return 'Kind of contact'
  return fieldLabel(key)
}

/** A value of a change, as a person reads it; empty where there is none. */
export const changeText = (key: string, value: unknown): string =>
  key === 'type' && typeof value === 'string' ? (TYPE_WORDS[value] ?? value) : valueText(key, value)

const others = (event: HistoryEvent): string => listNames(event.people)
const joined = (event: HistoryEvent): string => listNames(event.people.slice(1))
const saidOf = (event: HistoryEvent, name: string): unknown => event.details[name]

function changedWords({ changes, more }: HistoryEvent): string {
  const [only] = changes
  const count = changes.length + more
  if (count > 1) return `Changed ${formatNumber(count)} details.`
  return only ? `Changed ${changeLabel(only)}.` : 'Changed a detail.'
}

function noteWords(event: HistoryEvent): string {
  const [note] = event.changes
  if (saidOf(event, 'change') === 'edit') return 'Changed a note.'
  if (saidOf(event, 'change') === 'restore') return 'Put a note back.'
  return note && note.after === null ? 'Took a note back.' : 'Wrote a note.'
}

const SENTENCES: Readonly<Record<AuditAction, (event: HistoryEvent) => string>> = {
  create: (event) => (event.people.length > 0 ? `Took this person out of ${others(event)}.` : 'Added this person.'),
  update: (event) =>
    saidOf(event, 'change') === 'disclose'
      ? `Handed out everything about this person (reference ${String(saidOf(event, 'reference'))}).`
      : changedWords(event),
  claim: () => 'Added a number or address.',
  release: () => 'Took a number or address away.',
  promote: () => 'Kept this person as a contact.',
  merge: (event) =>
    saidOf(event, 'change') === 'undo-split'
      ? `Made one person again of ${joined(event)}.`
      : event.people.length > 1
        ? `Merged ${joined(event)}.`
        : 'Merged people.',
  'undo-merge': (event) => `Undid the merge of ${joined(event)}.`,
  delete: () => 'Put this person in the bin.',
  restore: () => 'Restored this person from the bin.',
  expire: () => 'Let this person age out.',
  erase: () => 'Erased this person at their request.',
  import: (event) => (event.kinds.includes('stages') ? 'Added this person by an import.' : 'Changed by an import.'),
  link: (event) => {
    if (saidOf(event, 'change') === 'split') return `Took ${others(event)} out of this person.`
    return saidOf(event, 'change') === 'correct' ? 'Corrected what was recorded.' : 'Gave a conversation to a person.'
  },
  'cannot-link': (event) =>
    saidOf(event, 'standing') === false
      ? `Withdrew that this person and ${others(event)} must never be merged.`
      : `Settled that this person and ${others(event)} must never be merged.`,
  dismiss: (event) =>
    saidOf(event, 'dismissed') === false ? 'Put this person back in the queue.' : 'Took this person off the queue.',
  note: noteWords,
  reconcile: () => 'Settled what happened apart.',
}

/** What happened, e.g. `Changed Title.` */
export const historySentence = (event: HistoryEvent): string => SENTENCES[event.action](event)
