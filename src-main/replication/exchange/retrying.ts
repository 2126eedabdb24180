// Trying again by itself what was set aside: under another user, other roles or other rules; where the document has changed
// on the server since; what waits for its time now and then; once in each connection what could not be read, and each hour
// what lay too far ahead; and what one copy of the server alone was known to have.
// Invariant: one round at a time; a document that is written meanwhile is no failure: it comes here again with that change.
import { ScvError } from '@shared/errors'
import type { DocumentStore } from '../../engine/ports'
import { type Remote, RemoteError } from '../couch/remote'
import type { SessionUser } from '../couch/session'
import type { AsideKey, SyncFile } from '../state/sync-file'
import { comingNearer, waitingForTheirTime } from './in-its-time'
import { retryAside } from './set-aside'

/** What waits for its time is tried again so often: a few documents, and all the others once one of them went through. */
const AGAIN_MS = 60_000
const PROBES = 5
/** What lay too far ahead to be read is looked at so many times more seldom, and so many documents at once. */
const NEARER_FACTOR = 60
const NEARER_MOST = 100

/**
 * What one copy of the server alone was known to have is looked for after so long: by then the others have it, or that copy is
 * lost, and it is sent again. So many at once.
 */
const ALONE_MS = 30_000
const ALONE_MOST = 500

export interface Retrying {
  /** Something of ours that was refused has changed on the server: the reason may be gone. */
  changed(entry: AsideKey): void
  /** Begins a round where there is reason for one. To be called now and then. */
  look(): void
  /** Tries entries again now. @throws RemoteError, ScvError */
  retry(entries: readonly AsideKey[]): Promise<void>
  /** Settled when no round is under way. */
  readonly done: Promise<void>
}

/** When it is time again to look at what may be there: where it is not, not before a while from now. */
function turns(now: () => number, everyMs: number, isThere: () => boolean, last = now()) {
  let at = last
  const take = () => {
    at = now()
  }
  return {
    get isDue(): boolean {
      if (Math.abs(now() - at) < everyMs) return false
      const found = isThere()
      if (!found) take()
      return found
    },
    take,
  }
}

export function createRetrying(options: {
  remote: Pick<Remote, 'read' | 'readRevision' | 'write' | 'copies'>
  store: DocumentStore
  file: SyncFile
  user: SessionUser
  /** What the server judges by. */
  rules: string
  /** How often what waits for its time is tried, ms; a minute, unless given. */
  lookMs?: number | undefined
  now(): number
  /** A server that cannot be used ends the connection. */
  fail(error: unknown): void
  onDefect(error: unknown): void
}): Retrying {
  const { remote, store, file, user, rules, lookMs = AGAIN_MS, now, fail, onDefect } = options
  /** Under which the server judges what we send. */
  const judgedAs = JSON.stringify([user.name, [...user.roles].sort(), rules])
  let waiting: AsideKey[] = []
  /** Whether what could not be read was looked at again: by another version it may be, and what lay ahead comes near. */
  let readAgain = false
  let round: Promise<void> | undefined
  const isAside = (kind: AsideKey['kind']) => () => file.setAside.counts(kind).size > 0
  const timed = turns(now, lookMs, isAside('refused'), Number.NEGATIVE_INFINITY)
  const nearer = turns(now, lookMs * NEARER_FACTOR, isAside('unreadable'))
  const aloneTurns = turns(now, Math.min(ALONE_MS, lookMs), () => true)
  /** With how many of what waits for its time, and of what lay too far ahead, it goes on. */
  let probed = 0
  let looked = 0
  /** What was found in the list of what one copy alone has. */
  let alone: readonly Omit<AsideKey, 'kind'>[] = file.sentAlone.list(ALONE_MOST)

  async function retry(entries: readonly AsideKey[]): Promise<void> {
    for (const entry of entries) await retryAside(remote, store, file.setAside, entry, now, user.name)
  }

  /** What stood in the list when it was looked at last is old enough now. */
  async function lookForAlone(): Promise<void> {
    aloneTurns.take()
    const due = alone
    alone = []
    for (const { collection, documentId } of due) {
      file.sentAlone.remove(collection, documentId) // one copy may take it alone again
      try {
        await retry([{ kind: 'refused', collection, documentId }])
      } catch (error) {
        file.sentAlone.put(collection, documentId)
        throw error
      }
    }
    alone = file.sentAlone.list(ALONE_MOST)
  }

  async function retryTimed(): Promise<void> {
    const all = waitingForTheirTime(file.setAside)
    const from = probed % Math.max(1, all.length)
    const probes = [...all.slice(from), ...all.slice(0, from)].slice(0, PROBES)
    probed += probes.length
    await retry(probes)
    const isLeft = ({ kind, collection, documentId }: AsideKey) => file.setAside.has(kind, collection, documentId)
    if (!probes.every(isLeft)) await retry(all.filter((one) => !probes.includes(one) && isLeft(one)))
  }

  async function lookNearer(): Promise<void> {
    nearer.take()
    const all = comingNearer(file.setAside)
    const from = looked % Math.max(1, all.length)
    looked = from + NEARER_MOST
    await retry(all.slice(from, looked))
  }

  async function runRound(): Promise<void> {
    if (aloneTurns.isDue) await lookForAlone()
    if (timed.isDue) {
      timed.take()
      await retryTimed()
    }
    if (nearer.isDue) await lookNearer()
    const asOthers = file.state.triedAs !== judgedAs
    const entries = asOthers ? file.setAside.keys().filter(({ kind }) => kind === 'refused') : waiting
    if (!readAgain) entries.push(...file.setAside.keys().filter(({ kind }) => kind === 'unreadable'))
    readAgain = true
    waiting = []
    await retry(entries)
    if (asOthers) file.save({ triedAs: judgedAs })
  }

  return {
    changed: (entry) => void waiting.push(entry),
    retry,
    look() {
      const isQuiet = waiting.length === 0 && readAgain && file.state.triedAs === judgedAs
      if (round || (isQuiet && !timed.isDue && !nearer.isDue && !aloneTurns.isDue)) return
      round = runRound()
        .catch((error: unknown) => {
          if (error instanceof RemoteError) fail(error)
          else if (!(error instanceof ScvError && error.code === 'conflict')) onDefect(error)
        })
        .finally(() => {
          round = undefined
        })
    },
    get done() {
      return round ?? Promise.resolve()
    },
  }
}
