// The server as everything that writes to it sees it. Invariant: what is written is on this device's disk before it leaves,
// passes what holds back wrong stamps (sent-stamps.ts), and is followed by a mark before it counts as done.
import type { DocumentStore } from '../../engine/ports'
import type { Remote } from '../couch/remote'
import { type Departure, writeWhatMayLeave } from './sent-stamps'

export type GuardedRemote = Pick<Remote, 'read' | 'readRevision' | 'write' | 'copies'>

export function guardedRemote(options: {
  remote: Remote
  store: Pick<DocumentStore, 'flush'>
  depart: Departure
  /** One copy alone has what was written of a document. */
  onAlone(id: string): void
  mark(): Promise<void>
}): GuardedRemote {
  const { remote, store, depart, onAlone, mark } = options
  return {
    ...(remote.copies === undefined ? {} : { copies: remote.copies }),
    read: remote.read,
    readRevision: remote.readRevision,
    async write(rows) {
      const held = await depart(rows)
      await store.flush() // what the server has, a power cut may not take from here
      const outcomes = await writeWhatMayLeave((leaving) => remote.write(leaving), rows, held)
      for (const outcome of outcomes) if (outcome.status === 'written' && outcome.alone) onAlone(outcome.id)
      if (outcomes.some(({ status }) => status === 'written')) await mark()
      return outcomes
    },
  }
}
