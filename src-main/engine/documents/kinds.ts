// All document kinds in one table: the type of each and its join. What the store holds, sync exchanges and views read.
import { type AuditDocument, joinAudits } from './audit'
import { type ContactDocument, joinContacts } from './contact'
import { type DecisionDocument, joinDecisions } from './decision'
import { type IdentifierDocument, joinIdentifiers } from './identifier'
import { type InteractionDocument, joinInteractions } from './interaction'
import { joinMerges, type MergeDocument } from './merge'
import { joinNotes, type NoteDocument } from './note'

export interface Documents {
  contacts: ContactDocument
  identifiers: IdentifierDocument
  interactions: InteractionDocument
  merges: MergeDocument
  notes: NoteDocument
  decisions: DecisionDocument
  audit: AuditDocument
}
export type Kind = keyof Documents
/** What documents of a kind are stored under. */
export type IdOf<K extends Kind> = Documents[K]['id']
/** Takes what storage and servers know as a text for the id of a document of this kind. */
export const asIdOf = <K extends Kind>(_kind: K, text: string): IdOf<K> => text as IdOf<K>
export type AnyDocument = Documents[Kind]

export const KINDS = [
  'contacts',
  'identifiers',
  'interactions',
  'merges',
  'notes',
  'decisions',
  'audit',
] as const satisfies readonly Kind[]

/** The join of each kind: what a conflict handler calls, and nothing else decides. */
export const JOINS: { readonly [K in Kind]: (a: Documents[K], b: Documents[K]) => Documents[K] } = {
  contacts: joinContacts,
  identifiers: joinIdentifiers,
  interactions: joinInteractions,
  merges: joinMerges,
  notes: joinNotes,
  decisions: joinDecisions,
  audit: joinAudits,
}
