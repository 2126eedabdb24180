// What the page may do beyond showing itself: copy text on a click, and nothing else.
// Invariant: no other permission, no second window, no navigation away, no embedded page, no download, no request to anything
// but the product's own files (or, in development, the dev server). Electron security checklist, items 5 to 14.
import { app, type Session, type WebContents } from 'electron'
import { isPage } from '../ipc/sender'
import type { LogEvent } from '../log'
import { HEADER_POLICY } from './csp'
import { mayLoad, type PagePlace } from './place'

/** Putting text on the clipboard. Chromium asks for a click or a key before it; reading the clipboard is another right. */
const COPYING = 'clipboard-sanitized-write'

/**
 * Connections between pages (WebRTC) heed neither the content security policy nor the session's filter of requests: they
 * take no UDP but by a proxy (below), and the proxy is a port where nothing listens. The page's own files need none.
 */
const NOWHERE = { mode: 'fixed_servers', proxyRules: 'socks5://127.0.0.1:1', proxyBypassRules: '<-loopback>' } as const

/** Locks a session down. Call before the first page of it loads. */
export function guardSession(session: Session, place: PagePlace, log: (event: LogEvent) => void): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    const granted = permission === COPYING && isPage(contents.getURL(), place.pageUrl)
    if (!granted) log('permission refused')
    answer(granted)
  })
  session.setPermissionCheckHandler(
    (contents, permission) => permission === COPYING && isPage(contents?.getURL() ?? '', place.pageUrl),
  )
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => {
    log('download refused')
    event.preventDefault()
  })
  session.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !mayLoad(details.url, place)
    if (cancel) log('request refused')
    answer({ cancel })
  })
  if (place.dev) return
  void session.setProxy(NOWHERE)
  session.webRequest.onHeadersReceived((details, answer) => {
    answer({ responseHeaders: { ...details.responseHeaders, 'Content-Security-Policy': [HEADER_POLICY] } })
  })
}

/** Keeps every page of the process, whatever made it, where it is and alone. */
export function guardPages(pageUrl: string, log: (event: LogEvent) => void): void {
  app.on('web-contents-created', (_created, contents: WebContents) => {
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
    contents.on('will-frame-navigate', (event) => {
      if (event.isMainFrame && isPage(event.url, pageUrl)) return // a reload
      log('navigation refused')
      event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => {
      log('window refused')
      return { action: 'deny' }
    })
  })
}
