// Delivers to the thread of the search index what the views told, in order, and again where something failed.
// Invariant: `written` is a number up to which the index has everything; a delivery that fails is tried again from there.
import type { SearchChange } from './index-file'
import { type Indexing, indexingOf } from './indexing'
import { createRetelling, IndexClosed, type RetellingOptions } from './retelling'

/** A writer waits while so many people were told of and are not in the index: it takes a tenth of a second for them. */
const MOST_UNDER_WAY = 2048
/** A failure is tried again after so many ms. */
const AGAIN_MS = 1000

export interface DeliveryOptions extends RetellingOptions {
  /** Up to this number the views remember nothing. */
  forgotten(): number
  /** Told of the first of several failures. */
  onError(error: unknown): void
  /** Told when the index has all that was told, and is told of each commit from here on. */
  onInStep?(): void
}

export interface Delivery {
  readonly indexing: Indexing
  readonly written: number
  /** Whether the index lacks people who were never told of since. */
  readonly isMakingAnew: boolean
  /** The file is there, and it is known whether the index has to be made anew. */
  readonly opened: Promise<void>
  /** Brings the index up to what was told, from wherever it is. Never rejects: it is tried again. */
  catchUp(): Promise<void>
  /** Tells it of what was just committed. */
  send(n: number, changes: readonly SearchChange[]): void
  /** Resolves when the index is so far, or cannot be written at the moment. */
  waitFor(n: number): Promise<void>
  /** As `waitFor`. @throws why it is not so far */
  reach(n: number): Promise<void>
  /** Waits until there is room for more. */
  makeRoom(): Promise<void>
  /** Waits until it is so far, and tries nothing again. */
  end(n: number): Promise<void>
}

export function createDelivery(path: string, options: DeliveryOptions): Delivery {
  const { forgotten, last, onError, onInStep } = options
  const indexing = indexingOf(path)
  let written = 0
  /** Told and not in the index yet, in their order. */
  const underWay: { n: number; people: number }[] = []
  /** Whether the thread is told of each commit; else all is caught up with first. */
  let inStep = false
  let isFailing = false
  let isEnding = false
  let catchingUp: Promise<void> | undefined
  let again: NodeJS.Timeout | undefined
  let waiters: { upTo: number; resolve(): void }[] = []
  let isOpened: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    isOpened = resolve
  })
  const retelling = createRetelling(indexing, options, { onBegin: () => isOpened(), isEnding: () => isEnding })

  function wake(): void {
    const done = inStep ? waiters.filter(({ upTo }) => upTo <= written) : waiters
    waiters = waiters.filter((one) => !done.includes(one))
    for (const { resolve } of done) resolve()
  }

  function failed(error: unknown): void {
    const isFirst = !isFailing
    isFailing = true
    inStep = false
    underWay.length = 0
    isOpened()
    wake()
    if (!isEnding)
      again ??= setTimeout(() => {
        again = undefined
        if (!inStep) void catchUp()
      }, AGAIN_MS).unref()
    if (isFirst && !(error instanceof IndexClosed)) onError(error)
  }

  async function catchUpOnAll(): Promise<void> {
    const { reached: found, madeUpTo } = await indexing.open()
    const isKnown = (n: number | undefined): n is number => n !== undefined && n >= forgotten() && n <= last()
    if (isKnown(found)) isOpened()
    let reached = isKnown(found)
      ? found
      : await retelling.makeAnew(madeUpTo && isKnown(madeUpTo.since) ? madeUpTo : { personId: '', since: last() })
    while (reached < last() && !isEnding) reached = await retelling.tellAfter(reached)
    written = reached
    inStep = reached === last()
    isFailing = false
    wake()
    if (inStep) onInStep?.()
  }

  /** One at a time, and those who ask meanwhile share it. */
  function attempt(): Promise<void> {
    catchingUp ??= catchUpOnAll().finally(() => {
      catchingUp = undefined
    })
    return catchingUp
  }

  const catchUp = () => attempt().catch(failed)

  function waitFor(n: number): Promise<void> {
    // Who searches finds what there was before a failure, and nothing while there is nothing to find in.
    if (retelling.isMakingAnew && !isFailing) return (catchingUp ?? Promise.resolve()).catch(() => undefined)
    if (!inStep || n <= written) return Promise.resolve()
    return new Promise((resolve) => waiters.push({ upTo: n, resolve }))
  }

  return {
    ...{ indexing, opened, catchUp, waitFor },
    get written() {
      return written
    },
    get isMakingAnew() {
      return retelling.isMakingAnew
    },
    send(n, changes) {
      if (!inStep) {
        if (!again) void catchUp()
        return
      }
      underWay.push({ n, people: changes.length })
      indexing.take(changes, n - 1, n).then(
        () => {
          if (!inStep) return
          underWay.shift()
          written = n
          wake()
        },
        (error: unknown) => {
          if (inStep) failed(error)
        },
      )
    },
    async reach(n) {
      if (inStep) await waitFor(n)
      else await attempt()
    },
    async makeRoom() {
      while (underWay.reduce((sum, { people }) => sum + people, 0) > MOST_UNDER_WAY) await waitFor(underWay[0]?.n ?? 0)
    },
    async end(n) {
      isEnding = true
      clearTimeout(again)
      await catchingUp?.catch(() => undefined) // it was told
      await waitFor(n)
    },
  }
}
