// The access part of the contract, and the bar before every command that changes something.
// Invariant: while signed out or locked no command runs but those that end it, those that keep what was typed, and those
// that change nothing but what the window asks for.
import { contract, type ScvContract } from '@shared/contract'
import type { accessContract } from '@shared/contract/access'
import type { Handlers } from '@shared/ipc/contract'
import type { HandlerContext } from './context'

/** What may be asked for in every state. */
const ALWAYS: ReadonlySet<keyof ScvContract> = new Set([
  'access.lock',
  'access.unlock',
  'sync.connect',
  'sync.signIn',
  'sync.signOut',
  'sync.tryNow',
  'drafts.keep',
  'drafts.end',
  'app.openLog',
  'export.cancel',
  'import.cancel',
])

export function accessHandlers({ access }: Pick<HandlerContext, 'access'>): Handlers<typeof accessContract> {
  return {
    'access.state': () => access.state$,
    'access.lock': () => {
      access.lock()
      return {}
    },
    'access.unlock': ({ password }) => {
      access.unlock(password)
      return {}
    },
  }
}

/** The same handlers, each command asking first whether anything may be changed now. */
export function barred(
  handlers: Handlers<ScvContract>,
  { access }: Pick<HandlerContext, 'access'>,
): Handlers<ScvContract> {
  const bar =
    (handle: (...args: never[]) => unknown) =>
    (...args: never[]) => {
      access.requireOpen()
      return handle(...args)
    }
  const entries = Object.entries(handlers).map(([name, handle]) => {
    const isBarred = contract[name as keyof ScvContract].kind === 'command' && !ALWAYS.has(name as keyof ScvContract)
    return [name, isBarred ? bar(handle) : handle]
  })
  return Object.fromEntries(entries)
}
