// The one window of the product.
// Invariant: its page runs sandboxed and isolated, with the preload script as its only door, and is shown only when it
// has something to show.
import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { fitBounds, MIN_SIZE, readBounds, writeBounds } from './bounds'

export interface WindowOptions {
  preload: string
  /** File that remembers where the window stood. */
  boundsFile: string
  /** Rendered without a display: for tests. */
  offscreen: boolean
}

/** Creates the window, hidden until its page is ready. The caller loads the page. */
export function createMainWindow({ preload, boundsFile, offscreen }: WindowOptions): BrowserWindow {
  const remembered = readBounds(boundsFile)
  const window = new BrowserWindow({
    ...fitBounds(
      remembered,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    title: app.getName(),
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff', // what the page paints first; no flash
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false, // would download dictionaries
      offscreen,
    },
  })
  window.once('ready-to-show', () => {
    if (remembered?.maximized) window.maximize()
    window.show()
  })
  window.on('close', () => {
    try {
      writeBounds(boundsFile, { ...window.getNormalBounds(), maximized: window.isMaximized() })
    } catch (error) {
      console.error('the place of the window could not be remembered', error)
    }
  })
  return window
}
