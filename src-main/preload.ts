// The only code that sees both Electron and the page. It exposes one small object and no Electron type.
// Invariant: the page can reach exactly the channels below, never `ipcRenderer` itself nor an Electron event.
import { type Bridge, CHANNELS, type LiveEvent, type LiveRequest, type LiveSignal } from '@shared/ipc/wire'
import { contextBridge, ipcRenderer, webUtils } from 'electron'

const documentToken = crypto.randomUUID()
const listeners = new Map<string, (signal: LiveSignal) => void>()
let subscriptions = 0

ipcRenderer.on(CHANNELS.event, (_event, { id, signal }: LiveEvent) => {
  const listener = listeners.get(id)
  if (!listener) return // ended here while the emission was on its way
  if (signal.type !== 'next') listeners.delete(id)
  try {
    listener(signal)
  } finally {
    // Acknowledged even if the page's listener threw: one broken screen must not silence its own recovery.
    if (signal.type === 'next' && listeners.has(id)) ipcRenderer.send(CHANNELS.ack, id)
  }
})

const bridge: Bridge = {
  invoke: (name, input) => ipcRenderer.invoke(CHANNELS.call, name, input),
  subscribe: (name, input, listener) => {
    const id = `${documentToken}/${++subscriptions}`
    listeners.set(id, listener)
    ipcRenderer.send(CHANNELS.subscribe, { id, name, input } satisfies LiveRequest)
    return () => {
      if (listeners.delete(id)) ipcRenderer.send(CHANNELS.unsubscribe, id)
    }
  },
  offerFile: (file) => {
    const path = webUtils.getPathForFile(file)
    return path === '' ? Promise.resolve('') : ipcRenderer.invoke(CHANNELS.offer, path)
  },
}

ipcRenderer.send(CHANNELS.hello)
contextBridge.exposeInMainWorld('scv', bridge)
