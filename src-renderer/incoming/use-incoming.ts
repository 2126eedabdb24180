// Interactions that arrived, as every part of the window sees them: the list, the dock, the number in the navigation.
import type { Incoming } from '@shared/contract/local-api'
import { useLive } from '../bridge/hooks'
import { docked, openOnes, useIncomingMemory } from '../state/incoming'

export function useIncoming() {
  const live = useLive('incoming.list', {})
  const memory = useIncomingMemory()
  const all: readonly Incoming[] = live.value ?? []
  return { live, all, open: openOnes(all, memory), queue: docked(all, memory) }
}
