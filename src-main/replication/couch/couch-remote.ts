// The port `Remote` over a CouchDB database (3.x) and HTTP, put together from its parts.
// Invariant: no document id stands in a URL (they go in bodies, of any number and with any character), and sequences are
// handed back as they came. Sources: CouchDB 3.5 API reference, `/db/_changes`, `/db/_bulk_docs`, `/db/_all_docs`.
import { bulkWrites } from './bulk-writes'
import { changesFeed } from './changes-feed'
import { databaseCalls } from './database-calls'
import { type KeyedReads, keyedReads } from './keyed-reads'
import { localDocuments } from './local-documents'
import { Pace } from './pace'
import type { Remote } from './remote'
import { type Design, serverRules } from './server-rules'
import type { Session } from './session'

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
  design?: Design
}
export const newAcquaintance = (): Acquaintance => ({ pace: new Pace() })

/**
 * @param database its name on the server
 * @param known what earlier connections have shown; what this one shows is added
 */
export function couchRemote(session: Session, database: string, known: Acquaintance = newAcquaintance()): CouchRemote {
  const { pace } = known
  const calls = databaseCalls(session, database, pace)
  const writes = bulkWrites(calls, session, pace)
  const server = serverRules(calls, known)
  const reads = keyedReads({
    pace,
    async ask(schema, path, body) {
      const answer = await calls.call('POST', path, { body, repeatable: true })
      return { value: calls.read(schema, answer), answer }
    },
  })
  const { changes, awaitChange } = changesFeed({ calls, pace, reads, writes, onDesign: server.seen })
  return {
    ...localDocuments(calls),
    changes,
    awaitChange,
    read: reads.read,
    readAt: reads.readAt,
    readRevision: reads.readRevision,
    write: writes.write,
    schema: server.schema,
    securityChanged: server.securityChanged,
    get copies() {
      return server.copies
    },
    get rules() {
      return server.rules
    },
    get schemaChanged() {
      return server.schemaChanged
    },
  }
}
