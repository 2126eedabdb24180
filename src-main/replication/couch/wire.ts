// Between a document of ours and the server's. One database holds all kinds; the kind stands in front of the id, so that
// one feed, one design document and one connection serve a device (README, design decisions).
// Invariant: fromRemote(toRemote(kind, document)) is the document, unknown members included.
import type { JSONValue } from '../../engine/documents/json'
import { type AnyDocument, KINDS, type Kind } from '../../engine/documents/kinds'
import type { RemoteBody } from './remote'

export const remoteId = (kind: Kind, id: string): string => `${kind}:${id}`

/** The kind and id that a server's id stands for; undefined for what is none of our documents. */
export function fromRemoteId(remote: string): { kind: Kind; id: string } | undefined {
  const colon = remote.indexOf(':')
  const kind = remote.slice(0, colon)
  const id = remote.slice(colon + 1)
  return (KINDS as readonly string[]).includes(kind) && id !== '' ? { kind: kind as Kind, id } : undefined
}

/** The members of a document as the server keeps them; RxDB's and CouchDB's own (`_…`) stay here. */
export function toRemoteBody(document: AnyDocument): RemoteBody {
  return Object.fromEntries(
    Object.entries(document).filter(([key, value]) => key !== 'id' && !key.startsWith('_') && value !== undefined),
  ) as Record<string, JSONValue>
}

/** The members of a server's document with its id, not yet checked. */
export function fromRemoteBody(id: string, body: RemoteBody): Record<string, unknown> {
  return { ...Object.fromEntries(Object.entries(body).filter(([key]) => !key.startsWith('_'))), id }
}
