// Runs the handlers of a contract for callers that are not trusted to be right.
// Invariant: a handler sees only input that its schema accepted, and a caller sees only answers and `ErrorBody`s;
// an exception that is not an `ScvError` is logged here and leaves as `internal`, without its message or stack.
import { type ErrorBody, ScvError } from '@shared/errors'
import type { AnyCall, CallContext, Contract, Handlers } from '@shared/ipc/contract'
import type { Answer } from '@shared/ipc/wire'
import { catchError, defer, from, map, type Observable, switchMap, throwError } from 'rxjs'
import type { z } from 'zod'
import { withinBudget } from './input-budget'

/** A contract with its handlers, callable by name. */
export interface Dispatcher {
  /** Runs one command or query. Never rejects. */
  answer(name: unknown, input: unknown, context: CallContext): Promise<Answer>
  /** Opens one live query. Fails only with an `ScvError`. */
  open(name: unknown, input: unknown, context: CallContext): Observable<unknown>
}

/** Told what happened, why, and of which call where it was one. */
export type Log = (
  event: 'call failed' | 'live query refused' | 'message refused',
  error: unknown,
  call?: string,
) => void

export interface DispatchOptions {
  /** Receives what callers must not see. */
  log: Log
  /** Also check what handlers return; costs time, so for development and tests. */
  checkOutput: boolean
}

type AnyHandler = (input: unknown, context: CallContext) => unknown

/** Binds a contract to its handlers. */
export function createDispatcher<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  { log, checkOutput }: DispatchOptions,
): Dispatcher {
  // The name arrives at run time; from here on the schemas, not the types, guarantee what a handler gets.
  const table = handlers as unknown as Readonly<Record<string, AnyHandler>>

  function find(name: unknown, live: boolean): { name: string; call: AnyCall; handler: AnyHandler } {
    const call = typeof name === 'string' && Object.hasOwn(contract, name) ? contract[name] : undefined
    if (typeof name !== 'string' || !call || (call.kind === 'live') !== live) {
      throw new ScvError('invalid_input', `There is no ${live ? 'live query' : 'call'} named ${shown(name)}.`)
    }
    const handler = table[name]
    if (!handler) throw new Error(`${name} has no handler`)
    return { name, call, handler }
  }

  const out = (name: string, call: AnyCall, value: unknown): unknown => {
    if (!checkOutput) return value
    const checked = call.output.safeParse(value)
    if (!checked.success) throw new Error(`${name} returned what its contract does not allow: ${checked.error.message}`)
    return value
  }

  return {
    async answer(name, input, context) {
      try {
        const found = find(name, false)
        const value = await found.handler(checkInput(found.call, input), context)
        return { ok: true, value: out(found.name, found.call, value) }
      } catch (error) {
        return { ok: false, error: describe(error, shown(name), log) }
      }
    },
    open: (name, input, context) =>
      defer(() => {
        const found = find(name, true)
        const emissions = found.handler(checkInput(found.call, input), context) as Observable<unknown>
        return emissions.pipe(map((value) => out(found.name, found.call, value)))
      }).pipe(catchError((error: unknown) => throwError(() => ScvError.from(describe(error, shown(name), log))))),
  }
}

/**
 * A dispatcher for calls that may come before the application is open: they wait for it. The window can so appear at
 * once. If `ready` rejects, the calls fail as `internal` (the entry reports the reason and ends the process).
 */
export function deferredDispatcher(ready: Promise<Dispatcher>, log: Log): Dispatcher {
  ready.catch(() => undefined) // not hidden: its opener reports it, and so does every call below
  return {
    answer: async (name, input, context) => {
      try {
        return await (await ready).answer(name, input, context)
      } catch (error) {
        return { ok: false, error: describe(error, shown(name), log) }
      }
    },
    open: (name, input, context) =>
      from(ready).pipe(
        switchMap((dispatcher) => dispatcher.open(name, input, context)),
        catchError((error: unknown) => throwError(() => ScvError.from(describe(error, shown(name), log)))),
      ),
  }
}

/** Two dispatchers as one: the first answers what is its own, the second all else. */
export function eitherDispatcher(
  first: Dispatcher,
  isOfFirst: (name: string) => boolean,
  second: Dispatcher,
): Dispatcher {
  const of = (name: unknown) => (typeof name === 'string' && isOfFirst(name) ? first : second)
  return {
    answer: (name, input, context) => of(name).answer(name, input, context),
    open: (name, input, context) => of(name).open(name, input, context),
  }
}

/** A name as it may be written down: turning a foreign object into text may never end. */
const shown = (name: unknown): string => (typeof name === 'string' ? name.slice(0, 64) : typeof name)

function checkInput(call: AnyCall, input: unknown): unknown {
  withinBudget(input)
  const checked = call.input.safeParse(input)
  if (checked.success) return checked.data
  throw invalidInput(checked.error)
}

/** The first complaint of a schema as the product's error; all of them in `details.issues`, as path and message. */
function invalidInput(error: z.ZodError): ScvError {
  const issues = error.issues.map((issue) => ({ field: issue.path.map(String).join('.'), message: issue.message }))
  const first = issues[0] ?? { field: '', message: error.message }
  return new ScvError('invalid_input', first.field === '' ? first.message : `${first.field}: ${first.message}`, {
    ...(first.field === '' ? {} : { field: first.field }),
    details: { issues },
  })
}

/** An exception as data for the caller; what the caller must not see goes to the log. */
export function describe(error: unknown, name: string, log: Log): ErrorBody {
  if (error instanceof ScvError) return error.toJSON()
  log('call failed', error, name)
  return { code: 'internal', message: 'Something unexpected went wrong; the log has more.' }
}
