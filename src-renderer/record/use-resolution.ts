// Who an identifier would resolve to, while it is typed. Creates nothing.
// Invariant: an answer is shown only for the identifiers that are asked for now.
import { ScvError } from '@shared/errors'
import type { IdentifierInput } from '@shared/model/identifier'
import type { Resolution } from '@shared/model/views'
import { useEffect, useState } from 'react'
import { client } from '../bridge/hooks'

const PAUSE_MS = 120

export type ResolutionState =
  | { status: 'idle' }
  | { status: 'asking' }
  | { status: 'ready'; value: Resolution }
  | { status: 'error'; error: ScvError }

/** Asks what recording an interaction with this identifier would resolve to; null asks nothing. */
/** @param round asks again when it changes */
export function useResolution(identifier: IdentifierInput | null, round = 0): ResolutionState {
  const asked = identifier === null ? null : JSON.stringify(identifier)
  const [seen, setSeen] = useState<{ asked: string; state: ResolutionState } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round asks again
  useEffect(() => {
    if (asked === null) return
    let stale = false
    const settle = (state: ResolutionState): void => {
      if (!stale) setSeen({ asked, state })
    }
    const timer = setTimeout(() => {
      client.call('interactions.resolve', { identifiers: [JSON.parse(asked) as IdentifierInput] }).then(
        (value) => settle({ status: 'ready', value }),
        (error: unknown) =>
          settle({
            status: 'error',
            error: error instanceof ScvError ? error : new ScvError('internal', String(error)),
          }),
      )
    }, PAUSE_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [asked, round])
  if (asked === null) return { status: 'idle' }
  return seen?.asked === asked ? seen.state : { status: 'asking' }
}
