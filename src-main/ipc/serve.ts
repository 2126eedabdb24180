// Connects a dispatcher to Electron's IPC.
// Invariant: every message is checked for its sender first, and a page's live queries end when it unsubscribes, reloads,
// navigates, crashes or closes: whatever happens to a page, the main process keeps nothing of it.
import { ScvError } from '@shared/errors'
import { type Answer, CHANNELS, type LiveEvent } from '@shared/ipc/wire'
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron'
import type { Dispatcher, Log } from './dispatch'
import { asLiveRequest, LiveQueries, LONGEST_ID } from './live-queries'
import { isOwnSender, isPage } from './sender'

export interface IpcServer {
  /** Begins to hear a window's page; stops by itself when the window is gone. */
  attach(page: WebContents): void
  /** How many live queries are open over all pages. */
  readonly liveQueries: number
  close(): void
}

interface Page {
  live: LiveQueries
  /** Aborted and replaced when the document changes. */
  gone: AbortController
}

/**
 * Serves a dispatcher to the windows that are attached, as long as they show `pageUrl`.
 * @param offer gives the path of a file that a person dropped on the page its handle
 */
export function serveIpc(
  dispatcher: Dispatcher,
  pageUrl: string,
  offer: (path: unknown) => string,
  log: Log,
): IpcServer {
  const pages = new Map<WebContents, Page>()

  /** The sender's page, or undefined (and a line in the log) when the message is not to be heard. */
  function heard(event: IpcMainEvent | IpcMainInvokeEvent, channel: string): Page | undefined {
    const page = pages.get(event.sender)
    if (page && isOwnSender(event.senderFrame, event.sender.mainFrame, pageUrl)) return page
    log('message refused', new ScvError('forbidden_sender', `A message on ${channel} from another page`))
    return undefined
  }

  function leave(page: Page): void {
    page.gone.abort()
    page.gone = new AbortController()
    page.live.stopAll()
  }

  ipcMain.handle(CHANNELS.call, async (event, name: unknown, input: unknown): Promise<Answer> => {
    const page = heard(event, CHANNELS.call)
    if (page) return dispatcher.answer(name, input, { signal: page.gone.signal })
    return { ok: false, error: { code: 'forbidden_sender', message: 'This page may not call the application.' } }
  })
  ipcMain.handle(CHANNELS.offer, (event, path: unknown) => (heard(event, CHANNELS.offer) ? offer(path) : ''))
  /** What is no id is no message: turning a foreign object into text may never end. */
  const withId = (event: IpcMainEvent, channel: string, id: unknown, act: (live: LiveQueries, id: string) => void) => {
    const page = heard(event, channel)
    if (!page) return
    if (typeof id === 'string' && id.length <= LONGEST_ID) act(page.live, id)
    else log('message refused', new ScvError('invalid_input', `A message on ${channel} without an id`))
  }
  const listeners: readonly [string, (event: IpcMainEvent, message: unknown) => void][] = [
    [
      CHANNELS.hello,
      (event) => {
        const page = heard(event, CHANNELS.hello)
        if (page) leave(page)
      },
    ],
    [
      CHANNELS.subscribe,
      (event, message) => {
        try {
          heard(event, CHANNELS.subscribe)?.live.start(asLiveRequest(message))
        } catch (error) {
          log('live query refused', error)
        }
      },
    ],
    [CHANNELS.unsubscribe, (event, id) => withId(event, CHANNELS.unsubscribe, id, (live, known) => live.stop(known))],
    [CHANNELS.ack, (event, id) => withId(event, CHANNELS.ack, id, (live, known) => live.acknowledge(known))],
  ]
  for (const [channel, listener] of listeners) ipcMain.on(channel, listener)

  return {
    attach(contents) {
      const live = new LiveQueries(
        dispatcher,
        (id, signal) => {
          if (!contents.isDestroyed()) contents.send(CHANNELS.event, { id, signal } satisfies LiveEvent)
        },
        log,
      )
      const page: Page = { live, gone: new AbortController() }
      pages.set(contents, page)
      contents.on('render-process-gone', () => leave(page))
      // A new document of ours says hello; one that is not ours has no voice, so its arrival is noticed here.
      // (Not did-start-navigation: it also fires for navigations that are then refused, and the page stays.)
      contents.on('did-navigate', (_event, url) => {
        if (!isPage(url, pageUrl)) leave(page)
      })
      contents.once('destroyed', () => {
        leave(page)
        pages.delete(contents)
      })
    },
    get liveQueries() {
      return [...pages.values()].reduce((sum, page) => sum + page.live.size, 0)
    },
    close() {
      ipcMain.removeHandler(CHANNELS.call)
      ipcMain.removeHandler(CHANNELS.offer)
      for (const [channel, listener] of listeners) ipcMain.off(channel, listener)
      for (const page of pages.values()) leave(page)
      pages.clear()
    },
  }
}
