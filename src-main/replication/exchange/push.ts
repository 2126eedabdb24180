// Sending one collection's changes: what is written blindly, what is compared first, and what goes back as a conflict.
// Invariants: every row is judged by itself; a row that the server will not have is set aside, never sent again and again;
// a document is a conflict only if its content differs; a tombstone meets the join like any other state; what the server has of
// a document is the join of its branches, and nothing is written over a copy that is behind what is known of it.
// Why each: the scenarios of the sync specification, named in `test/replication/traps.test.ts`.
import { admitted, joinAdmitted } from '../../engine/documents/admitted'
import { sameJson } from '../../engine/documents/canonical-json'
import { type AnyDocument, type Documents, JOINS, type Kind } from '../../engine/documents/kinds'
import { checkDocument } from '../../engine/documents/validate'
import { writableOver } from '../../engine/documents/writable'
import { type ServerState, stateOf } from '../couch/branches'
import { LagError, type Remote, type RemoteDocument, RemoteError, type RemoteWrite } from '../couch/remote'
import { fromRemoteBody, remoteId, toRemoteBody } from '../couch/wire'
import { patienceWith } from './patience'

/** A document as it comes: a deletion is one, too. */
export type Pulled = AnyDocument & { _deleted: boolean }
export type Deletable<K extends Kind> = Documents[K] & { _deleted: boolean }

/** One change to send: what the server was believed to have, and what it shall have. */
export interface PushRow<K extends Kind> {
  assumed: Deletable<K> | undefined
  next: Deletable<K>
}

