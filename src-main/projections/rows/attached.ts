// The rows of what hangs on contacts: interactions and notes.
// Invariant: an owner is whose it is by merges, claims and the tie alone (`interaction-attribution.ts`).
import type { ContactId } from '@shared/model/ids'
import { CHANNELS } from '@shared/model/interaction'
import type { Changed } from '../../engine/document-feed'
import { identifierId } from '../../engine/documents/ids'
import { factsNow, type InteractionDocument } from '../../engine/documents/interaction'
import type { NoteDocument } from '../../engine/documents/note'
import { current } from '../../engine/documents/register'
import { type Statements, upsert } from '../file/statements'
import type { Counters } from './counters'
import type { Attribution } from './interaction-attribution'

export type Attached = Extract<Changed, { kind: 'interactions' | 'notes' }>

const OWNER_OF: Readonly<Record<Attached['kind'], string>> = {
  interactions: 'SELECT owner FROM interaction WHERE id = ?',
  notes: 'SELECT owner FROM note WHERE id = ?',
}
const PUT_INTERACTION = upsert('interaction', 'id', [
  ...['link', 'owner', 'started', 'channel', 'direction', 'queue', 'agent', 'identifiers', 'erased', 'recorded', 'at'],
])

export interface AttachedRows {
  /**
   * @param isNew whether there is no row of it for sure
   * @returns whose it was and is; its owner need not be the contact it is tied to
   */
  put(change: Attached, isNew: boolean): ContactId[]
}

export function createAttachedRows(
  sql: Statements,
  attribution: Attribution,
  counters: Pick<Counters, 'add'>,
): AttachedRows {
  function putInteraction(id: string, document: InteractionDocument | undefined): ContactId | null {
    if (!document) {
      sql.run('DELETE FROM interaction WHERE id = ?', id)
      return null
    }
    const facts = factsNow(document)
    const tied = current(document.link)
    const link = tied?.v ?? null
    const identifiers = JSON.stringify(facts.identifiers.map(identifierId))
    const owner = link === null ? null : attribution.ownerOf(link, identifiers)
    sql.run(
      PUT_INTERACTION,
      id,
      link,
      owner,
      Date.parse(facts.startedAt),
      CHANNELS.indexOf(facts.channel),
      facts.direction,
      facts.queue ?? null,
      facts.agent ?? null,
      identifiers,
      document.erased ? 1 : 0,
      tied?.t === facts.at ? facts.at : '',
      facts.at,
    )
    return owner
  }

  function putNote(id: string, document: NoteDocument | undefined): ContactId | null {
    if (!document || document.erased) {
      sql.run('DELETE FROM note WHERE id = ?', id)
      return null
    }
    const owner = attribution.ownerOf(document.contactId, '[]')
    sql.run(
      'INSERT OR REPLACE INTO note (id, contact_id, owner, created, deleted) VALUES (?, ?, ?, ?, ?)',
      id,
      document.contactId,
      owner,
      document.created.at,
      current(document.deleted)?.v === true ? 1 : 0,
    )
    return owner
  }

  return {
    put(change, isNew) {
      const former = isNew ? undefined : sql.get<{ owner: ContactId | null }>(OWNER_OF[change.kind], change.id)
      const owner =
        change.kind === 'notes' ? putNote(change.id, change.document) : putInteraction(change.id, change.document)
      if (change.kind === 'interactions') {
        if (former) counters.add('interaction', -1)
        if (change.document) counters.add('interaction', 1)
      }
      return [former?.owner ?? null, owner].filter((id) => id !== null)
    },
  }
}
