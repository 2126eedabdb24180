// Writing rows, each by itself, and knowing them again in the feed.
// Invariant: every row is answered, also one that spoils the request it travels in; a revision counts as ours once the
// server has named it.
import type { z } from 'zod'
import { wellFormedJson } from '../../engine/documents/well-formed'
import { outcomesSchema, toCouch } from './couch-json'
import type { DatabaseCalls } from './database-calls'
import type { HttpAnswer } from './http'
import type { Pace } from './pace'
import { RemoteError, type RemoteWrite, type WriteOutcome } from './remote'
import { reasonOf, type Session } from './session'

/** A request's body: as many rows as fit. */
const REQUEST_BYTES = 2 * 1024 * 1024
/** Own writes that are remembered until they come back in the feed, so that they need not be read. */
const OWN_MAX = 50_000

/** Errors of a row that say something of the server, and nothing of the row. */
const PASSING = /^(timeout|internal_server_error|service unavailable|nodedown|write_quorum_not_met|insuff)/

export interface BulkWrites {
  /** Answers in the order of the rows. @throws RemoteError */
  write(rows: readonly RemoteWrite[]): Promise<WriteOutcome[]>
  /** Whether nothing was written that the feed has not shown. */
  readonly isSettled: boolean
  /** Waits for the writes that may have made these changes: the server answers soon after the feed shows the first. */
  know(changes: readonly { id: string }[]): Promise<void>
  /** The revision of a document that this device wrote, which the feed shows now; undefined: it wrote none. */
  takeOwn(id: string): string | undefined
}

export function bulkWrites(calls: DatabaseCalls, session: Pick<Session, 'signIn'>, pace: Pace): BulkWrites {
  /** Revisions this device wrote, by document, until the feed shows them. */
  const own = new Map<string, string>()
  /** Writes without an answer yet: which revisions are ours shows only then, and the feed may be faster. */
  const underWay = new Set<{ ids: ReadonlySet<string>; answered: Promise<unknown> }>()

  async function send(rows: readonly RemoteWrite[], body: string, signedInAnew = false): Promise<WriteOutcome[]> {
    const answer = await calls.call('POST', '/_bulk_docs', { text: body })
    if (answer.status === 413 || answer.status === 400 || answer.status === 412) {
      // One row spoils the whole request: halve it until that row is alone.
      const [only] = rows
      // An attachment went that was there when we read the document ("missing_stub"): another revision, then.
      if (answer.status === 412 && rows.length === 1 && only) return [{ id: only.id, status: 'conflict' }]
      if (rows.length === 1 && only) return [spoiling(only.id, answer)]
      const half = rows.length >> 1
      return (await Promise.all([write(rows.slice(0, half)), write(rows.slice(half))])).flat()
    }
    // A busy server may give up on much at once (the time of its validation is limited), and not on little.
    if (answer.status >= 500) pace.broke()
    const outcomes = new Map(calls.read(outcomesSchema, answer).map((outcome) => [outcome.id, outcome]))
    // The stand-in says of each row what CouchDB says of the request (401): that the session ran out.
    if (!signedInAnew && [...outcomes.values()].some(({ error }) => error === 'unauthorized')) {
      await session.signIn()
      return send(rows, body, true)
    }
    return rows.map(({ id }): WriteOutcome => {
      const outcome = outcomes.get(id)
      const known = outcomeOf(id, outcome)
      if (known.status !== 'written') return known
      // One copy alone has it: the feed will tell when others do, and then it is looked at like news.
      if (answer.status === 202) return { ...known, alone: true }
      if (own.size < OWN_MAX) own.set(id, known.rev)
      return known
    })
  }

  async function write(rows: readonly RemoteWrite[]): Promise<WriteOutcome[]> {
    const sent = [...requests(rows, Math.min(REQUEST_BYTES, pace.bytes))].map((one) => {
      const answered = send(one.rows, one.body)
      const entry = { ids: new Set(one.rows.map(({ id }) => id)), answered }
      underWay.add(entry)
      return answered.finally(() => underWay.delete(entry))
    })
    return (await Promise.all(sent)).flat()
  }

  return {
    write,
    get isSettled() {
      return own.size === 0 && underWay.size === 0
    },
    async know(changes) {
      const ours = [...underWay].filter(({ ids }) => changes.some(({ id }) => ids.has(id)))
      await Promise.allSettled(ours.map(({ answered }) => answered))
    },
    takeOwn(id) {
      const rev = own.get(id)
      own.delete(id)
      return rev
    },
  }
}

/** Rows by the size of their requests; a larger document travels alone. */
function* requests(rows: readonly RemoteWrite[], most: number): Iterable<{ rows: RemoteWrite[]; body: string }> {
  let taken: RemoteWrite[] = []
  let texts: string[] = []
  let bytes = 0
  const flush = () => {
    const request = { rows: taken, body: `{"docs":[${texts.join(',')}]}` }
    taken = []
    texts = []
    bytes = 0
    return request
  }
  for (const row of rows) {
    // A document that an earlier version let have text which is no Unicode would be refused for ever.
    const text = wellFormedJson(JSON.stringify(toCouch(row)))
    if (taken.length > 0 && bytes + text.length > most) yield flush()
    taken.push(row)
    texts.push(text)
    bytes += text.length
  }
  if (taken.length > 0) yield flush()
}

/** What became of a row that no request can carry. */
function spoiling(id: string, answer: HttpAnswer): WriteOutcome {
  const isLarge = answer.status === 413
  const reason = reasonOf(answer) ?? (isLarge ? 'The document is too large for the server.' : 'Not valid.')
  return { id, status: 'refused', code: isLarge ? 'too_large' : 'invalid', reason }
}

/** @throws RemoteError where it says something of the server, and nothing of the row */
function outcomeOf(id: string, outcome: z.infer<typeof outcomesSchema>[number] | undefined): WriteOutcome {
  if (outcome?.rev !== undefined && outcome.error === undefined) return { id, status: 'written', rev: outcome.rev }
  if (outcome?.error === 'conflict') return { id, status: 'conflict' }
  if (outcome === undefined) throw new RemoteError('failed', 'The server did not answer for every document.')
  const reason = outcome.reason ?? outcome.error ?? 'The server gave no reason.'
  if (PASSING.test(outcome.error ?? '')) throw new RemoteError('failed', `The server is in trouble: ${reason}`)
  if (outcome.error === 'forbidden' || outcome.error === 'unauthorized')
    return { id, status: 'refused', code: 'forbidden', reason }
  if (/too_large/.test(outcome.error ?? '')) return { id, status: 'refused', code: 'too_large', reason }
  return { id, status: 'refused', code: 'invalid', reason }
}
