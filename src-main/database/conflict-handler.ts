// RxDB's conflict handler for a document kind is the engine's join: whichever side asks, both end with the same document.
import type { RxConflictHandler, WithDeleted } from 'rxdb'
import { sameJson } from '../engine/documents/canonical-json'
import { type Documents, JOINS, type Kind } from '../engine/documents/kinds'

const content = (document: object) =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('_') || key === '_deleted'))

export function conflictHandler<K extends Kind>(kind: K): RxConflictHandler<Documents[K]> {
  return {
    isEqual: (a, b) => sameJson(content(a), content(b)),
    async resolve({ realMasterState, newDocumentState }) {
      const joined = JOINS[kind](realMasterState, newDocumentState)
      const { _deleted: mine } = newDocumentState
      // A physical deletion is only ever a purge, which both sides do on their own: a document that lives anywhere lives.
      return { ...joined, _deleted: mine && realMasterState._deleted } as WithDeleted<Documents[K]>
    },
  }
}
