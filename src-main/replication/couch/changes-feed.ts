// Pages of the server's feed: its rows with the documents as they are now.
// Invariant: a row is answered with its document, as a tombstone, by name where the document is too much or its copy is
// behind, or not at all because this device wrote it; none is passed over otherwise.
import { z } from 'zod'
import { OverBudget } from './bounded-json'
import type { BulkWrites } from './bulk-writes'
import { changesSchema, documentOf, leftOutOf, namedIn } from './couch-json'
import type { DatabaseCalls } from './database-calls'
import type { KeyedReads } from './keyed-reads'
import type { Pace } from './pace'
import type { ChangesPage, Named, RemoteDocument } from './remote'
import { DESIGN } from './server-rules'

/** CouchDB ends a long poll after 60 s by itself; proxies like it shorter. */
const POLL_MS = 50_000
/** About the size of a row in the feed without its document. */
const ROW_BYTES = 250

interface ChangesOptions {
  calls: DatabaseCalls
  pace: Pace
  reads: Pick<KeyedReads, 'read' | 'fetchBranches'>
  writes: Omit<BulkWrites, 'write'>
  /** Told of the design document's revision where a page shows it. */
  onDesign(rev: string | undefined): void
}

export function changesFeed({ calls, pace, reads, writes, onDesign }: ChangesOptions) {
  /** The stand-in does not say how many changes follow, but counts them: its sequences are numbers. */
  async function countedFrom(sequence: string | number): Promise<number> {
    const info = calls.read(z.object({ update_seq: z.union([z.string(), z.number()]) }), await calls.call('GET', ''))
    return typeof sequence === 'number' && typeof info.update_seq === 'number' ? info.update_seq - sequence : 1
  }

  /** Rows of a page, in the server's order, and how much follows. */
  async function readRows(since: string | undefined, limit: number, contents: string) {
    const from = since === undefined ? '0' : encodeURIComponent(since)
    // CouchDB works out the sequence of every row at some cost; only the last is of use.
    const place = `limit=${limit}&seq_interval=${limit}&since=${from}`
    const answer = await calls.call('GET', `/_changes?${contents}&${place}`, { members: limit })
    const page = calls.read(changesSchema, answer)
    const rows = page.results.length + answer.leftOut.length
    const isLast = rows === 0 || (page.pending === undefined && rows < limit)
    const pending = isLast ? 0 : (page.pending ?? (await countedFrom(page.last_seq)))
    onDesign(page.results.find(({ id }) => id === DESIGN)?.changes[0]?.rev)
    return { rows: page.results, since: String(page.last_seq), pending, answer }
  }

  async function changes(since: string | undefined, limit: number): Promise<ChangesPage> {
    // Right after sending a lot, most of the feed is our own: then only what is not is read.
    const withDocuments = writes.isSettled
    for (let most = limit; withDocuments; most = Math.min(most, pace.documents)) {
      const fitting = Math.min(most, pace.documents)
      try {
        return await pageWithDocuments(since, fitting)
      } catch (error) {
        if (!(error instanceof OverBudget) || error.of !== 'bytes') throw error
        if (fitting === 1) break // one document is too much: its place in the feed is not
        pace.broke()
        most = fitting >> 1
      }
    }
    return pageOfRows(since, withDocuments ? 1 : Math.min(limit, Math.ceil(pace.bytes / ROW_BYTES)))
  }

  async function pageWithDocuments(since: string | undefined, limit: number): Promise<ChangesPage> {
    const { rows, answer, ...place } = await readRows(since, limit, 'include_docs=true&conflicts=true')
    pace.went(answer.bytes, rows.length)
    const documents: RemoteDocument[] = []
    const behind: Named[] = []
    for (const { id, deleted, changes, doc } of rows) {
      const rev = changes[0]?.rev ?? ''
      if (id.startsWith('_')) continue
      if (doc?._rev === rev) documents.push(documentOf(doc))
      // A tombstone may come without a body.
      else if (deleted) documents.push({ id, rev, deleted: true, body: undefined })
      else behind.push({ id, rev })
    }
    for (const row of answer.leftOut) {
      const named = namedIn(row)
      if (named) documents.push(leftOutOf(named, row.why))
    }
    await reads.fetchBranches(documents)
    return { documents, behind, ...place }
  }

  /** A page by its rows, with the documents of those read by key that are not ours. */
  async function pageOfRows(since: string | undefined, limit: number): Promise<ChangesPage> {
    const { rows, answer: _, ...place } = await readRows(since, limit, 'style=all_docs')
    await writes.know(rows)
    const news = rows.filter(({ id, changes }) => {
      const rev = writes.takeOwn(id)
      // A branch beside our own revision has to be joined like any other.
      return !id.startsWith('_') && (rev === undefined || rev !== changes[0]?.rev || changes.length > 1)
    })
    const current = await reads.read(news.map(({ id }) => id))
    const documents: RemoteDocument[] = []
    const behind: Named[] = []
    for (const { id, deleted, changes } of news) {
      const rev = changes[0]?.rev ?? ''
      const now = current.get(id)
      if (now?.rev === rev) documents.push(now)
      else if (deleted && !now?.body) documents.push({ id, rev, deleted: true, body: undefined })
      else behind.push({ id, rev })
    }
    await reads.fetchBranches(documents)
    return { documents, behind, ...place }
  }

  return {
    changes,
    /** Answers once something changed, or after a while: then with false. */
    async awaitChange(since: string | undefined, signal: AbortSignal): Promise<boolean> {
      const from = since === undefined ? '0' : encodeURIComponent(since)
      const path = `/_changes?feed=longpoll&limit=1&timeout=${POLL_MS}&since=${from}`
      const answer = await calls.call('GET', path, { signal, answerMs: POLL_MS + 20_000 })
      return calls.read(z.object({ results: z.array(z.unknown()) }), answer).results.length > 0
    },
  }
}