/** A change that the server will not have, or that cannot be joined with what it has. */
interface RefusedRow<K extends Kind> {
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
/** With several copies a refusal can come from one that is behind: it is believed when it comes so often. */
const REFUSALS = 3

/**
 * @param compareFirst read what the server has before writing new documents, too: after its database was replaced most of
 *   them are there already
 * @param user who is signed in: over a document with several branches only their own is written
 * @throws RemoteError when the server cannot be used as a whole; nothing is known of the rows then
 */
export async function push<K extends Kind>(
  remote: Pick<Remote, 'read' | 'readRevision' | 'write' | 'copies'>,
  kind: K,
  rows: readonly PushRow<K>[],
  compareFirst: boolean,
  user = '',
): Promise<PushOutcome<K>> {
  const outcome: PushOutcome<K> = { conflicts: [], refused: [], sent: [], found: false }
  // A document that no other device can know is written at once; if one does, the server says so.
  const isNew = (row: PushRow<K>) => !compareFirst && row.assumed === undefined && !row.next._deleted
  let blind = rows.filter(isNew)
  let compared = rows.filter((row) => !isNew(row))
  const patience = patienceWith(remote)
  /** Refused, over which revision, why and how often: that may have been a revision which is no longer there. */
  let doubted = new Map<PushRow<K>, Doubt>()
  let impatient = false
  for (let round = 1; blind.length + compared.length > 0; ) {
    const current = await remote.read(compared.map(({ next }) => remoteId(kind, next.id)))
    const writes: { row: PushRow<K>; write: RemoteWrite }[] = blind.map((row) => ({ row, write: writeOf(kind, row) }))
    const behind: PushRow<K>[] = []
    for (const row of compared) {
      const theirs = current.get(remoteId(kind, row.next.id))
      const known = await knownOf(remote, kind, row, theirs, impatient)
      if (known === 'behind') {
        behind.push(row)
        continue
      }
      const doubt = doubted.get(row)
      if (doubt?.over === revOf(theirs) && doubt && (impatient || doubt.times >= refusalsFrom(remote))) {
        const deleted = theirs?.deleted ? 'It was deleted on the server meanwhile, and cannot be brought back: ' : ''
        outcome.refused.push({ next: row.next, reason: deleted + doubt.reason })
        continue
      }
      const verdict = judge(kind, row, theirs, known, user)
      if (verdict.do === 'write') writes.push({ row, write: verdict.write })
      else if (verdict.do === 'nothing') {
        outcome.sent.push(row.next.id)
        outcome.found = true
      } else if (verdict.do === 'conflict') outcome.conflicts.push(verdict.master)
      else outcome.refused.push({ next: row.next, reason: verdict.reason })
    }
    const answers = writes.length > 0 ? await remote.write(writes.map(({ write }) => write)) : []
    const before = doubted
    blind = []
    compared = behind
    doubted = new Map()
    let outrun = 0
    answers.forEach((answer, i) => {
      const { row, write } = writes[i] ?? {}
      if (!row || !write) return
      if (answer.status === 'written') outcome.sent.push(row.next.id)
      else {
        // Another writer was faster: look again. Also what validation refused: a server may judge before it sees the conflict.
        if (answer.status === 'refused')
          doubted.set(row, { over: write.rev, reason: answer.reason, times: (before.get(row)?.times ?? 0) + 1 })
        else outrun += 1
        compared.push(row)
      }
    })
    if (outrun > 0 && round >= ROUNDS)
      throw new RemoteError('failed', 'Others keep changing the same documents on the server.')
    if (outrun > 0) round += 1
    if (behind.length + doubted.size > 0 && !impatient) impatient = !(await patience.again())
  }
  return outcome
}

interface Doubt {
  over: string | undefined
  reason: string
  times: number
}

const revOf = (theirs: RemoteDocument | undefined): string | undefined => (theirs?.deleted ? undefined : theirs?.rev)
const refusalsFrom = ({ copies = 1 }: Pick<Remote, 'copies'>): number => (copies > 1 ? REFUSALS : 1)

/** What the server has of a living document, or nothing; `behind`: the copy that answered knows less than we were told. */
async function knownOf<K extends Kind>(
  remote: Pick<Remote, 'readRevision' | 'copies'>,
  kind: K,
  { assumed, next }: PushRow<K>,
  theirs: RemoteDocument | undefined,
  impatient: boolean,
): Promise<ServerState<K> | undefined | 'behind'> {
  const doubts = !impatient && (remote.copies ?? 1) > 1
  // It may have been deleted there, which is why it went here.
  if (next._deleted && theirs?.body && doubts) return 'behind'
  const believed = assumed && !assumed._deleted && doubts ? assumed : undefined
  if (!theirs) return believed ? 'behind' : undefined
  if (!theirs.body) return undefined
  try {
    const { conflicts: _, ...alone } = theirs
    const read = await stateOf(remote, kind, next.id, impatient ? alone : theirs)
    if (!read.ok) return undefined
    return believed && !contains(kind, read.found.state, believed) ? 'behind' : read.found
  } catch (error) {
    if (error instanceof LagError) return 'behind'
    throw error
  }
}

/** Whether a document says all that another one does. */
function contains<K extends Kind>(kind: K, state: Documents[K], assumed: Deletable<K>): boolean {
  try {
    return sameJson(JOINS[kind](state, contentOf(assumed)), state)
  } catch {
    return true // that is found and told when they are judged
  }
}

type Verdict<K extends Kind> =
  | { do: 'write'; write: RemoteWrite }
  | { do: 'nothing' }
  | { do: 'conflict'; master: Deletable<K> }
  | { do: 'set-aside'; reason: string }

/**
 * What to do with a change, given what the server has (undefined: it never had it). Pure.
 * @param known the same with its branches; undefined: it cannot be read
 */
function judge<K extends Kind>(
  kind: K,
  { assumed, next }: PushRow<K>,
  current: RemoteDocument | undefined,
  known: ServerState<K> | undefined,
  user: string,
): Verdict<K> {
  // Deletions are registers: what goes physically was taken out of this device alone. What the server has of it comes back,
  // unless it cannot be read, which is why it went.
  if (next._deleted)
    return known ? { do: 'conflict', master: { ...known.state, _deleted: false } as Deletable<K> } : { do: 'nothing' }
  if (!current) return { do: 'write', write: writeOf(kind, { next }) }
  if (current.deleted) {
    if (assumed && !assumed._deleted) return { do: 'conflict', master: { ...next, _deleted: true } }
    // Without a revision: CouchDB takes a document that follows its tombstone for new, and a named tombstone for a conflict.
    return { do: 'write', write: writeOf(kind, { next }) }
  }
  if (!known) {
    const read = current.leftOut
      ? undefined
      : checkDocument(kind, fromRemoteBody(next.id, current.body ?? {}), current.asOf)
    const why = current.leftOut ? `too ${current.leftOut}` : read?.ok === false ? read.reason : 'it lags behind'
    return {
      do: 'set-aside',
      reason: `The server has this document in a form that cannot be read (${why.replace(/\.$/, '')})`,
    }
  }
  const { winner, state, branches } = known
  const says = (one: Documents[K]) => toRemoteBody(one as AnyDocument)
  if (sameJson(says(state), says(next))) return { do: 'nothing' }
  // Ours says less where something was taken out of this device alone: it comes back, and is not taken from the server.
  if (
    assumed &&
    !assumed._deleted &&
    sameJson(says(state), says(assumed)) &&
    contains(kind, contentOf(next), living(state)) &&
    (branches.length > 0 || isWholly(kind, state, contentOf(next)))
  ) {
    const whole = branches.length === 0
    const written: Documents[K] = whole
      ? next
      : writableOver(kind, winner, state, contentOf(next), { user, nameless: false })
    if (!whole && sameJson(written, winner)) return { do: 'nothing' }
    return { do: 'write', write: writeOf(kind, { next: whole ? next : living(written) }, current) }
  }
  const master = { ...state, _deleted: false } as Deletable<K>
  try {
    // What RxDB's conflict handler will do with it: if it cannot, sync must not stand still for this one document.
    JOINS[kind](state, next)
  } catch (error) {
    return { do: 'set-aside', reason: `It cannot be joined with what the server has (${String(error)})` }
  }
  return { do: 'conflict', master }
}

/** Whether the server takes all of a document that contains what it has. */
const isWholly = <K extends Kind>(kind: K, theirs: Documents[K], ours: Documents[K]): boolean =>
  admitted(kind, theirs, ours) === ours || sameJson(joinAdmitted(kind, theirs, ours), ours)

/** The document without what replication says of it. */
export const contentOf = <K extends Kind>({ _deleted, ...content }: Deletable<K>): Documents[K] =>
  content as unknown as Documents[K]
export const living = <K extends Kind>(document: Documents[K]): Deletable<K> => ({ ...document, _deleted: false })

function writeOf<K extends Kind>(
  kind: K,
  { next }: { next: Deletable<K> },
  current?: Pick<RemoteDocument, 'rev' | 'attachments'>,
): RemoteWrite {
  return {
    id: remoteId(kind, next.id),
    body: toRemoteBody(next as AnyDocument),
    ...(current ? { rev: current.rev } : {}),
    ...(current?.attachments ? { attachments: current.attachments } : {}),
  }
}
