// The heaviest single subjects of a book, put into a folder of any size: somebody who was edited ten thousand times, a number
// that thousands want, a journey of ten thousand interactions. What they cost must not depend on the book, nor on themselves.
import type { ContactDocument } from '../../../src-main/engine/documents/contact'
import type { IdentifierDocument } from '../../../src-main/engine/documents/identifier'
import { identifierId, interactionId } from '../../../src-main/engine/documents/ids'
import type { InteractionDocument } from '../../../src-main/engine/documents/interaction'
import { makeStamp } from '../../../src-main/engine/documents/stamp'
import type { Change, DocumentStore } from '../../../src-main/engine/ports'
import { asContactId, asDeviceId, type ContactId } from '../../../src-shared/model/ids'

const START = Date.UTC(2026, 0, 1)
/** How heavy they are. */
const FULL = { edits: 10_000, wanting: 5_000, interactions: 10_000 }
const BY = 'ann'
const DEVICE = asDeviceId('heavydevice')

export interface Heavy {
  edited: ContactId
  wanted: { type: 'Email'; value: string }
  travelled: ContactId
}

const at = (n: number) => makeStamp(START + n, 0, DEVICE)
const idOf = (kind: number, n: number) =>
  asContactId(`01900000-000${kind}-7000-8000-${n.toString(16).padStart(12, '0')}`)

function contact(id: ContactId, n: number, fields: ContactDocument['fields']): ContactDocument {
  const created = { at: at(n), by: BY, via: 'person' as const, alone: true as const }
  return { id, created, type: { value: 'Curated', at: at(n), by: BY }, fields, lastActivity: 0 }
}

const claim = (n: number) => ({ [DEVICE]: { since: at(n), at: at(n), by: BY, via: 'field' as const } })
const made = (kind: Change['kind'], next: unknown) => ({ kind, previous: undefined, next }) as Change

/** Writes them as documents, in a few commits. */
export async function putHeavy(store: DocumentStore, { edits, wanting, interactions: met } = FULL): Promise<Heavy> {
  const edited = idOf(1, 1)
  const title = Array.from({ length: edits }, (_, n) => {
    const edit = edits - n
    return { v: `Title ${edit}`, t: at(edit), b: BY, ...(edit > 1 ? { p: [at(edit - 1)] } : {}) }
  })
  const lastName = [{ v: 'Edited', t: at(1), b: BY }]
  await store.commit([made('contacts', contact(edited, 1, { title, lastName }))])

  const wanted = { type: 'Email', value: 'shared.desk@example.com' } as const
  const changes: Change[] = []
  const claims: IdentifierDocument['claims'] = {}
  for (let n = 1; n <= wanting; n += 1) {
    const id = idOf(2, n)
    const entry = (v: string) => [{ v, t: at(n), b: BY }]
    changes.push(made('contacts', contact(id, n, { firstName: entry(`Desk ${n}`), workEmail: entry(wanted.value) })))
    claims[id] = claim(n)
  }
  const identifier: IdentifierDocument = { id: identifierId(wanted), ...wanted, claims, releases: {} }
  changes.push(made('identifiers', identifier))
  await store.commit(changes)

  const travelled = idOf(3, 1)
  await store.commit([made('contacts', contact(travelled, 1, { lastName: [{ v: 'Travelled', t: at(1), b: BY }] }))])
  const interactions = Array.from({ length: met }, (_, n): InteractionDocument => {
    const conversationId = `heavy-${n}`
    const facts = {
      ...{ at: at(n), by: BY, conversationId, direction: 'inbound', identifiers: [] },
      channel: n % 3 === 0 ? 'web' : 'voice',
      startedAt: new Date(START + n * 60_000).toISOString(),
      ...{ queue: `Queue ${n % 7}`, agent: `Agent ${n % 40}` },
    } as InteractionDocument['facts']
    return { id: interactionId(conversationId), facts, link: [{ v: travelled, t: at(n), b: BY }] }
  })
  for (let n = 0; n < met; n += 2_500)
    await store.commit(interactions.slice(n, n + 2_500).map((one) => made('interactions', one)))
  return { edited, wanted, travelled }
}
