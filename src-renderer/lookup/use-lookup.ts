// Results as one types.
// Invariant: an answer is shown only if nothing newer has been asked since; while the next one is on its way, the last
// one stays, so that the list does not flicker.
import type { ScvError } from '@shared/errors'
import type { LookupResult } from '@shared/model/views'
import { useEffect, useState } from 'react'
import { client } from '../bridge/hooks'

/** Short enough to feel immediate, long enough that a fast typist does not ask for every letter. */
const PAUSE_MS = 50
const LIMIT = 100

interface Answer {
  text: string
  result?: LookupResult
  error?: ScvError
}

export interface Lookup {
  /** The last answer; of a former text while `pending`. */
  result: LookupResult | undefined
  error: ScvError | undefined
  pending: boolean
  retry(): void
}

/** Looks `text` up, which is already trimmed; the empty string asks nothing. */
export function useLookup(text: string): Lookup {
  const [answer, setAnswer] = useState<Answer>({ text: '' })
  const [attempt, setAttempt] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks the same text again
  useEffect(() => {
    if (text === '') {
      setAnswer({ text: '' })
      return
    }
    let stale = false
    const timer = setTimeout(() => {
      client.call('people.lookup', { text: text.slice(0, 512), limit: LIMIT }).then(
        (result) => {
          if (!stale) setAnswer({ text, result })
        },
        (error: ScvError) => {
          if (!stale) setAnswer({ text, error })
        },
      )
    }, PAUSE_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [text, attempt])

  return {
    result: text === '' ? undefined : answer.result,
    error: text === '' ? undefined : answer.error,
    pending: text !== '' && answer.text !== text,
    retry: () => setAttempt((value) => value + 1),
  }
}
