// Sending one collection's changes: what is written blindly, what is compared first, and what goes back as a conflict.
// Invariants: every row is judged by itself; a row that the server will not have is set aside, never sent again and again;
// a document is a conflict only if its content differs; a tombstone meets the join like any other state.
// Why each: the scenarios of the sync specification, named in `test/replication/traps.test.ts`.
import { sameJson } from '../../engine/documents/canonical-json'
import { type AnyDocument, type Documents, JOINS, type Kind } from '../../engine/documents/kinds'
import { checkDocument } from '../../engine/documents/validate'
import { type Remote, type RemoteBody, type RemoteDocument, RemoteError, type RemoteWrite } from '../couch/remote'
import { fromRemoteBody, remoteId, toRemoteBody } from '../couch/wire'

export type Deletable<K extends Kind> = Documents[K] & { _deleted: boolean }

/** One change to send: what the server was believed to have, and what it shall have. */
export interface PushRow<K extends Kind> {
  assumed: Deletable<K> | undefined
  next: Deletable<K>
}

/** A change that the server will not have, or that cannot be joined with what it has. */
export interface RefusedRow<K extends Kind> {
  next: Deletable<K>
  reason: string
}

export interface PushOutcome<K extends Kind> {
  /** The server's state of documents that differ from what was believed: to be joined, and sent again. */
  conflicts: Deletable<K>[]
  refused: RefusedRow<K>[]
  /** Ids that the server has now as we do. */
  sent: string[]
  /** Some of them were there already: no write of ours was followed by a mark. */
  found: boolean
}

/** Writes that lose a race are judged again so often before the whole is tried again later. */
const ROUNDS = 3

/**
 * @param careful read what the server has before writing new documents, too: after its database was replaced most of
 *   them are there already
 * @throws RemoteError when the server cannot be used as a whole; nothing is known of the rows then
 */
export async function push<K extends Kind>(
  remote: Pick<Remote, 'read' | 'write'>,
  kind: K,
  rows: readonly PushRow<K>[],
  careful: boolean,
): Promise<PushOutcome<K>> {
  const outcome: PushOutcome<K> = { conflicts: [], refused: [], sent: [], found: false }
  // A document nobody else can know is written at once; if somebody does, the server says so.
  const isNew = (row: PushRow<K>) => !careful && row.assumed === undefined && !row.next._deleted
  let blind = rows.filter(isNew)
  let compared = rows.filter((row) => !isNew(row))
  /** Refused, over which revision and why: that may have been a revision which is no longer there. */
  let doubted = new Map<PushRow<K>, { over: string | undefined; reason: string }>()
  for (let round = 1; blind.length + compared.length > 0; round += 1) {
    const current = await remote.read(compared.map(({ next }) => remoteId(kind, next.id)))
    const writes: { row: PushRow<K>; write: RemoteWrite }[] = blind.map((row) => ({ row, write: writeOf(kind, row) }))
    for (const row of compared) {
      const theirs = current.get(remoteId(kind, row.next.id))
      const doubt = doubted.get(row)
      if (doubt && doubt.over === (theirs?.deleted ? undefined : theirs?.rev)) {
        outcome.refused.push({ next: row.next, reason: doubt.reason })
        continue
      }
      const verdict = judge(kind, row, theirs)
      if (verdict.do === 'write') writes.push({ row, write: verdict.write })
      else if (verdict.do === 'nothing') {
        outcome.sent.push(row.next.id)
        outcome.found = true
      } else if (verdict.do === 'conflict') outcome.conflicts.push(verdict.master)
      else outcome.refused.push({ next: row.next, reason: verdict.reason })
    }
    const answers = writes.length > 0 ? await remote.write(writes.map(({ write }) => write)) : []
    blind = []
    compared = []
    doubted = new Map()
    answers.forEach((answer, i) => {
      const { row, write } = writes[i] ?? {}
      if (!row || !write) return
      if (answer.status === 'written') outcome.sent.push(row.next.id)
      else {
        // Somebody was faster: look again. Also what validation refused: a server may judge before it sees the conflict.
        if (answer.status === 'refused') doubted.set(row, { over: write.rev, reason: answer.reason })
        compared.push(row)
      }
    })
    if (compared.length > doubted.size && round >= ROUNDS)
      throw new RemoteError('failed', 'Others keep changing the same documents on the server.')
  }
  return outcome
}

type Verdict<K extends Kind> =
  | { do: 'write'; write: RemoteWrite }
  | { do: 'nothing' }
  | { do: 'conflict'; master: Deletable<K> }
  | { do: 'set-aside'; reason: string }

/** What to do with a change, given what the server has (undefined: it never had it). Pure. */
export function judge<K extends Kind>(
  kind: K,
  { assumed, next }: PushRow<K>,
  current: RemoteDocument | undefined,
): Verdict<K> {
  if (!current) return next._deleted ? { do: 'nothing' } : { do: 'write', write: writeOf(kind, { next }) }
  if (current.deleted) {
    if (next._deleted) return { do: 'nothing' }
    if (assumed && !assumed._deleted) return { do: 'conflict', master: { ...next, _deleted: true } }
    // Without a revision: CouchDB takes a document that follows its tombstone for new, and a named tombstone for a conflict.
    return { do: 'write', write: writeOf(kind, { next }) }
  }
  const body = current.body ?? {}
  if (!next._deleted && sameJson(membersOf(body), toRemoteBody(next))) return { do: 'nothing' }
  if (assumed && !assumed._deleted && sameJson(membersOf(body), toRemoteBody(assumed)))
    return { do: 'write', write: writeOf(kind, { next }, current) }
  const checked = checkDocument(kind, fromRemoteBody(next.id, body))
  if (!checked.ok)
    return { do: 'set-aside', reason: `The server has this document in a form that cannot be read (${checked.reason})` }
  const master = { ...checked.document, _deleted: false } as Deletable<K>
  try {
    // What RxDB's conflict handler will do with it: if it cannot, sync must not stand still for this one document.
    if (!next._deleted) JOINS[kind](checked.document, next)
  } catch (error) {
    return { do: 'set-aside', reason: `It cannot be joined with what the server has (${String(error)})` }
  }
  return { do: 'conflict', master }
}

function writeOf<K extends Kind>(
  kind: K,
  { next }: { next: Deletable<K> },
  current?: Pick<RemoteDocument, 'rev' | 'attachments'>,
): RemoteWrite {
  return {
    id: remoteId(kind, next.id),
    body: next._deleted ? {} : toRemoteBody(next as AnyDocument),
    ...(current ? { rev: current.rev } : {}),
    ...(current?.attachments ? { attachments: current.attachments } : {}),
    ...(next._deleted ? { deleted: true } : {}),
  }
}

const membersOf = (body: RemoteBody): RemoteBody =>
  Object.fromEntries(Object.entries(body).filter(([key]) => !key.startsWith('_')))
