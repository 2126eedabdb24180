// Documents of a server with the moment at which they were read, so that a reader can tell what lies in the future.
// Invariant: that moment is no earlier than by either clock, this device's or the server's: where one of them is wrong and
// behind, nothing that an honest device wrote is taken for a forgery.
import type { KeyedReads } from './keyed-reads'
import type { Remote, RemoteDocument } from './remote'

/** @param now ms, by the later of the two clocks */
export function dated<R extends Remote & Pick<KeyedReads, 'readAt'>>(remote: R, now: () => number): R {
  const readAt = remote.readAt.bind(remote)
  const changes = remote.changes.bind(remote)
  const read = remote.read.bind(remote)
  const readRevision = remote.readRevision.bind(remote)
  const date = (document: RemoteDocument | undefined): void => {
    if (document) document.asOf = now()
  }
  return Object.assign(remote, {
    async changes(...asked: Parameters<Remote['changes']>) {
      const page = await changes(...asked)
      for (const document of page.documents) date(document)
      return page
    },
    async read(...asked: Parameters<Remote['read']>) {
      const found = await read(...asked)
      for (const document of found.values()) date(document)
      return found
    },
    async readAt(...asked: Parameters<KeyedReads['readAt']>) {
      const found = await readAt(...asked)
      for (const document of found.values()) date(document)
      return found
    },
    async readRevision(...asked: Parameters<Remote['readRevision']>) {
      const found = await readRevision(...asked)
      date(found)
      return found
    },
  })
}
