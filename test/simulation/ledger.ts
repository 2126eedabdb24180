// What devices were told is done, and must find again: every document a command committed, and every value someone typed.
// Invariant: documents are values of a lattice, so what was committed once is contained in what stands at the end.
import { joinAdmitted } from '../../src-main/engine/documents/admitted'
import { canonicalJson, sameJson } from '../../src-main/engine/documents/canonical-json'
import { type AnyDocument, JOINS, type Kind } from '../../src-main/engine/documents/kinds'
import type { Change } from '../../src-main/engine/ports'
import type { Content, TypedValue } from '../engine/model/invariants'

export class Ledger {
  /** By device, kind and id: the latest version that a command of the device committed. */
  readonly #committed = new Map<string, { kind: Kind; document: AnyDocument; device: string }>()
  readonly typed: TypedValue[] = []

  commit(device: string, changes: readonly Change[]): void {
    for (const { kind, next } of changes)
      this.#committed.set(`${device} ${kind} ${next.id}`, { kind, document: next, device })
  }

  /** An administrator deletes a document for good: what the server had of it may be gone from everywhere. */
  forgive(kind: Kind, id: string, body: AnyDocument): void {
    const join = JOINS[kind] as unknown as (a: AnyDocument, b: AnyDocument) => AnyDocument
    for (const [key, one] of this.#committed)
      if (one.kind === kind && one.document.id === id && sameJson(join(body, one.document), body))
        this.#committed.delete(key)
  }

  /** Sentences about what is not contained in the content any more. */
  missingFrom(content: Content): { id: string; sentence: string }[] {
    return [...this.#committed.values()].flatMap(({ kind, document, device }) => {
      const now = content[kind].get(document.id) as AnyDocument | undefined
      if (now && sameJson(joinAdmitted(kind, now, document), now)) return []
      const sentence = `${kind} ${document.id} lacks what ${device} committed\n  it: ${canonicalJson(document)}\n  now: ${now ? canonicalJson(now) : 'gone'}`
      return [{ id: document.id, sentence }]
    })
  }
}
