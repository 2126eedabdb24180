// What a draft is called, what of it is shown, and where it goes on.
// Invariant: every form there is has its words and its place; the compiler misses one that has none.
import type { Draft, DraftForm } from '@shared/contract/drafts'
import { FIELD_LINES } from '../format/fields'
import { CHANNEL_WORDS } from '../format/words'
import { useCorrecting } from '../state/correcting'
import { type Place, useNavigation } from '../state/navigation'

const OF_NO_PERSON: readonly DraftForm[] = [
  'contact',
  'reconcile',
  'schema',
  'start',
  'connect',
  'settings',
  'token',
  'import',
  'search',
]

/** The people that a draft is about, by id. */
export function peopleOf({ form, subject }: Pick<Draft, 'form' | 'subject'>): string[] {
  if (OF_NO_PERSON.includes(form) || subject === '' || subject.startsWith('=')) return []
  if (form === 'undo-merge') return subject.split(' ').slice(0, 1)
  return subject.split(' ').map((part) => part.split('/')[0] ?? '')
}

const labelOf = (key: string): string =>
  FIELD_LINES.find((line) => line.key === key)?.label ??
  (key.startsWith('typed/') ? 'Fields of the organisation' : 'A field')

const SETTINGS_TITLES: Readonly<Record<string, string>> = {
  device: 'Settings of this device',
  organisation: 'Country of the organisation',
  port: 'Port of the local API',
}

/** What the form is, in front of the name of the person it is about. */
const TITLES: Readonly<Record<DraftForm, (draft: Draft, who: string) => string>> = {
  note: (_draft, who) => `Note on ${who}`,
  'note-edit': (_draft, who) => `Change to a note on ${who}`,
  field: ({ subject }, who) => `${labelOf(subject.split('/').slice(1).join('/'))} of ${who}`,
  identifier: (_draft, who) => `Number or address for ${who}`,
  contact: () => 'New contact',
  interaction: ({ values }, who) => {
    const channel = CHANNEL_WORDS[values['channel'] as keyof typeof CHANNEL_WORDS] ?? 'Interaction'
    return who === '' ? `${channel} to be recorded` : `${channel} with ${who}, to be recorded`
  },
  correct: (_draft, who) => `Correction of what ${who} did with us`,
  promote: (_draft, who) => `Name for ${who}`,
  'promote-several': () => 'Names for several people',
  delete: (_draft, who) => `Reason for deleting ${who}`,
  'never-merge': (_draft, who) => `Reason for never merging ${who}`,
  'withdraw-never-merge': (_draft, who) => `Reason for letting ${who} be merged`,
  merge: (_draft, who) => `Merge of ${who}`,
  'undo-merge': (_draft, who) => `Undoing a merge of ${who}`,
  split: (_draft, who) => `Taking ${who} apart`,
  'undo-split': (_draft, who) => `Making ${who} one person again`,
  reconcile: () => 'Decision under Reconcile',
  schema: () => 'Fields of the organisation',
  start: () => 'First start',
  connect: () => 'Connecting to a server',
  settings: ({ subject }) => SETTINGS_TITLES[subject] ?? 'Settings',
  token: () => 'Token for a program',
  import: ({ subject }) => `How to import ${subject}`,
  search: () => 'Search',
}

/** @param who the people it is about, as a reader knows them; empty where it is about no person yet */
export const draftTitle = (draft: Draft, who: string): string => TITLES[draft.form](draft, who)

/** Values that say how a form is set rather than what was typed. */
const SETTINGS: Readonly<Partial<Record<DraftForm, readonly string[]>>> = {
  interaction: ['channel', 'direction', 'proposed', 'type', 'at'],
  correct: ['ids', 'contactId'],
  identifier: ['type'],
  reconcile: ['picked'],
  split: ['placed'],
  start: ['defaultRegion'],
  connect: ['ca', 'forSession'],
  settings: ['defaultRegion', 'lockWithSystem', 'workSignedOut'],
  token: ['preset', 'permissions'],
  import: ['columns', 'onMatch', 'region'],
  search: ['about'],
}

/** What was typed, line by line. */
export function draftText({ form, values }: Draft): string {
  if (form === 'schema') return values['name']?.trim() || 'Without a name yet'
  const chosen = form === 'merge' || form === 'undo-merge' || form === 'undo-split'
  const texts = Object.entries(values).filter(([name, text]) => {
    if (text.trim() === '' || SETTINGS[form]?.includes(name)) return false
    return !chosen || name === 'reason'
  })
  const choices = chosen ? Object.entries(values).filter(([name, id]) => name !== 'reason' && id !== '').length : 0
  return [
    ...texts.map(([, text]) => text.trim()),
    ...(choices > 0 ? [choices === 1 ? '1 field chosen' : `${choices} fields chosen`] : []),
  ].join('\n')
}

/** Where it goes on. */
export function placeOf(draft: Pick<Draft, 'form' | 'subject'>): Place {
  const { form, subject } = draft
  const [contactId] = peopleOf(draft)
  if (form === 'contact') return subject === '' ? { screen: 'newContact' } : { screen: 'newContact', typed: subject }
  if (form === 'reconcile') return { screen: 'reconcile' }
  if (form === 'schema' || form === 'settings' || form === 'token') return { screen: 'settings' }
  if (form === 'connect') return { screen: 'connect' }
  if (form === 'import') return { screen: 'import' }
  if (form === 'merge' || form === 'withdraw-never-merge') return { screen: 'merge', contactIds: subject.split(' ') }
  if (form === 'split' && contactId !== undefined) return { screen: 'split', contactId }
  if (form === 'promote-several') return { screen: 'queue' }
  return contactId === undefined ? { screen: 'lookup' } : { screen: 'person', contactId }
}

/** Goes to where it goes on, with its form open where that is a dialog of its own. */
export function goOn(draft: Pick<Draft, 'form' | 'subject' | 'values'>): void {
  const { go, record } = useNavigation.getState()
  const { form, subject } = draft
  const [contactId] = peopleOf(draft)
  if (form !== 'interaction' || contactId !== undefined) go(placeOf(draft))
  if (form === 'correct' && contactId !== undefined)
    useCorrecting.getState().ask({ personId: contactId, interactionIds: (draft.values['ids'] ?? '').split(' ') })
  if (form !== 'interaction') return
  if (contactId !== undefined) record({ contactId })
  else record(subject === '' ? {} : { typed: subject.slice(1) })
}
