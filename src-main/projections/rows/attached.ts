// The rows of what hangs on contacts: interactions and notes.
// Invariant: an owner is whose it is by merges, claims and the tie alone (`interaction-attribution.ts`).
import type { ContactId } from '@shared/model/ids'
import { CHANNELS, isSession } from '@shared/model/interaction'
import type { Changed } from '../../engine/document-feed'
import { identifierId } from '../../engine/documents/ids'
import { factsNow, type InteractionDocument } from '../../engine/documents/interaction'
import { type NoteDocument, noteContact } from '../../engine/documents/note'
import { current } from '../../engine/documents/register'
import { type Statements, upsert } from '../file/statements'
import type { BegunCounts } from './begun'
import type { Counters } from './counters'
import type { Attribution } from './interaction-attribution'

export type Attached = Extract<Changed, { kind: 'interactions' | 'notes' }>

interface Former {
  owner: ContactId | null
  conversation: string | null
}

const FORMER: Readonly<Record<Attached['kind'], string>> = {
  interactions: 'SELECT owner, conversation FROM interaction WHERE id = ?',
  notes: 'SELECT owner, NULL AS conversation FROM note WHERE id = ?',
}
const PUT_INTERACTION = upsert('interaction', 'id', [
  ...['link', 'owner', 'started', 'channel', 'direction', 'queue', 'agent', 'identifiers', 'erased', 'recorded', 'at'],
  ...['conversation', 'opens'],
])
const OPENS = `(id = (
  SELECT id FROM interaction WHERE conversation = ?1 ORDER BY started, id LIMIT 1
))`
const TELL_OPENING = `UPDATE interaction SET opens = ${OPENS} WHERE conversation = ?1 AND opens <> ${OPENS}`

export interface AttachedRows {
  /**
   * @param isNew whether there is no row of it for sure
   * @returns whose it was and is; its owner need not be the contact it is tied to
   */
  put(change: Attached, isNew: boolean): ContactId[]
  /** As `put`, into views that are loaded: which interaction is the first of its conversation is told once all are there. */
  load(change: Attached): ContactId[]
}

/** The conversation an interaction is part of; a web or app session is none, and of an erased one it is not known. */
function conversationOf({ facts, erased }: InteractionDocument): string | null {
  return erased || isSession(facts.channel) || facts.conversationId === '' ? null : facts.conversationId
}

export function createAttachedRows(
  sql: Statements,
  attribution: Attribution,
  counters: Pick<Counters, 'add'>,
  begun: Pick<BegunCounts, 'add'>,
): AttachedRows {
  /** When a conversation began, as its rows are. */
  const beginningOf = (conversation: string): number | undefined =>
    sql.get<{ started: number }>(
      'SELECT started FROM interaction WHERE conversation = ? ORDER BY started, id LIMIT 1',
      conversation,
    )?.started

  /** Writes the row of an interaction, and notes which one each conversation concerned begins with, and when. */
  function retell(document: InteractionDocument | undefined, former: Former | undefined, write: () => Former): Former {
    const conversations = new Set([former?.conversation ?? null, document ? conversationOf(document) : null])
    const before = [...conversations].flatMap((id) => (id === null ? [] : [{ id, started: beginningOf(id) }]))
    const present = write()
    for (const { id, started } of before) {
      sql.run(TELL_OPENING, id)
      const now = beginningOf(id)
      if (now === started) continue
      begun.add(started, -1)
      begun.add(now, 1)
    }
    return present
  }

  /** Notes whose an interaction was that is no one's now. */
  function putUntied(id: string, document: InteractionDocument | undefined): void {
    sql.run('DELETE FROM untied WHERE interaction_id = ?', id)
    if (!document || document.erased || current(document.link)?.v) return
    for (const { v } of document.link)
      if (v !== null) sql.run('INSERT OR IGNORE INTO untied (contact_id, interaction_id) VALUES (?, ?)', v, id)
  }

  function putInteraction(id: string, document: InteractionDocument | undefined): Former {
    if (!document) {
      sql.run('DELETE FROM interaction WHERE id = ?', id)
      return { owner: null, conversation: null }
    }
    const facts = factsNow(document)
    const tied = current(document.link)
    const link = tied?.v ?? null
    const identifiers = JSON.stringify(facts.identifiers.map(identifierId))
    const owner = link === null ? null : attribution.ownerOf(link, identifiers)
    const conversation = conversationOf(document)
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
      conversation,
      conversation === null ? 0 : 1,
    )
    return { owner, conversation }
  }

  function putNote(id: string, document: NoteDocument | undefined): ContactId | null {
    if (!document || document.erased) {
      sql.run('DELETE FROM note WHERE id = ?', id)
      return null
    }
    const contactId = noteContact(document)
    const owner = attribution.ownerOf(contactId, '[]')
    sql.run(
      'INSERT OR REPLACE INTO note (id, contact_id, owner, created, deleted) VALUES (?, ?, ?, ?, ?)',
      id,
      contactId,
      owner,
      document.created.at,
      current(document.deleted)?.v === true ? 1 : 0,
    )
    return owner
  }

  function putRow(change: Attached): Former {
    if (change.kind === 'interactions') return putInteraction(change.id, change.document)
    return { owner: putNote(change.id, change.document), conversation: null }
  }

  return {
    put(change, isNew) {
      const former = isNew ? undefined : sql.get<Former>(FORMER[change.kind], change.id)
      const present =
        change.kind === 'interactions' ? retell(change.document, former, () => putRow(change)) : putRow(change)
      if (change.kind === 'interactions') {
        if (former?.owner === null || present.owner === null) putUntied(change.id, change.document)
        if (former) counters.add('interaction', -1)
        if (change.document) counters.add('interaction', 1)
      }
      return [former?.owner ?? null, present.owner].filter((id) => id !== null)
    },

    load(change) {
      const { owner } = putRow(change)
      if (change.kind === 'interactions') {
        counters.add('interaction', 1)
        if (owner === null) putUntied(change.id, change.document)
      }
      return owner === null ? [] : [owner]
    },
  }
}
