// Those who wish the organisation ill, and what an administrator or an old version let in by mistake: documents with stamps
// far ahead, tampered writes, branches with a past of their own, deletions. Invariant: what an insider forges is refused, or
// it counts as a violation; what stands on a server all the same is mended with the quiet period, as the administrator's
// command does it, and heals everywhere.

import { type AnyDocument, JOINS, type Kind } from '../../src-main/engine/documents/kinds'
import { mended } from '../../src-main/engine/documents/poison'
import { MENDED_AHEAD_MS, makeStamp, SET_ASIDE_AHEAD_MS, stampMs } from '../../src-main/engine/documents/stamp'
import { checkDocument, isNoId, stampsAfter } from '../../src-main/engine/documents/validate'
import { REPLICATOR, roleIn } from '../../src-main/engine/roles'
import type { RemoteBody } from '../../src-main/replication/couch/remote'
import { fromRemoteBody, fromRemoteId, remoteId, toRemoteBody } from '../../src-main/replication/couch/wire'
import { asDeviceId } from '../../src-shared/model/ids'
import { tampered } from '../provision/tampering'
import type { Draw } from '../support/exchange'
import { withPoison } from '../support/poison'
import { type Couch, SERVER_ADMIN } from './couch'
import { ANOTHER } from './staff'
import { type Judged, judgeWrite, ORGANISATION, type Writer } from './validation'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** What is further ahead is no clock that was set to summer time, or runs fast. */
const AHEAD_MS = [2 * DAY, 30 * DAY, 400 * DAY, 9000 * DAY]
/** A moment for which nothing here lies in the future. */
const END_OF_TIME = Date.UTC(2100, 0)

/** A write that a server took, of a document before and after. */
export interface TakenWrite {
  kind: Kind
  next: AnyDocument
  former: AnyDocument | undefined
  writer: Writer
}

/** @returns which document was poisoned, or nothing */
export function poison(server: Couch, draw: Draw, insiders: readonly string[]): string | undefined {
  const found = someDocument(server, draw)
  if (!found) return undefined
  const { id, rev, kind, document } = found
  const ahead = DAY + HOUR + draw(AHEAD_MS[draw(AHEAD_MS.length)] ?? DAY)
  const stamp = makeStamp(server.trueTime() + ahead, draw(1000), asDeviceId('devicex000'))
  const poisoned = withPoison(document, draw(1000), stamp)
  if (!poisoned || !checkDocument(kind, poisoned).ok) return undefined
  // Something new in it, as the rules let an insider in before they knew of time: what was there is not gone.
  const next = joinOf(kind)(document, poisoned)
  if (stampsAfter(kind, next as never, server.trueTime() + DAY).length === 0) return undefined
  const judged = (one: AnyDocument): Judged => ({ ...toRemoteBody(one), _id: id, _rev: rev })
  const isTaken = (name: string) => {
    const writer = { name, roles: [roleIn(ORGANISATION, 'admin')] }
    return judgeWrite(judged(next), judged(document), writer, {}, END_OF_TIME) === undefined
  }
  if (!insiders.some(isTaken)) return undefined
  const [outcome] = server.write([{ id, rev, body: toRemoteBody(next) }], SERVER_ADMIN)
  return outcome?.status === 'written' ? id : undefined
}

/** Ids that no device makes: every object has a member of that name. */
const ODD = ['constructor', '__proto__', 'toString']

/** An administrator copies a document under an id of that kind. @returns the id, or nothing */
export function writeOdd(server: Couch, draw: Draw): string | undefined {
  const found = someDocument(server, draw)
  if (!found) return undefined
  const id = `${found.kind}:${ODD[draw(ODD.length)]}`
  const [outcome] = server.write([{ id, body: toRemoteBody(found.document) }], SERVER_ADMIN)
  return outcome?.status === 'written' ? id : undefined
}

/**
 * Mends what lies in the future, as `npm run provision` does; branches are joined into what is mended. Odd ids go.
 * @returns when all devices read what it left, ms: that lies ahead of them, and not so far that it was mended
 */
export function mend(server: Couch, now: number): number {
  const limit = now + MENDED_AHEAD_MS
  let readable = now
  const left = (kind: Kind, one: AnyDocument) => {
    for (const stamp of stampsAfter(kind, one as never, now + SET_ASIDE_AHEAD_MS))
      if (stampMs(stamp) <= limit) readable = Math.max(readable, stampMs(stamp) - SET_ASIDE_AHEAD_MS)
    const activity = activityIn(one) - DAY
    if (activity <= limit) readable = Math.max(readable, activity - SET_ASIDE_AHEAD_MS)
  }
  for (const { id, leaves } of server.everything()) {
    const { kind, id: ownId } = fromRemoteId(id) ?? {}
    const living = leaves.filter((leaf) => !leaf.deleted)
    if (isNoId(ownId))
      server.write(
        living.map(({ rev }) => ({ id, rev, body: {}, deleted: true })),
        SERVER_ADMIN,
      )
    if (isNoId(ownId)) continue
    if (!kind || living.length === 0) continue
    const documents = living.flatMap(({ body }) => documentIn(kind, id, body) ?? [])
    for (const one of documents) left(kind, one)
    const isLate = (one: AnyDocument) =>
      stampsAfter(kind, one as never, limit).length > 0 || activityIn(one) > limit + DAY
    if (!documents.some(isLate)) continue
    const whole = documents.map((one) => mended(kind, one as never, limit, now) as AnyDocument).reduce(joinOf(kind))
    const winner = server.read([id]).get(id)
    for (const { rev } of living)
      server.write(
        [rev === winner?.rev ? { id, rev, body: toRemoteBody(whole) } : { id, rev, body: {}, deleted: true }],
        SERVER_ADMIN,
      )
  }
  return readable
}

