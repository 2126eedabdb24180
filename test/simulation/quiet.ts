// When a quiet period takes too long. Invariant: the limit leaves room for everything to be exchanged anew on every device, and
// for every branch to be brought together; whatever goes on beyond it goes on for ever.
import { KINDS } from '../../src-main/engine/documents/kinds'
import type { Couch } from './couch'

const MOST = 160_000
const LEAST = 70_000
const EVENTS_A_PAGE = 80
const EVENTS_A_DOCUMENT = 20

/** Events in which a world must come to rest. @param batch documents sent or asked for at once */
export function quietLimit(servers: readonly Couch[], devices: number, batch: number): number {
  const documents = Math.max(...servers.map((server) => server.all().length))
  const pages = documents / batch + KINDS.length
  return Math.min(MOST, LEAST + devices * (EVENTS_A_PAGE * pages + EVENTS_A_DOCUMENT * documents))
}
