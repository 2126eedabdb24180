// Whose an interaction or a note is. What hangs on a contact stays tied to it for good (domain specification, section 4);
// when a merge is undone, what came while it stood belongs to the record that owns the identifier it came by (section 5).
// Invariant: an owner is derived from merges, claims and the tie alone, so that it does not matter which arrived first.
import { type ContactId, readContactIds, type Stamp } from '@shared/model/ids'
import { deriveSet, type MergeSet } from '../../engine/derive/sets'
import { IN_JSON, type Statements } from '../file/statements'
import type { MergeRows } from './merges'

export interface Attribution {
  /** Whether a contact is the result of merges none of which stands. */
  isUndoneResult(contactId: ContactId, set: MergeSet): boolean
  /** @param identifiers ids as a JSON array, in the order they were tried */
  ownerOf(link: ContactId, identifiers: string): ContactId
  /** Gives what hangs on the result of a merge to the contact it belongs to now. @returns whose something was and is */
  reassign(result: ContactId): Set<ContactId>
  /** Results of merges whose interactions may go to this contact, or come from it. */
  addResultsAround(contactId: ContactId, results: Set<ContactId>): void
}

interface Made {
  id: string
  inputs: ContactId[]
  at: Stamp
  undone: Stamp
}

export function createAttribution(sql: Statements, merging: MergeRows): Attribution {
  /** The merge that made a contact, standing or not; none for what no merge made. */
  const makerOf = (contactId: ContactId): Made | undefined => {
    if (merging.never.of(contactId)) return undefined
    const merge = sql.get<Omit<Made, 'inputs'> & { inputs: string }>(
      `SELECT m.id, m.inputs, m.at, m.undone FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
       WHERE mm.contact_id = ? AND m.result = mm.contact_id ORDER BY m.at, m.id LIMIT 1`,
      contactId,
    )
    return merge && { ...merge, inputs: readContactIds(merge.inputs) }
  }

  /**
   * All records that were one person with the inputs of a merge while it stood, through whatever merges stood then as
   * well: what merges made apart have joined is one person to the caller.
   */
  function oncePartOf(link: ContactId, made: Made): Set<ContactId> {
    const reached = new Set(made.inputs)
    for (const id of reached) // a Set is iterated as it grows
      for (const merge of sql.all<{ inputs: string; result: ContactId }>(
        `SELECT m.inputs, m.result FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
         WHERE mm.contact_id = ? AND m.id <> ? AND (? = '' OR m.at < ?) AND (m.undone = '' OR m.undone > ?)`,
        id,
        made.id,
        made.undone,
        made.undone,
        made.at,
      ))
        for (const part of [...readContactIds(merge.inputs), merge.result]) reached.add(part)
    reached.delete(link)
    return reached
  }

  /** Of some contacts the one that owns the first identifier that any of them owns. */
  const claimantAmong = (contactIds: Iterable<ContactId>, identifiers: string): ContactId | undefined =>
    sql.get<{ contact_id: ContactId }>(
      `SELECT c.contact_id FROM json_each(?) AS wanted JOIN claim c ON c.identifier_id = wanted.value
       WHERE c.standing = 1 AND c.contact_id ${IN_JSON} ORDER BY wanted.key, c.since, c.contact_id LIMIT 1`,
      identifiers,
      JSON.stringify([...contactIds]),
    )?.contact_id

  function ownerOf(link: ContactId, identifiers: string, visited = new Set<ContactId>()): ContactId {
    const made = makerOf(link)
    if (!made || visited.has(link)) return link
    visited.add(link)
    const once = oncePartOf(link, made)
    const { merges, members } = deriveSet(link, merging.standing)
    if (merges.length > 0) {
      // It lives. What came by a record that was part of it then, through a merge undone since, goes along with them.
      const now = new Set(members)
      if ([...once].every((id) => now.has(id))) return link
      const owner = claimantAmong([...once, ...members], identifiers)
      return owner === undefined || now.has(owner) ? link : ownerOf(owner, identifiers, visited)
    }
    const next = claimantAmong(once, identifiers) ?? made.inputs[0]
    return next === undefined ? link : ownerOf(next, identifiers, visited)
  }

  return {
    ownerOf,

    isUndoneResult: (contactId, set) => set.merges.length === 0 && makerOf(contactId) !== undefined,

    reassign(result) {
      const affected = new Set<ContactId>()
      for (const row of sql.all<{ id: string; owner: ContactId; identifiers: string }>(
        'SELECT id, owner, identifiers FROM interaction WHERE link = ?',
        result,
      )) {
        const owner = ownerOf(result, row.identifiers)
        if (owner === row.owner) continue
        affected.add(row.owner).add(owner)
        sql.run('UPDATE interaction SET owner = ? WHERE id = ?', owner, row.id)
      }
      const noteOwner = ownerOf(result, '[]')
      for (const { owner } of sql.all<{ owner: ContactId }>(
        'SELECT DISTINCT owner FROM note WHERE contact_id = ?',
        result,
      ))
        if (owner !== noteOwner) affected.add(owner).add(noteOwner)
      sql.run('UPDATE note SET owner = ? WHERE contact_id = ?', noteOwner, result)
      return affected
    },

    addResultsAround(contactId, results) {
      if (merging.never.of(contactId)) return
      const reached = new Set([contactId])
      const found = new Set<ContactId>()
      let undone = false
      for (const id of reached) // a Set is iterated including what is added
        for (const { inputs, result, standing } of sql.all<{ inputs: string; result: ContactId; standing: number }>(
          'SELECT m.inputs, m.result, m.standing FROM merge_member mm JOIN merge m ON m.id = mm.merge_id WHERE mm.contact_id = ?',
          id,
        )) {
          for (const part of [...readContactIds(inputs), result]) reached.add(part)
          found.add(result)
          if (standing === 0) undone = true
        }
      if (undone) for (const result of found) results.add(result) // else everything is its contact's own
    },
  }
}
