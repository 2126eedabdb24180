// The port `Remote` over a CouchDB database (3.x) and HTTP.
// Invariant: no document id stands in a URL (they go in bodies, of any number and with any character), and sequences are
// handed back as they came. Sources: CouchDB 3.5 API reference, `/db/_changes`, `/db/_bulk_docs`, `/db/_all_docs`.
import { z } from 'zod'
import { canonicalJson } from '../../engine/documents/canonical-json'
import { OverBudget } from './bounded-json'
import { changesSchema, designSchema, documentOf, leftOutOf, namedIn, outcomesSchema, toCouch } from './couch-json'
import type { HttpAnswer } from './http'
import { type KeyedReads, keyedReads } from './keyed-reads'
import { Pace } from './pace'
import type { ChangesPage, Named, Remote, RemoteBody, RemoteDocument, RemoteWrite, WriteOutcome } from './remote'
import { RemoteError } from './remote'
import { reasonOf, type Session, unexpected } from './session'

/** A request's body: as many rows as fit. Larger documents travel alone. */
const REQUEST_BYTES = 2 * 1024 * 1024
/** CouchDB ends a long poll after 60 s by itself; proxies like it shorter. */
const POLL_MS = 50_000
/** Own writes that are remembered until they come back in the feed, so that they need not be read. */
const OWN_MAX = 50_000
/** About the size of a row in the feed without its document. */
const ROW_BYTES = 250
/**
 * Copies of a `_local` document that disagree are told apart by revision as text, `0-9` after `0-10`, and are never repaired
 * (CouchDB 3.5): so ours begin with as many digits as they will ever have.
 */
const WIDE_REV = '0-1000000000'
/** Made by provisioning; its version decides who may take part. */
const DESIGN = '_design/scv'

const databaseSchema = z.object({ cluster: z.object({ n: z.number() }).optional() })

/** Errors of a row that say something of the server, and nothing of the row. */
const PASSING = /^(timeout|internal_server_error|service unavailable|nodedown|write_quorum_not_met|insuff)/

export interface CouchRemote extends Remote, Pick<KeyedReads, 'readAt'> {
  readonly copies: number
  /** What the design document says of versions, and whose roles count; undefined when there is none. */
  schema(): Promise<{ version: number; minimum: number; organisation?: string | undefined } | undefined>
  /** What the server judges our writes by, as one text: the design document and the security object, as last asked. */
  readonly rules: string
  /** Whether the feed has shown another design document since then. */
  readonly schemaChanged: boolean
  /** Whether the security object is another one by now. */
  securityChanged(): Promise<boolean>
}

/** What connections have shown of a server, for the next one. */
export interface Acquaintance {
  readonly pace: Pace
  design?: z.infer<typeof designSchema>
}
export const newAcquaintance = (): Acquaintance => ({ pace: new Pace() })

/**
 * @param database its name on the server
 * @param known what earlier connections have shown; what this one shows is added
 */
