// What the application does by itself on a schedule: age auto-created contacts out, finish erasures, look for likely doubles.
import { debounceTime, filter } from 'rxjs'
import type { Engine } from '../engine'
import type { Actor, Permission } from '../engine/permissions'
import type { MatchingPort } from './ports'

/** After the start, when the first screens are up. */
const FIRST_MS = 30_000
const EVERY_MS = 6 * 3_600_000
/** After changes that may concern an erased person; they come in crowds when devices meet. */
const AFTER_CHANGES_MS = 5_000

/**
 * Starts the rounds; each is a command like any other, on the audit trail. What this device's user may not do is left to
 * a device whose user may: the server would refuse it.
 * @param onDefect told of a round that failed; the next one comes all the same
 * @returns a function that stops them
 */
export function startScheduledWork(
  engine: Engine,
  matching: Pick<MatchingPort, 'start'>,
  actor: () => Actor,
  onDefect: (error: unknown) => void,
): () => void {
  const may = (permission: Permission) => actor().permissions.has(permission)
  const completeErasures = async () => {
    if (may('externalContacts:identity:erase')) await engine.erasure.complete(actor())
  }
  const round = async () => {
    await completeErasures()
    if (may('externalContacts:contact:delete')) await engine.retention.run(actor())
  }
  const run = () => void round().catch(onDefect)
  const first = setTimeout(() => {
    run()
    matching.start()
  }, FIRST_MS)
  const every = setInterval(run, EVERY_MS)
  // What others, not knowing of an erasure, still wrote about the person arrives here first as a change.
  const changes = engine.changes$
    .pipe(
      filter(({ kinds }) => kinds.size > 1 || !kinds.has('audit')),
      debounceTime(AFTER_CHANGES_MS),
    )
    .subscribe(() => void completeErasures().catch(onDefect))
  return () => {
    clearTimeout(first)
    clearInterval(every)
    changes.unsubscribe()
  }
}