const joinOf = (kind: Kind) => JOINS[kind] as unknown as (a: AnyDocument, b: AnyDocument) => AnyDocument

const activityIn = (one: AnyDocument): number =>
  'lastActivity' in one ? Math.max(one.lastActivity, one.expired?.seenActivity ?? 0) : 0

function documentIn(kind: Kind, id: string, body: RemoteBody): AnyDocument | undefined {
  const checked = checkDocument(kind, fromRemoteBody(id.slice(kind.length + 1), body))
  return checked.ok ? (checked.document as AnyDocument) : undefined
}

function someDocument(server: Couch, draw: Draw) {
  const all = server.all().filter((one) => !one.deleted)
  const one = all[draw(Math.max(1, all.length))]
  const place = one && fromRemoteId(one.id)
  if (!one?.body || !place) return undefined
  const document = documentIn(place.kind, one.id, one.body)
  return document && { id: one.id, rev: one.rev, kind: place.kind, document }
}

/** Tampers with what a server took, in every way there is. @returns ways in which it would have been taken */
export function tamper(
  { kind, next, former, writer }: TakenWrite,
  server: Couch,
  draw: Draw,
  judge: typeof judgeWrite,
): string[] {
  const user = { name: writer.name, roles: writer.roles }
  const judged = (document: AnyDocument) => ({ ...toRemoteBody(document), _id: remoteId(kind, document.id) })
  const revision = { _rev: '1-0', _revisions: { start: 1, ids: ['0'] } }
  return tampered.flatMap(([what, change]) => {
    const forged = change({ kind, next, former, user }, draw, server.now())
    if (!forged || JSON.stringify(forged) === JSON.stringify(next)) return []
    const before = former ? { ...judged(former), ...revision } : null
    const after = { ...judged(forged), ...(former ? revision : {}) }
    const reason = judge(after, before, writer, server.security, server.now())
    return reason === undefined ? [`a ${kind} is taken although ${what}: ${JSON.stringify({ forged, former })}`] : []
  })
}

/** An administrator of another organisation on the server writes what was taken here. @returns what was taken of that */
export function trespass(
  { kind, next, former, writer }: TakenWrite,
  server: Couch,
  judge: typeof judgeWrite,
): string[] {
  if (former) return []
  const stranger = { name: writer.name, roles: [roleIn(ANOTHER, 'admin'), roleIn(ANOTHER, REPLICATOR)] }
  const judged = { ...toRemoteBody(next), _id: remoteId(kind, next.id) }
  const reason = judge(judged, null, stranger, server.security, server.now())
  return reason === undefined ? [`a ${kind} of ${writer.name} is taken from another organisation`] : []
}

/** Writes with a past of one's own (`new_edits: false`), and deletions for good. @returns what was taken of that */
export function forge(server: Couch, writer: Writer, draw: Draw): string[] {
  const found = someDocument(server, draw)
  if (!found) return []
  const { id, rev, kind, document } = found
  const generation = Number(rev.slice(0, rev.indexOf('-')))
  const poor = toRemoteBody({ ...document, ...emptied(kind, document) } as AnyDocument)
  const unknown = `${generation + 1}-${'f'.repeat(32)}`
  const ways: [string, () => boolean][] = [
    [
      'a branch of an unknown past',
      () =>
        !server.writeNamed(
          { id, rev: `${generation + 2}-${'e'.repeat(32)}`, ancestors: [unknown], body: poor },
          writer,
        ),
    ],
    [
      'a branch of no past',
      () => !server.writeNamed({ id, rev: `9-${draw(2 ** 30)}`, ancestors: [], body: poor }, writer),
    ],
    [
      'a revision that loses what was there',
      () => !server.writeNamed({ id, rev: unknown, ancestors: [rev], body: poor }, writer),
    ],
    [
      'a deletion for good',
      () => server.write([{ id, rev, body: {}, deleted: true }], writer)[0]?.status === 'written',
    ],
  ]
  const [what, isTaken] = ways[draw(ways.length)] ?? ['', () => false]
  return isTaken() ? [`${writer.name} (${writer.roles}) got in with ${what} of ${id}`] : []
}

/** A document without what others wrote. */
function emptied(kind: Kind, document: AnyDocument): Record<string, unknown> {
  if (kind === 'contacts') return { fields: {} }
  if (kind === 'identifiers') return { claims: {}, releases: {}, value: '' }
  if (kind === 'interactions') return { link: [] }
  if ('text' in document) return { text: [] }
  return { reason: undefined, undone: undefined, seen: [], standing: [] }
}
