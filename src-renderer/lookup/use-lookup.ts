// Results as an agent types, and as people change.
// Invariant: one question at a time; while it is being answered only the latest text waits, and the last answer stays, so
// that the list does not flicker.

import type { ScvError } from '@shared/errors'
import { LOOKUP_TEXT_MAX } from '@shared/model/limits'
import type { LookupResult } from '@shared/model/views'
import { useState } from 'react'
import { useLive } from '../bridge/hooks'

const LIMIT = 100
/** What the contract takes of a text. */

export interface Lookup {
  /** The last answer; of a former text while `pending`. */
  result: LookupResult | undefined
  error: ScvError | undefined
  pending: boolean
  retry(): void
}

/**
 * Looks `text` up, which is already trimmed; the empty string asks nothing. The first letter is asked about at once; a fast
 * typist asks no more than can be answered.
 */
export function useLookup(text: string): Lookup {
  const [asked, setAsked] = useState(text)
  const live = useLive('people.lookup', asked === '' ? null : { text: asked.slice(0, LOOKUP_TEXT_MAX), limit: LIMIT }, {
    keepPrevious: true,
  })
  const busy = asked !== '' && live.status === 'loading'
  if (asked !== text && (!busy || text === '')) setAsked(text)

  const pending = text !== '' && (asked !== text || busy)
  return {
    result: text === '' ? undefined : live.value,
    error: text === '' || pending ? undefined : live.error,
    pending,
    retry: () => setAsked(''),
  }
}
