// What happened apart, and what can be decided about it, in plain words.
// Invariant: every kind, deed and decision of the contract has words here, by type.
import type { Decision, ReconcileItem, ReconcileKind, ReconcileSide } from '@shared/contract/reconcile'
import {
  IconArrowsJoin2,
  IconArrowsSplit2,
  IconCloudX,
  IconFileUnknown,
  IconPencil,
  IconUserX,
} from '@tabler/icons-react'
import { fieldLabel } from '../format/field-values'
import { IDENTIFIER_WORDS, personName } from '../format/words'

interface KindWords {
  /** For the filter. */
  plural: string
  /** For one item. */
  label: string
  /** What happened, and what holds now. */
  meaning: string
  color: 'petrol' | 'blue' | 'yellow' | 'red'
  icon: typeof IconPencil
}

export const KIND_WORDS: Readonly<Record<ReconcileKind, KindWords>> = {
  dispute: {
    plural: 'Disputed',
    label: 'Several people have it',
    meaning: 'The first of them has it. The others keep it in their details and are next in line.',
    color: 'blue',
    icon: IconArrowsSplit2,
  },
  'joined-merge': {
    plural: 'Merges that joined',
    label: 'Merges that joined',
    meaning: 'Merges made apart had a person in common, so all of them are one person now.',
    color: 'petrol',
    icon: IconArrowsJoin2,
  },
  'overwritten-value': {
    plural: 'Overwritten',
    label: 'Changed by two',
    meaning: 'Two colleagues changed the same detail without knowing of each other. The later change stands.',
    color: 'yellow',
    icon: IconPencil,
  },
  'edited-deleted': {
    plural: 'Deleted',
    label: 'Worked on and deleted',
    meaning: 'One colleague worked on this person while another deleted them.',
    color: 'yellow',
    icon: IconUserX,
  },
  refused: {
    plural: 'Refused',
    label: 'Refused by the server',
    meaning: 'The server did not take a change of this device. Here it stands as it was made; others do not see it.',
    color: 'red',
    icon: IconCloudX,
  },
  unreadable: {
    plural: 'Unreadable',
    label: 'Cannot be read',
    meaning: 'The server has a record that this device does not understand. Everything else goes on.',
    color: 'red',
    icon: IconFileUnknown,
  },
}

interface DecisionWords {
  label: string
  /** The same, where the decision is about one of several people or merges. */
  about?: (names: string) => string
  /** On the button. */
  action: string
  /** When it is done. */
  done: string
  /** How it is taken back; null: it cannot be. */
  undo: string | null
}

export const DECISION_WORDS: Readonly<Record<Decision, DecisionWords>> = {
  merge: {
    label: 'They are one person',
    action: 'Merge them',
    done: 'They are one person now.',
    undo: 'The merge can be undone on the person’s page.',
  },
  'hand-over': {
    label: 'It belongs to the other person',
    about: (name) => `It belongs to ${name}`,
    action: 'Hand it over',
    done: 'It is the other person’s now.',
    undo: 'It can be handed back on either person’s page.',
  },
  'shared-identifier': {
    label: 'They share it',
    action: 'Leave it shared',
    done: 'It is recorded that they share it.',
    undo: 'They can still be merged, or it can be handed over, on their pages.',
  },
  'undo-merge': {
    label: 'They are not one person',
    about: (names) => `${names} are not one person`,
    action: 'Undo the merge',
    done: 'The merge is undone.',
    undo: 'They can be merged again.',
  },
  keep: {
    label: 'It is right as it is',
    action: 'Leave it as it is',
    done: 'It stays as it is.',
    undo: 'Everything can still be changed on the person’s page.',
  },
  'restore-value': {
    label: 'The other value is right',
    about: (name) => `It belongs to ${name}`,
    action: 'Bring it back',
    done: 'The value is back.',
    undo: 'The present value is kept among the earlier ones and can be brought back.',
  },
  'restore-person': {
    label: 'The person is still needed',
    action: 'Restore the person',
    done: 'The person is back.',
    undo: 'They can be deleted again.',
  },
  'delete-person': {
    label: 'The deletion is right',
    action: 'Delete the person',
    done: 'The person is in the bin.',
    undo: 'They can be restored for 30 days.',
  },
  retry: {
    label: 'Try once more',
    action: 'Try again',
    done: 'It is tried again.',
    undo: 'If it fails again, it comes back here.',
  },
  drop: {
    label: 'Give it up',
    action: 'Give it up for good',
    done: 'It is given up.',
    undo: null,
  },
}

/** What kind of thing a side did; what exactly follows in its own words. */
export const DID_WORDS: Readonly<Record<ReconcileSide['did'], string>> = {
  claimed: 'Has',
  merged: 'Merge',
  wrote: 'Value',
  deleted: 'Deletion',
  edited: 'Change',
  sent: 'Sent',
  received: 'Received',
}

type Offered = ReconcileItem['decisions'][number]

/** What a decision is called for an item: by what it is about, where there are several. */
function decisionLabel({ sides }: ReconcileItem, { decision, target, about }: Offered): string {
  const words = DECISION_WORDS[decision]
  const person = sides.find((side) => side.person?.id === target)?.person
  if (words.about && person) return words.about(personName(person))
  return words.about && about !== undefined ? words.about(about) : words.label
}

/** The decisions of an item as choices: of people of one name, each with what tells them apart. No two read the same. */
export function decisionLabels(item: ReconcileItem): string[] {
  const told = (labels: readonly string[], more: (one: Offered, at: number) => string): string[] =>
    labels.map((label, at) => {
      const isAlone = labels.indexOf(label) === labels.lastIndexOf(label)
      const detail = isAlone ? '' : more(item.decisions[at] as Offered, at)
      return detail === '' ? label : `${label} (${detail})`
    })
  const named = item.decisions.map((one) => decisionLabel(item, one))
  const known = told(named, ({ target }) => item.sides.find((side) => side.person?.id === target)?.line?.detail ?? '')
  return told(known, (_one, at) => `${known.slice(0, at + 1).filter((label) => label === known[at]).length}`)
}

/** What a field or a type of identifier is called. */
export const fieldWords = (field: string): string =>
  Object.hasOwn(IDENTIFIER_WORDS, field) ? IDENTIFIER_WORDS[field as keyof typeof IDENTIFIER_WORDS] : fieldLabel(field)

/** One line for the list: who it is about. */
export function itemDetail(item: ReconcileItem): string {
  const names = [...new Set(item.sides.flatMap(({ person }) => (person ? [personName(person)] : [])))]
  const field = item.field === undefined ? '' : fieldWords(item.field)
  return [field, names.join(' and ')].filter((part) => part !== '' && part !== item.subject).join(' · ')
}
