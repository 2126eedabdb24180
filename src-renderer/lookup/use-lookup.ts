// Results as one types, and as people change.
// Invariant: an answer is shown only if nothing newer has been asked since; while the next one is on its way, the last
// one stays, so that the list does not flicker.
import type { ScvError } from '@shared/errors'
import type { LookupResult } from '@shared/model/views'
import { useCallback, useEffect, useRef, useState } from 'react'
import { client } from '../bridge/hooks'

const LIMIT = 100
/** After a change the answer is asked for again this late, ms: an organisation that arrives asks no more often. */
const AGAIN_MS = 400

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

/**
 * Looks `text` up, which is already trimmed; the empty string asks nothing. The first letter is asked about at once, and
 * one question at a time: while it is being answered, only the latest text waits. That is as fast as the answers are, and
 * a fast typist asks no more than can be answered.
 * @param people something that is another with every change of people, wherever it was made
 */
export function useLookup(text: string, people?: unknown): Lookup {
  const [answer, setAnswer] = useState<Answer>({ text: '' })
  const wanted = useRef('')
  const busy = useRef(false)
  const here = useRef(true)

  const ask = useCallback((): void => {
    const asked = wanted.current
    if (busy.current || asked === '') return
    busy.current = true
    const settle = (answered: Answer): void => {
      busy.current = false
      if (!here.current) return
      if (wanted.current === asked) setAnswer(answered)
      else ask()
    }
    client.call('people.lookup', { text: asked.slice(0, 512), limit: LIMIT }).then(
      (result) => settle({ text: asked, result }),
      (error: ScvError) => settle({ text: asked, error }),
    )
  }, [])

  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  useEffect(() => {
    wanted.current = text
    if (text === '') setAnswer({ text: '' })
    else ask()
  }, [text, ask])

  const again = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (people === undefined) return
    again.current ??= setTimeout(() => {
      again.current = undefined
      ask()
    }, AGAIN_MS)
  }, [people, ask])
  useEffect(
    () => () => {
      clearTimeout(again.current)
      again.current = undefined
    },
    [],
  )

  return {
    result: text === '' ? undefined : answer.result,
    error: text === '' ? undefined : answer.error,
    pending: text !== '' && answer.text !== text,
    retry: ask,
  }
}
