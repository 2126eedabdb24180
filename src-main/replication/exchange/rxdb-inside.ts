// What is read of RxDB's private state: no other file does, and a test fails when another version of RxDB has it no more
// (`test/replication/rxdb-inside.test.ts`). Why it has to be read at all stands at each function.
import { getAssumedMasterState } from 'rxdb'
import type { RxReplicationState } from 'rxdb/plugins/replication'

/** How RxDB marks what it writes itself, coming from the server. */
export const ARRIVED = 'replication-downstream-'

/** Of whatever documents, with whatever checkpoints. */
type State<D, C> = RxReplicationState<D, C>

/** RxDB's position in what is sent. */
export interface SentUpTo {
  id: string
  lwt: number
}

/** Waits until what is being sent is noted as sent, too: RxDB would leave news of it aside, as if ours came later. */
export async function sendingNoted<D, C>(state: State<D, C>): Promise<void> {
  await state.internalReplicationState?.streamQueue.up
}

/** The checkpoint behind what was received and stored. RxDB tells of what it received before it is stored. */
export function storedCheckpoint<D, C>(state: State<D, C>): unknown {
  return state.internalReplicationState?.lastCheckpointDoc.down?.checkpointData
}

/** How far was sent, to count what was not. RxDB types both directions' positions as the pull's; this is the storage's own. */
export function sentCheckpoint<D, C>(state: State<D, C>): SentUpTo | undefined {
  return state.internalReplicationState?.lastCheckpointDoc.up?.checkpointData as unknown as SentUpTo | undefined
}

/** What RxDB believes that the server has, of those among `ids` that it believes to be there. */
export async function believedDocuments<D, C>(state: State<D, C>, ids: readonly string[]): Promise<object[]> {
  const inside = state.internalReplicationState
  const states = inside ? await getAssumedMasterState(inside, [...ids]) : {}
  return Object.values(states).map(({ docData }) => docData)
}

/** Whether it is at work: `awaitInSync` would start more of it. */
export function isBusy<D, C>(state: State<D, C>): boolean {
  const events = state.internalReplicationState?.events
  return events === undefined || events.active.up.getValue() || events.active.down.getValue()
}

/** Cancels, so that nothing is noted as sent or stored any more, and waits for what was under way: RxDB does not. */
export async function endReplication<D, C>(state: State<D, C>): Promise<void> {
  await state.cancel()
  const inside = state.internalReplicationState
  // What runs into its closed bookkeeping fails, and was not noted: it is exchanged again.
  await Promise.allSettled([inside?.streamQueue.up, inside?.streamQueue.down, inside?.checkpointQueue])
}
