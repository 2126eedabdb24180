// Finds documents on an organisation's database that devices set aside since something in them lies in the future, and those in
// which something lies before any device's time, and would count as first for ever; and mends them: who wrote what stays, and
// what lay in the future counts as written now. Branches that replication left are looked at,
// too, and joined where one of them is mended.
// Invariant: finding writes nothing; mending touches nothing that devices may have taken in, and running it again does nothing.
import { type AnyDocument, JOINS, KINDS, type Kind } from '../engine/documents/kinds'
import { mended } from '../engine/documents/poison'
import { MENDED_AHEAD_MS, SET_ASIDE_AHEAD_MS, STAMP_TOLERANCE_MS, stampMoment } from '../engine/documents/stamp'
import { checkDocument, stampsAfter, stampsTooEarly } from '../engine/documents/validate'
import { type Couch, ProvisionError } from './couch'

const PAGE = 500
/** The last moment that can be written as one. */
const MOMENT_MAX = 8.64e15

export interface PoisonOptions {
  couch: Couch
  database: string
  /** Mend what was found. */
  repair: boolean
  now?: number
}

interface Leaf {
  rev: string
  document: AnyDocument
}

/**
 * Looks through all documents.
 * @returns one sentence for each that is poisoned, or that no device can read; it names ids and no values
 * @throws ProvisionError
 */
export async function findPoisoned({ couch, database, repair, now = Date.now() }: PoisonOptions): Promise<string[]> {
  const said: string[] = []
  for (let from = ''; ; ) {
    const range = `limit=${PAGE}${from === '' ? '' : `&startkey=${encodeURIComponent(JSON.stringify(from))}`}`
    const rows = await rowsOf(couch, `/${database}/_all_docs?include_docs=true&conflicts=true&${range}`)
    for (const { id, doc } of rows) {
      const kind = KINDS.find((one) => id.startsWith(`${one}:`))
      if (!kind || !doc) continue // design documents, and what is no document of ours
      const leaves = await leavesOf(couch, database, kind, id, doc)
      if (leaves === undefined) {
        said.push(`${id} cannot be read by any device, and harms none; delete it by hand if it is not wanted`)
        continue
      }
      const [aside, far] = [SET_ASIDE_AHEAD_MS, MENDED_AHEAD_MS].map((ahead) => wrongIn(kind, leaves, now + ahead))
      if (aside === undefined) continue
      // What devices may have taken in is left as it is: they would say it again over what was mended, and be refused.
      if (far === undefined)
        said.push(`${id}: ${aside}; devices read it by themselves within hours, and nothing is to be done`)
      else {
        if (repair) await repairOne(couch, database, kind, id, leaves, now + MENDED_AHEAD_MS, now)
        said.push(`${repair ? 'mended ' : ''}${id}: ${far}`)
      }
    }
    const last = rows.at(-1)?.id
    if (last === undefined || rows.length < PAGE) return said
    from = `${last}\u0000`
  }
}

interface Row {
  id: string
  doc?: Record<string, unknown>
}

async function rowsOf(couch: Couch, path: string): Promise<Row[]> {
  const { status, body } = await couch('GET', path)
  if (status !== 200) throw new ProvisionError(`The documents cannot be read (${String(body['reason'] ?? status)}).`)
  return body['rows'] as Row[]
}

/** The states of a document that are no one's predecessor, the winning one first; undefined: that cannot be read. */
async function leavesOf(
  couch: Couch,
  database: string,
  kind: Kind,
  id: string,
  doc: Record<string, unknown>,
): Promise<[Leaf, ...Leaf[]] | undefined> {
  const winner = leafOf(kind, id, doc)
  if (!winner) return undefined
  const others: Leaf[] = []
  for (const rev of (doc['_conflicts'] ?? []) as string[]) {
    const { status, body } = await couch('GET', `/${database}/${encodeURIComponent(id)}?rev=${rev}`)
    const leaf = status === 200 ? leafOf(kind, id, body) : undefined
    if (leaf) others.push(leaf)
  }
  return [winner, ...others]
}

function leafOf(kind: Kind, id: string, doc: Record<string, unknown>): Leaf | undefined {
  const members = Object.entries(doc).filter(([name]) => !name.startsWith('_'))
  const checked = checkDocument(kind, { ...Object.fromEntries(members), id: id.slice(kind.length + 1) })
  return checked.ok ? { rev: String(doc['_rev']), document: checked.document } : undefined
}

/** What no device with a right clock wrote, in words; undefined: nothing. */
function wrongIn(kind: Kind, leaves: readonly Leaf[], limit: number): string | undefined {
  const latest = latestAfter(kind, leaves, limit)
  if (latest !== undefined) return `something in it lies in the future, as late as ${latest}`
  const [earliest] = leaves.flatMap(({ document }) => stampsTooEarly(kind, document as never)).sort()
  return earliest && `something in it lies before any device’s time, as early as ${stampMoment(earliest)}`
}

/** When what lies after the limit is said to have been, for people; undefined: nothing does. */
function latestAfter(kind: Kind, leaves: readonly Leaf[], limit: number): string | undefined {
  const stamps = leaves.flatMap(({ document }) => stampsAfter(kind, document as never, limit))
  const latest = stamps.sort().at(-1)
  if (latest !== undefined) return stampMoment(latest)
  const activity = Math.max(...leaves.map(({ document }) => activityIn(document)))
  return activity > limit + STAMP_TOLERANCE_MS ? new Date(Math.min(activity, MOMENT_MAX)).toISOString() : undefined
}

const activityIn = (document: AnyDocument): number =>
  'lastActivity' in document ? Math.max(document.lastActivity, document.expired?.seenActivity ?? 0) : 0

async function repairOne(
  couch: Couch,
  database: string,
  kind: Kind,
  id: string,
  leaves: readonly [Leaf, ...Leaf[]],
  limit: number,
  now: number,
): Promise<void> {
  const join = JOINS[kind] as (a: AnyDocument, b: AnyDocument) => AnyDocument
  const [winner, ...others] = leaves
  const { id: _id, ...content } = leaves
    .map(({ document }) => mended(kind, document as never, limit, now) as AnyDocument)
    .reduce((a, b) => join(a, b))
  const docs = [
    { _id: id, _rev: winner.rev, ...content },
    ...others.map(({ rev }) => ({ _id: id, _rev: rev, _deleted: true })),
  ]
  const { status, body } = await couch('POST', `/${database}/_bulk_docs`, { docs })
  const failed = Array.isArray(body) ? (body as { error?: string }[]).find(({ error }) => error !== undefined) : body
  if (status >= 300 || failed)
    throw new ProvisionError(
      `${id} could not be mended (${String(failed?.error ?? status)}): it was changed meanwhile. Run it again.`,
    )
}
