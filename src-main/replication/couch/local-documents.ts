// This device's own small documents on a server (`_local/…`), outside replication and validation: any member of the
// organisation can change or remove them. Invariants: a write follows the revision that the server has, whichever of its
// copies answered before; whatever stands in one is an answer, of bounded size, and no failure.
import { z } from 'zod'
import { OverBudget } from './bounded-json'
import { type DatabaseCalls, isNoDatabase } from './database-calls'
import { NoteNotTaken, type Remote, type RemoteBody } from './remote'
import { reasonOf } from './session'

/**
 * Copies of a `_local` document that disagree are told apart by revision as text, `0-9` after `0-10`, and are never repaired
 * (CouchDB 3.5): so ours begin with as many digits as they will ever have.
 */
const WIDE_REV = '0-1000000000'
const ATTEMPTS = 4
/** Ours have some 200 bytes. */
const NOTE_BYTES = 16 * 1024
/** What CouchDB says of a write that this document does not take, while it takes others. */
const NOT_TAKEN: ReadonlySet<number> = new Set([400, 409, 412, 413])

const revised = z.object({ _rev: z.string().max(WIDE_REV.length) })

export function localDocuments(calls: DatabaseCalls): Pick<Remote, 'getLocal' | 'putLocal'> {
  /** Revisions, as seen last. */
  const revs = new Map<string, string>()
  /** Whether the server takes no revision but its own. */
  let narrow = false
  const pathOf = (id: string) => `/_local/${encodeURIComponent(id)}`

  async function getLocal(id: string): Promise<RemoteBody | undefined> {
    revs.delete(id)
    const answer = await calls.call('GET', pathOf(id), { bytes: NOTE_BYTES }).catch((error: unknown) => {
      if (error instanceof OverBudget) return undefined
      throw error
    })
    if (!answer) return {} // too much to be ours
    if (answer.status === 404 && !isNoDatabase(answer)) return undefined
    const found = calls.read(z.json(), answer)
    const { data } = revised.safeParse(found)
    if (data) revs.set(id, data._rev)
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {}
  }

  return {
    getLocal,
    async putLocal(id, body) {
      for (let left = ATTEMPTS; ; left -= 1) {
        const found = revs.get(id)
        const widens = !narrow && (found === undefined || found.length < WIDE_REV.length)
        const rev = widens ? WIDE_REV : found
        const answer = await calls.call('PUT', pathOf(id), {
          body: { ...body, ...(rev === undefined ? {} : { _rev: rev }) },
        })
        if (answer.status === 409 && left > 1) {
          narrow ||= widens
          await getLocal(id)
          continue
        }
        if (NOT_TAKEN.has(answer.status)) throw new NoteNotTaken(reasonOf(answer) ?? String(answer.status))
        revs.set(id, calls.read(z.object({ rev: z.string() }), answer).rev)
        return
      }
    },
  }
}
