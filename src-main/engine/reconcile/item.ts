// An open item as a person sees it, with what can be decided. Invariant: the effect that a choice tells is worked out by the
// code that carries it out, from the same plan and the same state.
import type { Decision, ReconcileSide } from '@shared/contract/reconcile'
import type { ContactId, ItemId, Stamp } from '@shared/model/ids'
import type { PersonRef } from '@shared/model/views'
import type { Deciding } from '../commands/merging'
import type { ItemKind } from '../derive/open-items'
import type { Documents, IdOf, Kind } from '../documents/kinds'
import { stampDevice, stampMoment } from '../documents/stamp'
import type { Permission } from '../permissions'
import type { ItemRow, PersonRow } from '../ports'
import type { UnitOfWork } from '../unit-of-work'

/** Decisions on what is derived from documents; the others belong to sync. */
export type EngineDecision = Exclude<Decision, 'retry' | 'drop'>

/** The permission that each decision needs: that of the command it comes to. */
export const DECISION_NEEDS: Readonly<Record<EngineDecision, Permission>> = {
  merge: 'externalContacts:identity:merge',
  'undo-merge': 'externalContacts:identity:merge',
  'hand-over': 'externalContacts:contact:edit',
  'shared-identifier': 'externalContacts:contact:edit',
  keep: 'externalContacts:contact:edit',
  'restore-value': 'externalContacts:contact:edit',
  'restore-person': 'externalContacts:contact:delete',
  'delete-person': 'externalContacts:contact:delete',
}

export interface Choice {
  decision: EngineDecision
  /** Which person or merge it is about, where there are several. */
  target?: string
  /** The records it is about, where no side says so. */
  about?: string
  /** What it will do, in plain words. */
  effect: string
  /** Does it. @returns the person to look at now */
  run(work: UnitOfWork, reason: string | undefined): Promise<ContactId>
}

export interface OpenItem {
  id: ItemId
  kind: ItemKind
  at: Stamp
  subject: string
  field?: string
  sides: ReconcileSide[]
  choices: Choice[]
  /** Canonical ids of the people concerned. */
  people: ContactId[]
}

/** Reads documents: from the store to show, through a command's work to decide. */
export type Load = <K extends Kind>(kind: K, ids: readonly IdOf<K>[]) => Promise<Map<IdOf<K>, Documents[K]>>

/** What items are made from. */
export interface Source extends Deciding {
  load: Load
}

/** What there is to tell of an item beyond its row. */
export type Described = Omit<OpenItem, 'id' | 'kind' | 'at'>

/** Tells one kind of item; undefined when what it is about is not there. */
export type Describe = (row: ItemRow, source: Source) => Promise<Described | undefined>

const refOfRow = ({ id, name, type }: PersonRow): PersonRef => ({ id, displayName: name, type })

/** One side: who did it, when, and on which device. */
export function side(
  did: ReconcileSide['did'],
  person: PersonRow | undefined,
  text: string,
  { at, by }: { at: Stamp; by: string },
  stands: boolean,
): ReconcileSide {
  const who = { by, at: stampMoment(at), device: stampDevice(at) }
  return { did, text, ...who, stands, ...(person ? { person: refOfRow(person) } : {}) }
}
