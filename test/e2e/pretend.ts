// Lets the main process of a running app give answers that a test names, in place of its own, for states that no server
// can be brought into within a test. Everything else is answered by the app itself.

import type { ElectronApplication } from '@playwright/test'
import type { ScvContract } from '@shared/contract'
import type { ErrorBody } from '@shared/errors'
import type { CallName, LiveName, OutputOf } from '@shared/ipc/contract'
import type { Running } from './launch'

export type Pretence = {
  [N in LiveName<ScvContract>]?: OutputOf<ScvContract[N]>
} & { [N in CallName<ScvContract>]?: { value: OutputOf<ScvContract[N]> } | { error: ErrorBody } }

/**
 * From now on; calls made are kept for `callsTo`. Live queries that are open are answered anew. The first time the page is
 * loaded again, since it is not known what it watches already.
 */
export async function pretend({ app, page }: Pick<Running, 'app' | 'page'>, pretence: Pretence): Promise<void> {
  const first = await app.evaluate(
    ({ ipcMain }, added) => {
      interface Sender {
        send(channel: string, message: unknown): void
        isDestroyed(): boolean
      }
      interface State {
        answers: Record<string, unknown>
        open: Map<string, { name: string; sender: Sender }>
        calls: { name: string; input: unknown }[]
      }
      const shelf = globalThis as unknown as { pretence?: State }
      const first = !shelf.pretence
      if (!shelf.pretence) {
        const state: State = { answers: {}, open: new Map(), calls: [] }
        shelf.pretence = state
        const [subscribe] = ipcMain.listeners('scv:subscribe') as ((...args: unknown[]) => void)[]
        // Electron tells of no handler, but keeps them here.
        const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, (...args: unknown[]) => unknown> })
          ._invokeHandlers
        const call = handlers.get('scv:call')
        if (!subscribe || !call) throw new Error('the app does not serve its contract as this test expects')
        ipcMain.removeAllListeners('scv:subscribe')
        ipcMain.on('scv:subscribe', (event, message: { id: string; name: string }) => {
          state.open.set(message.id, { name: message.name, sender: event.sender })
          const answer = state.answers[message.name]
          if (answer === undefined) subscribe(event, message)
          else event.sender.send('scv:event', { id: message.id, signal: { type: 'next', value: answer } })
        })
        handlers.set('scv:call', async (event, name, input) => {
          state.calls.push({ name: String(name), input })
          const answer = state.answers[String(name)] as { value: unknown } | { error: unknown } | undefined
          if (answer === undefined) return call(event, name, input)
          return 'error' in answer ? { ok: false, error: answer.error } : { ok: true, value: answer.value }
        })
      }
      Object.assign(shelf.pretence.answers, added)
      for (const [id, { name, sender }] of shelf.pretence.open)
        if (Object.hasOwn(added, name) && !sender.isDestroyed())
          sender.send('scv:event', { id, signal: { type: 'next', value: (added as Record<string, unknown>)[name] } })
      return first
    },
    pretence as Record<string, unknown>,
  )
  if (!first) return
  await page.reload()
  await page.waitForLoadState('domcontentloaded')
}

/** What the page asked for by this name since `pretend`, oldest first. */
export function callsTo(app: ElectronApplication, name: CallName<ScvContract>): Promise<unknown[]> {
  return app.evaluate((_electron, wanted) => {
    const { pretence } = globalThis as unknown as { pretence: { calls: { name: string; input: unknown }[] } }
    return pretence.calls.filter((call) => call.name === wanted).map((call) => call.input)
  }, name)
}
