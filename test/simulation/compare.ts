// After a quiet period: whether all devices and the server hold and show the same, every invariant holds, and nothing was
// lost. Invariant: it asks the documents and the views themselves, never what the replication believes of them.
import { canonicalJson, sameJson } from '../../src-main/engine/documents/canonical-json'
import { type AnyDocument, KINDS } from '../../src-main/engine/documents/kinds'
import { fromRemoteId, toRemoteBody } from '../../src-main/replication/couch/wire'
import { type Content, checkInvariants, checkNothingLost, contentOf, dump } from '../engine/model/invariants'
import { same } from '../support/same'
import type { Couch } from './couch'
import type { SimulatedDevice } from './device'
import type { Ledger } from './ledger'

export interface Findings {
  divergences: number
  violations: number
  /** Honest writes that a server did not take. */
  refused: number
  lost: number
  /** What is wrong, in words, with the ids concerned. */
  sentences: string[]
  ids: string[]
}

export const nothingFound = (): Findings => ({
  divergences: 0,
  violations: 0,
  refused: 0,
  lost: 0,
  sentences: [],
  ids: [],
})

export const isBad = ({ divergences, violations, refused, lost }: Findings): boolean =>
  divergences + violations + refused + lost > 0

export interface Expected {
  /** Documents were deleted on the server: what it had of them may be gone, and what names them finds nothing. */
  deletions: boolean
  /** Compare the views as well, which takes longer than the documents. */
  views: boolean
  /** Which texts are searched for on all of them (`SEARCH_TURNS`). */
  turn: number
}

async function exportOf(device: SimulatedDevice): Promise<string[]> {
  const lines: string[] = []
  for await (const line of device.engine.queries.exportLines()) lines.push(line)
  return lines
}

/** @param devices at least one; the first is looked at more closely */
export async function compareAll(
  devices: readonly SimulatedDevice[],
  servers: readonly Couch[],
  ledger: Ledger,
  { deletions, views, turn }: Expected,
): Promise<Findings> {
  const found = nothingFound()
  const [first, ...others] = devices
  if (!first) return found
  const lines = await exportOf(first)
  const set = new Set(lines)
  for (const other of others) {
    const theirs = await exportOf(other)
    const differing = [
      ...theirs.filter((line) => !set.has(line)),
      ...lines.filter((line) => !new Set(theirs).has(line)),
    ]
    if (differing.length === 0) continue
    found.divergences += 1
    found.sentences.push(`${other.id} differs from ${first.id}:`, ...differing.slice(0, 4))
    found.ids.push(...differing.map((line) => (JSON.parse(line) as { id: string }).id))
  }
  const content = await contentOf(first.store)
  for (const server of servers) compareServer(server, content, found)
  if (found.divergences > 0) return found
  try {
    if (views) await compareViews(devices, turn)
    if (views && !deletions) await checkInvariants(first, { largest: Number.POSITIVE_INFINITY })
  } catch (error) {
    found.violations += 1
    found.sentences.push(messageOf(error))
  }
  for (const { id, sentence } of ledger.missingFrom(content)) {
    found.lost += 1
    found.ids.push(id)
    found.sentences.push(sentence)
  }
  if (views && !deletions)
    await checkNothingLost(first, content, ledger.typed).catch((error: unknown) => {
      found.lost += 1
      found.sentences.push(messageOf(error))
    })
  return found
}

/** Every document stands on a server as on the devices, with no branch left. */
export function compareServer(server: Couch, content: Content, found: Findings): void {
  const unseen = new Map<string, AnyDocument>(
    KINDS.flatMap((kind) => [...content[kind]].map(([id, one]) => [`${kind}:${id}`, one] as const)),
  )
  for (const { id, deleted, body, conflicts } of server.all()) {
    const place = fromRemoteId(id)
    const mine = unseen.get(id)
    unseen.delete(id)
    if (!place) continue
    const equal = deleted ? !mine : mine && sameJson(toRemoteBody(mine as AnyDocument), body)
    if (equal && !conflicts) continue
    found.divergences += 1
    found.ids.push(place.id)
    found.sentences.push(
      conflicts ? `${id} has branches on the server: ${conflicts.join(' ')}` : `${id} differs on the server`,
      `  there: ${deleted ? 'deleted' : canonicalJson(body)}`,
      `  here:  ${mine ? canonicalJson(toRemoteBody(mine as AnyDocument)) : 'nothing'}`,
    )
  }
  for (const id of unseen.keys()) {
    found.divergences += 1
    found.ids.push(id.slice(id.indexOf(':') + 1))
    found.sentences.push(`${id} is not on the server`)
  }
}

/**
 * All views alike; documents are alike already, so this asks whether views follow from them, whatever the order. But for the
 * latest stamp ever seen: it may be one of a document that is gone or mended, or that was corrected before it was sent.
 */
async function compareViews(devices: readonly SimulatedDevice[], turn: number): Promise<void> {
  const dumps = await Promise.all(devices.map((device) => dump(device, turn)))
  const [first, ...others] = dumps.map(({ latest: _latest, ...views }) => views)
  for (const [i, other] of others.entries()) same(other, first, `views of ${devices[i + 1]?.id} and ${devices[0]?.id}`)
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
