// This device's own small documents on a server (`_local/…`), outside replication and validation.
// Invariant: a write follows the revision that the server has, whichever of its copies answered before.
import { z } from 'zod'
import { type DatabaseCalls, isNoDatabase } from './database-calls'
import type { Remote, RemoteBody } from './remote'

/**
 * Copies of a `_local` document that disagree are told apart by revision as text, `0-9` after `0-10`, and are never repaired
 * (CouchDB 3.5): so ours begin with as many digits as they will ever have.
 */
const WIDE_REV = '0-1000000000'
const ATTEMPTS = 4

export function localDocuments(calls: DatabaseCalls): Pick<Remote, 'getLocal' | 'putLocal'> {
  /** Revisions, as seen last. */
  const revs = new Map<string, string>()
  /** Whether the server takes no revision but its own. */
  let narrow = false
  const pathOf = (id: string) => `/_local/${encodeURIComponent(id)}`

  async function getLocal(id: string): Promise<RemoteBody | undefined> {
    const answer = await calls.call('GET', pathOf(id))
    if (answer.status === 404 && !isNoDatabase(answer)) {
      revs.delete(id)
      return undefined
    }
    const found = calls.read(z.looseObject({ _rev: z.string() }), answer)
    revs.set(id, found._rev)
    return found as RemoteBody
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
        revs.set(id, calls.read(z.object({ rev: z.string() }), answer).rev)
        return
      }
    },
  }
}
