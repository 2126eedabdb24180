// What an agent does about a cluster: merge, never, not now, and back. Invariant: each step can be taken back by the key for it.
import type { AsideCluster, DuplicateCluster } from '@shared/contract/duplicates'
import type { ScvError } from '@shared/errors'
import { client, useCall } from '../bridge/hooks'
import { showUndo } from '../components/undo-notice'
import { personName } from '../format/words'
import { mayOrSay } from '../state/access'
import { useNavigation } from '../state/navigation'

/** A suggestion, or one that was put aside: by which user and when. */
export type ShownCluster = DuplicateCluster & Partial<Pick<AsideCluster, 'by' | 'at'>>

export interface Settling {
  /** Opens the people side by side. */
  merge(cluster: DuplicateCluster): void
  /** Records that no two of them must ever be merged. */
  never(cluster: DuplicateCluster): Promise<void>
  /** Puts the suggestion aside until it truly changed. */
  notNow(cluster: DuplicateCluster): Promise<void>
  /** Suggests again what was put aside. */
  putBack(cluster: DuplicateCluster): Promise<void>
  error: ScvError | undefined
}

const namesOf = ({ people }: DuplicateCluster): string => people.map(personName).join(', ')

/** Every two of some people. */
function pairsOf({ people }: DuplicateCluster) {
  return people.flatMap(({ id: a }, at) => people.slice(at + 1).map(({ id: b }) => ({ a, b })))
}

/** Pairs as they were looked at. */
const seenPairs = ({ pairs }: DuplicateCluster) => pairs.map(({ a, b, certainty }) => ({ a, b, certainty }))

export function useSettling(): Settling {
  const go = useNavigation((state) => state.go)
  const forbid = useCall('merges.cannotLink')
  const putAside = useCall('duplicates.putAside')
  return {
    merge: ({ people }) =>
      mayOrSay('identity:merge') && go({ screen: 'merge', contactIds: people.map(({ id }) => id) }),
    async never(cluster) {
      if (!mayOrSay('identity:merge')) return
      try {
        for (const pair of pairsOf(cluster)) await forbid.run({ ...pair, standing: true })
      } catch {
        return // it stands in `error`, which is shown above the list
      }
      showUndo({
        text: `${namesOf(cluster)}: never to be merged, on every device.`,
        onUndo: async () => {
          for (const pair of pairsOf(cluster)) await client.call('merges.cannotLink', { ...pair, standing: false })
        },
      })
    },
    async notNow(cluster) {
      if (!mayOrSay('contact:edit')) return
      const pairs = seenPairs(cluster)
      try {
        await putAside.run({ pairs, aside: true })
      } catch {
        return // it stands in `error`, which is shown above the list
      }
      showUndo({
        text: `${namesOf(cluster)}: not suggested again, unless a change makes it more likely.`,
        onUndo: () => client.call('duplicates.putAside', { pairs, aside: false }),
      })
    },
    async putBack(cluster) {
      if (!mayOrSay('contact:edit')) return
      const pairs = seenPairs(cluster)
      try {
        await putAside.run({ pairs, aside: false })
      } catch {
        return // it stands in `error`, which is shown above the list
      }
      showUndo({
        text: `${namesOf(cluster)}: suggested again.`,
        onUndo: () => client.call('duplicates.putAside', { pairs, aside: true }),
      })
    },
    error: forbid.error ?? putAside.error,
  }
}
