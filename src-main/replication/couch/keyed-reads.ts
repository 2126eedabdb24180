// Reading documents by key: as they are now, at a revision that the feed names, and the branches of one.
// Invariants: what is too much to read comes alone and named, and stops no other; a document counts as read at a revision only
// if it is that one, or what the server made of it: several copies can disagree for seconds, and the one asked be behind.
import type { z } from 'zod'
import { type LeftOut, OverBudget } from './bounded-json'
import { documentOf, leftOutOf, namedIn, readSchema, revisionsSchema } from './couch-json'
import type { HttpAnswer } from './http'
import type { Pace } from './pace'
import type { Named, RemoteDocument } from './remote'

export interface KeyedReads {
  /** Current documents and tombstones by id; what was never there is absent. */
  read(ids: readonly string[]): Promise<Map<string, RemoteDocument>>
  /** One revision of a document that is not the winning one; undefined: it is not there, or not yet. */
  readRevision(id: string, rev: string): Promise<RemoteDocument | undefined>
  /** Current documents that contain the revisions named, with the branches they name; who is behind is left out. */
  readAt(named: readonly Named[]): Promise<Map<string, RemoteDocument>>
  /** Reads the branches that documents name all at once, so that `readRevision` has them. */
  fetchBranches(documents: readonly RemoteDocument[]): Promise<void>
}

interface Asking {
  /** POSTs a body that can be sent twice. @throws RemoteError */
  ask<T>(schema: z.ZodType<T>, path: string, body: unknown): Promise<{ value: T; answer: HttpAnswer }>
  pace: Pace
}

/** Branches of a page that wait to be joined. */
const BRANCHES_MAX = 1000

export function keyedReads({ ask, pace }: Asking): KeyedReads {
  const branches = new Map<string, RemoteDocument>()
  const keyOf = (id: string, rev: string) => `${rev} ${id}`

  async function read(ids: readonly string[]): Promise<Map<string, RemoteDocument>> {
    const found = new Map<string, RemoteDocument>()
    for (let from = 0; from < ids.length; ) {
      const keys = ids.slice(from, from + pace.documents)
      for (const [id, document] of await readSome(keys)) found.set(id, document)
      from += keys.length
    }
    return found
  }

  async function readSome(keys: readonly string[]): Promise<[string, RemoteDocument][]> {
    try {
      const { value, answer } = await ask(readSchema, '/_all_docs?include_docs=true&conflicts=true', { keys })
      pace.went(answer.bytes, value.rows.filter(({ doc }) => doc).length)
      const rows = value.rows.flatMap(({ key, value, doc }): [string, RemoteDocument][] => {
        if (doc) return [[key, documentOf(doc)]]
        return value?.deleted ? [[key, { id: key, rev: value.rev, deleted: true, body: undefined }]] : []
      })
      return [...rows, ...left(answer.leftOut)]
    } catch (error) {
      if (!(error instanceof OverBudget) || error.of !== 'bytes') throw error
      const [only] = keys
      if (keys.length === 1 && only !== undefined) return [[only, leftOutOf(await revisionOf(only), 'large')]]
      pace.broke()
      const half = keys.length >> 1
      return [...(await readSome(keys.slice(0, half))), ...(await readSome(keys.slice(half)))]
    }
  }

  async function revisionOf(id: string): Promise<Named> {
    const { value } = await ask(readSchema, '/_all_docs', { keys: [id] })
    return { id, rev: value.rows[0]?.value?.rev ?? '' }
  }

  function left(rows: readonly LeftOut[]): [string, RemoteDocument][] {
    return rows.flatMap((row): [string, RemoteDocument][] => {
      const named = namedIn(row)
      return named ? [[named.id, leftOutOf(named, row.why)]] : []
    })
  }

  /** Revisions of documents, where the server has them; `latest`: what was made of them. */
  async function revisions(named: readonly Named[], latest: boolean): Promise<Map<string, RemoteDocument[]>> {
    const found = new Map<string, RemoteDocument[]>()
    for (let from = 0; from < named.length; ) {
      const docs = named.slice(from, from + pace.documents)
      const path = `/_bulk_get${latest ? '?latest=true' : ''}`
      const { value, answer } = await ask(revisionsSchema, path, { docs: docs.map(({ id, rev }) => ({ id, rev })) })
      const add = (id: string, document: RemoteDocument) => found.set(id, [...(found.get(id) ?? []), document])
      for (const { id, docs: answers } of value.results) for (const { ok } of answers) if (ok) add(id, documentOf(ok))
      for (const [id, document] of left(answer.leftOut)) add(id, document)
      from += docs.length
    }
    return found
  }

  async function fetchBranches(documents: readonly RemoteDocument[]): Promise<void> {
    const named = documents.flatMap(({ id, conflicts = [] }) => conflicts.map((rev) => ({ id, rev })))
    if (branches.size > BRANCHES_MAX) branches.clear()
    if (named.length < 2) return
    const found = await revisions(named, false).catch((error: unknown) => {
      if (error instanceof OverBudget) return new Map<string, RemoteDocument[]>() // one by one, then
      throw error
    })
    for (const all of found.values()) for (const one of all) branches.set(keyOf(one.id, one.rev), one)
  }

  return {
    read,
    fetchBranches,

    async readRevision(id, rev) {
      const known = branches.get(keyOf(id, rev))
      branches.delete(keyOf(id, rev))
      if (known) return known
      const answered = await revisions([{ id, rev }], false).catch((error: unknown) => {
        if (error instanceof OverBudget) return undefined
        throw error
      })
      if (!answered) return leftOutOf({ id, rev }, 'large')
      return answered.get(id)?.find((one) => one.rev === rev)
    },

    async readAt(named) {
      const current = await read([...new Set(named.map(({ id }) => id))])
      const includes = (id: string, rev: string) => {
        const now = current.get(id)
        return now !== undefined && (now.rev === rev || now.conflicts?.includes(rev) === true)
      }
      // Another writer may have written over the revision meanwhile: then what was made of it has to be there.
      const doubtful = named.filter(({ id, rev }) => current.has(id) && !includes(id, rev))
      const made = doubtful.length > 0 ? await revisions(doubtful, true) : new Map<string, RemoteDocument[]>()
      for (const { id } of doubtful) {
        const leaves = made.get(id) ?? []
        if (leaves.length === 0 || !leaves.every((leaf) => leaf.deleted || includes(id, leaf.rev))) current.delete(id)
      }
      await fetchBranches([...current.values()])
      return current
    },
  }
}
