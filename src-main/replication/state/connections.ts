// The open connections to a server, with those that only try credentials.
// Invariant: what was opened is closed by its caller or with all the others; none is left open.
import { createHttp, type Http } from '../couch/http'

export interface Connections {
  open(server: { url: string; ca?: string | undefined }): Http
  /** Whether `close` was called. */
  readonly areClosed: boolean
  /** Closes all that are open. */
  close(): Promise<void>
}

export function createConnections(options: {
  onDate(serverMs: number, roundTripMs: number): void
  onSilence(silent: boolean): void
}): Connections {
  const all = new Set<Http>()
  let areClosed = false

  return {
    open({ url, ca }) {
      const http = createHttp({ url, ca, ...options })
      const opened: Http = {
        call: http.call,
        async close() {
          all.delete(opened)
          await http.close()
        },
      }
      all.add(opened)
      return opened
    },
    get areClosed() {
      return areClosed
    },
    async close() {
      areClosed = true
      await Promise.all([...all].map((http) => http.close()))
    },
  }
}
