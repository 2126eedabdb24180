// The port between the documents and what is derived from them: what changed, in the order of commits.
// Invariant: a feed may repeat a document, and never leaves one out.
import type { Observable } from 'rxjs'
import type { Documents, IdOf, Kind } from './documents/kinds'

/**
 * A document as it now is, or `undefined` when it was purged.
 * `isNew`: there was none of that id before, so that views which took in all that came earlier have nothing of it for sure.
 */
export type Changed = {
  [K in Kind]: { kind: K; id: IdOf<K>; document: Documents[K] | undefined; isNew?: boolean }
}[Kind]

/** What one commit changed of a kind, and the place in its documents behind it. */
export interface Batch {
  kind: Kind
  changes: Changed[]
  checkpoint: unknown
}

/** Where changed documents come from. */
export interface DocumentFeed {
  /** What is committed from now on, in commit order, with the checkpoint behind it. */
  readonly committed$: Observable<Batch>
  /** A page of what was committed after a checkpoint (undefined: from the start). */
  since(kind: Kind, checkpoint: unknown, limit: number): Promise<{ changes: Changed[]; checkpoint: unknown }>
  /** Whether the documents go as far as a checkpoint: not after a power cut that took the last of them back. */
  reaches(kind: Kind, checkpoint: unknown): Promise<boolean>
  /** For each kind, the checkpoint behind all that is committed by now. */
  position(): Readonly<Record<Kind, unknown>>
  /** About how many documents of a kind there are. */
  size(kind: Kind): number
  /**
   * A page of all documents of a kind, as the text they are stored in, for views that are derived from nothing: what is
   * committed meanwhile may be in it or not.
   * @param after the end of the page before; undefined: the first page
   * @returns each document at most once over all pages; without `after`: that was all
   */
  texts(kind: Kind, after: unknown, limit: number): Promise<{ texts: string[]; after: unknown }>
}

/** The document in a stored text, without what the store keeps beside it. */
export function documentIn<K extends Kind>(text: string): Documents[K] {
  const { _deleted, _meta, _rev, _attachments, ...content } = JSON.parse(text) as Record<string, unknown>
  return content as unknown as Documents[K]
}
