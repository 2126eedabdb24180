// Decides whose calls are heard.
// Invariant: only the main frame of a window of ours that shows our own page is; never a subframe, another window or
// another document in our window (Electron security checklist, item 17: validate the sender of all IPC messages).

/** The part of Electron's frame that the decision needs. */
export interface Frame {
  readonly url: string
}

/** Whether `url` is the page of the product, whatever its fragment and query. */
export function isPage(url: string, pageUrl: string): boolean {
  if (!URL.canParse(url)) return false
  const asked = new URL(url)
  const own = new URL(pageUrl)
  return asked.protocol === own.protocol && asked.host === own.host && asked.pathname === own.pathname
}

/** Whether a message that came from `frame` is ours. `mainFrame` is the main frame of one of our windows, if it is one. */
export function isOwnSender(frame: Frame | null, mainFrame: Frame | undefined, pageUrl: string): boolean {
  return frame !== null && frame === mainFrame && isPage(frame.url, pageUrl)
}
