// Carries out the life of a connection (life.ts): begins connections, ends those that are not wanted any more, and waits.
// Invariant: one connection at a time: the next begins when nothing of the former is at work; a wait can always be ended.
import { RemoteError } from '../couch/remote'
import { isConnected, type Life, type LifeEvent, next, UNBORN } from './life'

/** A longer timer would fire at once (Node, `setTimeout`). */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export interface LivingOptions {
  /** One connection, until it fails or the signal ends it. @throws RemoteError */
  connect(signal: AbortSignal): Promise<void>
  onChange(life: Life): void
  /** Told of failures that are none of a server's. */
  onDefect(error: unknown): void
}

export interface Living {
  readonly now: Life
  tell(event: LifeEvent): void
  /** Settled when nothing is at work any more; after `closed`. */
  readonly ended: Promise<void>
}

export function createLiving({ connect, onChange, onDefect }: LivingOptions): Living {
  let life = UNBORN
  let ending = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  function tell(event: LifeEvent): void {
    const former = life
    life = next(former, event, Math.random())
    if (life === former) return
    clearTimeout(timer)
    if (life.is === 'waiting' && life.waitMs !== undefined) {
      timer = setTimeout(tell, Math.min(life.waitMs, LONGEST_TIMER_MS), { type: 'due' })
      timer.unref()
    }
    if (isConnected(former) && (!isConnected(life) || life.attempt !== former.attempt))
      ending.abort(new RemoteError('cancelled', 'Ended on request.'))
    if (isConnected(life)) run()
    onChange(life)
  }

  function run(): void {
    running ??= connectInTurn()
      .catch(onDefect)
      .finally(() => {
        running = undefined
        if (isConnected(life)) run()
      })
  }

  async function connectInTurn(): Promise<void> {
    while (isConnected(life)) {
      const { attempt } = life
      ending = new AbortController()
      const failure = await connect(ending.signal).then(
        () => new RemoteError('cancelled', 'The connection has ended.'),
        (error: unknown) => {
          if (error instanceof RemoteError) return error
          if (life.attempt === attempt) onDefect(error)
          return new RemoteError('failed', 'Something unexpected went wrong.')
        },
      )
      if (!isConnected(life) || life.attempt !== attempt) continue
      const { kind, message, retryAfter } = failure
      tell({ type: 'failed', kind, message, retryAfter })
    }
  }

  return {
    get now() {
      return life
    },
    tell,
    get ended() {
      return running ?? Promise.resolve()
    },
  }
}
