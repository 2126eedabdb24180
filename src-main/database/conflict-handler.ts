// RxDB's conflict handler for a document kind is the engine's join: whichever side asks, both end with the same document.
// What the server has is one side of it, and stands where it would not take ours.
// Invariant: no document goes back. A page may have been read before we sent a change and be stored after it; whatever
// arrives and says no more than we have is taken for equal, so that RxDB does not put the older state in place.
import type { RxConflictHandler, WithDeleted } from 'rxdb'
import { joinAdmitted } from '../engine/documents/admitted'
import { sameJson } from '../engine/documents/canonical-json'
import type { Documents, Kind } from '../engine/documents/kinds'
import { wellFormed } from '../engine/documents/well-formed'

const content = (document: object) =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('_') || key === '_deleted'))

/** How RxDB calls the comparison of an arriving document (a) with ours (b) before it writes (downstream.ts). */
const INCOMING = 'downstream-check-if-equal-1'

function saysNoMore<K extends Kind>(kind: K, theirs: Documents[K], ours: Documents[K]): boolean {
  try {
    return sameJson({ ...content(joinAdmitted(kind, theirs, wellFormed(ours))), _deleted: false }, content(ours))
  } catch {
    return false // ours cannot be joined: theirs was checked, and stands
  }
}

export function conflictHandler<K extends Kind>(kind: K): RxConflictHandler<Documents[K]> {
  return {
    isEqual(a, b, asked) {
      if (sameJson(content(a), content(b))) return true
      return asked === INCOMING && !a._deleted && !b._deleted && saysNoMore(kind, a, b)
    },
    async resolve({ realMasterState, newDocumentState }) {
      // A physical deletion is only ever a purge, which both sides do on their own: a document that lives anywhere lives.
      // A tombstone may have no members at all, so it is not joined.
      if (newDocumentState._deleted) return realMasterState
      if (realMasterState._deleted) return newDocumentState
      // As it was sent, so that what the server has of it is the same.
      const ours = wellFormed(newDocumentState)
      return { ...joinAdmitted(kind, realMasterState, ours), _deleted: false } as WithDeleted<Documents[K]>
    },
  }
}
