// The page's side of the contract.
// Invariant: whatever goes wrong on the way, a caller meets an `ScvError` and nothing else.
import { ScvError } from '@shared/errors'
import type { AnyCall, CallName, Client, Contract, InputOf, LiveName, OutputOf } from '@shared/ipc/contract'
import type { Bridge } from '@shared/ipc/wire'
import { Observable } from 'rxjs'

declare global {
  interface Window {
    /** Given by the preload script. */
    readonly scv: Bridge
  }
}

const internal = (error: unknown): ScvError =>
  error instanceof ScvError ? error : new ScvError('internal', error instanceof Error ? error.message : String(error))

/**
 * A typed client of `contract`, which serves for its types and to refuse a name that it does not hold. Inputs are
 * checked on the main side; a refused input arrives as `invalid_input` with the field at fault.
 */
export function createClient<C extends Contract>(contract: C, bridge: Bridge = window.scv): Client<C> {
  const expect = (name: string, live: boolean): void => {
    const call: AnyCall | undefined = Object.hasOwn(contract, name) ? contract[name] : undefined
    if (!call || (call.kind === 'live') !== live) {
      throw new ScvError('invalid_input', `There is no ${live ? 'live query' : 'call'} named ${name}.`)
    }
  }
  return {
    async call<N extends CallName<C>>(name: N, input: InputOf<C[N]>): Promise<OutputOf<C[N]>> {
      expect(name, false)
      // A rejection means that the message itself failed, e.g. for a value that cannot be cloned.
      const answer = await bridge.invoke(name, input).catch((error: unknown) => {
        throw internal(error)
      })
      if (!answer.ok) throw ScvError.from(answer.error)
      return answer.value as OutputOf<C[N]>
    },
    watch<N extends LiveName<C>>(name: N, input: InputOf<C[N]>): Observable<OutputOf<C[N]>> {
      return new Observable((observer) => {
        try {
          expect(name, true)
          return bridge.subscribe(name, input, (signal) => {
            if (signal.type === 'next') observer.next(signal.value as OutputOf<C[N]>)
            else if (signal.type === 'error') observer.error(ScvError.from(signal.error))
            else observer.complete()
          })
        } catch (error) {
          observer.error(internal(error))
          return undefined
        }
      })
    },
  }
}
