// Where the page is and what it may load. Pure, so that it is tested without a window.
// Invariant: outside development nothing but the files of the built page is loaded, above all nothing from a network.

export interface PagePlace {
  /** Address of the page. */
  pageUrl: string
  /** Everything the page may load begins with this. */
  root: string
  /** Served by the dev server, whose hot reload needs web sockets and inline script. */
  dev: boolean
}

/** Whether the page may load `url`: its own files, data it made itself, and in development the dev server. */
export function mayLoad(url: string, { root, dev }: Pick<PagePlace, 'root' | 'dev'>): boolean {
  if (!URL.canParse(url)) return false
  const asked = new URL(url)
  if (['data:', 'blob:', 'devtools:'].includes(asked.protocol)) return true
  if (dev && asked.protocol === 'ws:') return asked.host === new URL(root).host
  return asked.href.startsWith(root) // after URL has resolved every `..`
}