export function couchRemote(session: Session, database: string, known: Acquaintance = newAcquaintance()): CouchRemote {
  const { pace } = known
  const base = `/${encodeURIComponent(database)}`
  /** Revisions this device wrote, by document, until the feed shows them. */
  const own = new Map<string, string>()
  /** Writes without an answer yet: which revisions are ours shows only then, and the feed may be faster. */
  const underWay = new Set<{ ids: ReadonlySet<string>; answered: Promise<unknown> }>()
  /** One connection breaks once, however many requests are under way. */
  let broken = false
  /** Revisions of `_local` documents, as seen last. */
  const localRevs = new Map<string, string>()
  /** Whether the server takes no revision of a `_local` document but its own. */
  let narrow = false
  let schemaRev: string | undefined
  let schemaChanged = false
  let security = ''
  let copies = 1

  async function call(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    options: {
      body?: unknown
      text?: string
      have?: string | undefined
      signal?: AbortSignal
      answerMs?: number
      repeatable?: boolean
      members?: number
    } = {},
  ): Promise<HttpAnswer> {
    const { body: json, text, ...rest } = options
    const body = json === undefined ? text : JSON.stringify(json)
    const repeatable = rest.answerMs === undefined && (method === 'GET' || rest.repeatable === true)
    const request = { method, path: base + path, body, ...rest, repeatable }
    if (rest.answerMs !== undefined) return session.call(request) // waiting carries nothing
    return session.call(request).catch((error: unknown) => {
      if (!broken && error instanceof RemoteError && error.kind === 'unreachable') pace.broke()
      broken ||= !(error instanceof OverBudget)
      throw error
    })
  }

  /** The answer of a call that must succeed. */
  async function get<T>(schema: z.ZodType<T>, answer: HttpAnswer): Promise<T> {
    if (answer.status === 403) throw notAllowed(answer)
    if (answer.status === 404) throw new RemoteError('no-database', reasonOf(answer) ?? 'There is no such database.')
    if (answer.status < 200 || answer.status > 299) throw unexpected(answer)
    const parsed = schema.safeParse(answer.json)
    if (!parsed.success) throw new RemoteError('failed', 'The server answers what CouchDB would not.')
    return parsed.data
  }

  const { read, readRevision, readAt, fetchBranches } = keyedReads({
    pace,
    async ask(schema, path, body) {
      const answer = await call('POST', path, { body, repeatable: true })
      return { value: await get(schema, answer), answer }
    },
  })

  /** Rows by the size of their requests. */
  function* requests(rows: readonly RemoteWrite[]): Iterable<{ rows: RemoteWrite[]; body: string }> {
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
      const text = JSON.stringify(toCouch(row))
      if (taken.length > 0 && bytes + text.length > Math.min(REQUEST_BYTES, pace.bytes)) yield flush()
      taken.push(row)
      texts.push(text)
      bytes += text.length
    }
    if (taken.length > 0) yield flush()
  }

  async function send(rows: readonly RemoteWrite[], body: string, signedInAnew = false): Promise<WriteOutcome[]> {
    const answer = await call('POST', '/_bulk_docs', { text: body })
    if (answer.status === 413 || answer.status === 400 || answer.status === 412) {
      // One row spoils the whole request: halve it until that row is alone.
      const [only] = rows
      // An attachment went that was there when we read the document ("missing_stub"): another revision, then.
      if (answer.status === 412 && rows.length === 1 && only) return [{ id: only.id, status: 'conflict' }]
      if (rows.length === 1 && only)
        return [
          {
            id: only.id,
            status: 'refused',
            code: answer.status === 413 ? 'too_large' : 'invalid',
            reason:
              reasonOf(answer) ?? (answer.status === 413 ? 'The document is too large for the server.' : 'Not valid.'),
          },
        ]
      const half = rows.length >> 1
      return (await Promise.all([write(rows.slice(0, half)), write(rows.slice(half))])).flat()
    }
    // A busy server may give up on much at once (the time of its validation is limited), and not on little.
    if (answer.status >= 500) pace.broke()
    const outcomes = new Map((await get(outcomesSchema, answer)).map((outcome) => [outcome.id, outcome]))
    // The stand-in says of each row what CouchDB says of the request (401): that the session ran out.
    if (!signedInAnew && [...outcomes.values()].some(({ error }) => error === 'unauthorized')) {
      await session.signIn()
      return send(rows, body, true)
    }
    return rows.map(({ id }): WriteOutcome => {
      const outcome = outcomes.get(id)
      if (outcome?.rev !== undefined && outcome.error === undefined) {
        // One copy alone has it (202): the feed will tell when others do, and then it is looked at like news.
        if (own.size < OWN_MAX && answer.status !== 202) own.set(id, outcome.rev)
        return { id, status: 'written', rev: outcome.rev }
      }
      if (outcome?.error === 'conflict') return { id, status: 'conflict' }
      if (outcome === undefined) throw new RemoteError('failed', 'The server did not answer for every document.')
      const reason = outcome.reason ?? outcome.error ?? 'The server gave no reason.'
      if (PASSING.test(outcome.error ?? '')) throw new RemoteError('failed', `The server is in trouble: ${reason}`)
      if (outcome.error === 'forbidden' || outcome.error === 'unauthorized')
        return { id, status: 'refused', code: 'forbidden', reason }
      if (/too_large/.test(outcome.error ?? '')) return { id, status: 'refused', code: 'too_large', reason }
      return { id, status: 'refused', code: 'invalid', reason }
    })
  }

  async function write(rows: readonly RemoteWrite[]): Promise<WriteOutcome[]> {
    const sent = [...requests(rows)].map((one) => {
      const answered = send(one.rows, one.body)
      const entry = { ids: new Set(one.rows.map(({ id }) => id)), answered }
      underWay.add(entry)
      return answered.finally(() => underWay.delete(entry))
    })
    return (await Promise.all(sent)).flat()
  }

  /** Waits for the writes that may have made these changes: the server answers soon after the feed shows the first. */
  async function knowOwn(changes: readonly { id: string }[]): Promise<void> {
    const ours = [...underWay].filter(({ ids }) => changes.some(({ id }) => ids.has(id)))
    await Promise.allSettled(ours.map(({ answered }) => answered))
  }

  /** The stand-in does not say how many changes follow, but counts them: its sequences are numbers. */
  async function countedFrom(sequence: string | number): Promise<number> {
    const info = await get(z.object({ update_seq: z.union([z.string(), z.number()]) }), await call('GET', ''))
    return typeof sequence === 'number' && typeof info.update_seq === 'number' ? info.update_seq - sequence : 1
  }

  async function readSecurity(): Promise<string> {
    return canonicalJson(await get(z.record(z.string(), z.json()), await call('GET', '/_security')))
  }

  /** Rows of a page, in the server's order, and how much follows. */
  async function readRows(since: string | undefined, limit: number, contents: string) {
    const from = since === undefined ? '0' : encodeURIComponent(since)
    // CouchDB works out the sequence of every row at some cost; only the last is of use.
    const place = `limit=${limit}&seq_interval=${limit}&since=${from}`
    const answer = await call('GET', `/_changes?${contents}&${place}`, { members: limit })
    const page = await get(changesSchema, answer)
    const rows = page.results.length + answer.leftOut.length
    const isLast = rows === 0 || (page.pending === undefined && rows < limit)
    const pending = isLast ? 0 : (page.pending ?? (await countedFrom(page.last_seq)))
    const design = page.results.find(({ id }) => id === DESIGN)
    if (design && design.changes[0]?.rev !== schemaRev) schemaChanged = true
    return { rows: page.results, since: String(page.last_seq), pending, answer }
  }

  async function changes(since: string | undefined, limit: number): Promise<ChangesPage> {
    // Right after sending a lot, most of the feed is our own: then only what is not is read.
    const withDocuments = own.size === 0 && underWay.size === 0
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
    await fetchBranches(documents)
    return { documents, behind, ...place }
  }

  /** A page by its rows, with the documents of those read by key that are not ours. */
  async function pageOfRows(since: string | undefined, limit: number): Promise<ChangesPage> {
    const { rows, answer: _, ...place } = await readRows(since, limit, 'style=all_docs')
    await knowOwn(rows)
    const news = rows.filter(({ id, changes }) => {
      const rev = own.get(id)
      own.delete(id)
      // A branch beside our own revision has to be joined like any other.
      return !id.startsWith('_') && (rev === undefined || rev !== changes[0]?.rev || changes.length > 1)
    })
    const current = await read(news.map(({ id }) => id))
    const documents: RemoteDocument[] = []
    const behind: Named[] = []
    for (const { id, deleted, changes } of news) {
      const rev = changes[0]?.rev ?? ''
      const now = current.get(id)
      if (now?.rev === rev) documents.push(now)
      else if (deleted && !now?.body) documents.push({ id, rev, deleted: true, body: undefined })
      else behind.push({ id, rev })
    }
    await fetchBranches(documents)
    return { documents, behind, ...place }
  }

  return {
    read,
    write,

    readAt,
    readRevision,
    changes,

    get copies() {
      return copies
    },

    async awaitChange(since, signal) {
      const from = since === undefined ? '0' : encodeURIComponent(since)
      const answer = await call('GET', `/_changes?feed=longpoll&limit=1&timeout=${POLL_MS}&since=${from}`, {
        signal,
        answerMs: POLL_MS + 20_000,
      })
      return (await get(z.object({ results: z.array(z.unknown()) }), answer)).results.length > 0
    },

    async getLocal(id) {
      const answer = await call('GET', `/_local/${encodeURIComponent(id)}`)
      if (answer.status === 404 && !isNoDatabase(answer)) {
        localRevs.delete(id)
        return undefined
      }
      const found = await get(z.looseObject({ _rev: z.string() }), answer)
      localRevs.set(id, found._rev)
      return found as RemoteBody
    },

    async putLocal(id, body) {
      for (let left = 4; ; left -= 1) {
        const found = localRevs.get(id)
        const widens = !narrow && (found === undefined || found.length < WIDE_REV.length)
        const rev = widens ? WIDE_REV : found
        const path = `/_local/${encodeURIComponent(id)}`
        const answer = await call('PUT', path, { body: { ...body, ...(rev === undefined ? {} : { _rev: rev }) } })
        if (answer.status === 409 && left > 1) {
          narrow ||= widens
          await this.getLocal(id)
          continue
        }
        localRevs.set(id, (await get(z.object({ rev: z.string() }), answer)).rev)
        return
      }
    },

    async schema() {
      schemaChanged = false
      // It is large, and seldom another one.
      const answer = await call('GET', `/${DESIGN}`, { have: known.design?._rev })
      if (answer.status === 404 && !isNoDatabase(answer)) return undefined
      const design = answer.status === 304 && known.design ? known.design : await get(designSchema, answer)
      known.design = design
      schemaRev = design._rev
      copies = (await get(databaseSchema, await call('GET', ''))).cluster?.n ?? 1
      security = await readSecurity()
      return { ...design.schema, organisation: design.organisation }
    },

    async securityChanged() {
      return (await readSecurity()) !== security
    },

    get rules() {
      return `${schemaRev} ${security}`
    },

    get schemaChanged() {
      return schemaChanged
    },
  }
}

/** CouchDB says 404 both for a document and for the database; the stand-in's words differ. */
const isNoDatabase = (answer: HttpAnswer): boolean => /database|no_db_file/i.test(reasonOf(answer) ?? '')

function notAllowed(answer: HttpAnswer): RemoteError {
  return new RemoteError('not-allowed', reasonOf(answer) ?? 'You are not allowed to use this database.')
}
