// One command's writes: what it read, what it changed, and nothing of it stored until the whole is committed.
// Invariant: a command sees its own changes; it commits all of them in one step, or none.
import { ScvError } from '@shared/errors'
import type { Stamp } from '@shared/model/ids'
import { DOCUMENT_MAX, DOCUMENT_REST } from '@shared/model/limits'
import type { Documents, IdOf, Kind } from './documents/kinds'
import { isWellFormedJson, NO_UNICODE, wellFormed } from './documents/well-formed'
import type { Change, DocumentStore } from './ports'

const textOf = (document: object | undefined): string => (document ? JSON.stringify(document) : '')

export class UnitOfWork {
  readonly #store: DocumentStore
  readonly #base: UnitOfWork | undefined
  readonly #read: Map<string, Documents[Kind] | undefined>
  readonly #written = new Map<string, { kind: Kind; next: Documents[Kind] }>()

  constructor(
    store: DocumentStore,
    /** Who and when: everything a command writes bears one stamp. */
    readonly by: string,
    readonly stamp: Stamp,
    /** What the commands before this one that are committed together with it: this one sees what they changed. */
    base?: UnitOfWork,
  ) {
    this.#store = store
    this.#base = base
    this.#read = base ? base.#read : new Map()
  }

  /** Takes over what a command changed that was based on this. */
  absorb(other: UnitOfWork): void {
    for (const [key, change] of other.#written) this.#written.set(key, change)
  }

  /** Documents by id, as this command has left them; missing ones are absent. */
  async load<K extends Kind>(kind: K, ids: readonly IdOf<K>[]): Promise<Map<IdOf<K>, Documents[K]>> {
    const unread = ids.filter((id) => !this.#read.has(`${kind} ${id}`))
    if (unread.length > 0) {
      const found = await this.#store.get(kind, unread)
      for (const id of unread) this.#read.set(`${kind} ${id}`, found.get(id))
    }
    return new Map(
      ids.flatMap((id) => {
        const key = `${kind} ${id}`
        const earlier = this.#base ? this.#base.#written.get(key) : undefined
        const document = (this.#written.get(key) ?? earlier)?.next ?? this.#read.get(key)
        return document ? [[id, document as Documents[K]] as const] : []
      }),
    )
  }

  async get<K extends Kind>(kind: K, id: IdOf<K>): Promise<Documents[K] | undefined> {
    return (await this.load(kind, [id])).get(id)
  }

  /** Changes a document, or makes it. It must have been loaded, or be new. */
  put<K extends Kind>(kind: K, next: Documents[K]): void {
    this.#written.set(`${kind} ${next.id}`, { kind, next })
  }

  /**
   * Whether a server is sure to take what was written.
   * @throws ScvError `too_large` when a document would get larger than it takes, `invalid_input` when a text is no Unicode
   */
  check(): void {
    for (const [key, { kind, next }] of this.#written) {
      // Of identifiers only what they identify was given; they get as large as many want one (`CLAIMANTS_MAX`).
      const text = kind === 'identifiers' ? textOf({ ...next, claims: {}, releases: {} }) : textOf(next)
      if (!isWellFormedJson(text)) this.#mend(key, kind, next)
      if (kind === 'identifiers' || text.length <= DOCUMENT_MAX) continue
      const before = textOf(this.#before(key)).length
      if (text.length > Math.max(DOCUMENT_MAX, before, Math.min(before + DOCUMENT_REST, DOCUMENT_MAX * 1.5)))
        throw new ScvError('too_large', 'This record with its history is full: nothing long can be added to it.')
    }
  }

  /** Refuses a text that is no Unicode, but for a document that an earlier version let have one: that is made whole. */
  #mend<K extends Kind>(key: string, kind: K, next: Documents[Kind]): void {
    if (isWellFormedJson(textOf(this.#before(key)))) throw new ScvError('invalid_input', `${NO_UNICODE}.`)
    this.#written.set(key, { kind, next: wellFormed(next) })
  }

  /** A document as it was before this command. */
  #before(key: string): Documents[Kind] | undefined {
    return (this.#base ? this.#base.#written.get(key)?.next : undefined) ?? this.#read.get(key)
  }

  changes(): Change[] {
    return [...this.#written].map(([key, { kind, next }]) => ({ kind, next, previous: this.#read.get(key) }) as Change)
  }
}
