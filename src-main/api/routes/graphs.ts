// Likely doubles in the reference's words: a scan, its clusters as graphs, and merging one.
// Invariant: nothing is merged by itself, so automatic merging cannot be switched on; a scan is this device's own.
import { ScvError } from '@shared/errors'
import { asContactId } from '@shared/model/ids'
import { z } from 'zod'
import { clusterName, type DuplicateList } from '../../application/duplicate-list'
import type { FoundCluster } from '../../application/ports'
import { HttpError } from '../errors'
import { idSchema, limitQuery, listSchema, readCursor, writeCursor } from '../schemas/common'
import { BASE, externalContactSchema } from '../schemas/contact'
import { divisionSchema, HOME } from '../schemas/division'
import { answerVisible } from './contacts'
import { type Routes, refusals } from './route'

const GRAPHS = `${BASE}/graphs`
const SCANS = `${GRAPHS}/clusterscans`
const VIEW = 'externalContacts:contact:view'

const settingsSchema = z.object({
  automaticMergingEnabled: z.boolean(),
  selfUri: z.string(),
})
const statisticsSchema = z.object({
  aggregated: z.object({
    totalClusters: z.number(),
    totalAutomaticMergeSuccesses: z.number(),
    totalAutomaticMergeFailures: z.number(),
  }),
  selfUri: z.string(),
})
const scanSchema = z.object({
  id: z.string(),
  dateCompleted: z.string(),
  statistics: statisticsSchema,
  selfUri: z.string(),
})
const clusterSchema = z.object({
  id: z.string(),
  division: divisionSchema,
  clusterScan: z.object({ id: z.string(), selfUri: z.string() }),
  /** `Pending` until a caller merges it. */
  mergeInfo: z.object({ status: z.string(), dateMerged: z.string().optional() }),
  graph: z.object({
    vertices: z.object({
      contacts: z.array(z.object({ vertexId: z.string(), contact: externalContactSchema })),
      identifiers: z.array(z.object({ vertexId: z.string() })),
    }),
    /** Pairs of contacts that are alike. */
    edges: z.array(z.object({ from: z.string(), to: z.string() })),
  }),
  dateCreated: z.string(),
  selfUri: z.string(),
})

const scanParams = z.object({ scanId: idSchema })
const clusterParams = scanParams.extend({ clusterId: idSchema })
const expandQuery = z.object({ expand: listSchema })
const cursorSchema = z.object({ offset: z.number().int().min(0) })

type Scan = NonNullable<ReturnType<DuplicateList['completed']>>

const noScan = () =>
  new ScvError('not_found', 'No scan of this id has ended here; the first one begins with this call.')

/** @param scanId absent: the latest */
function scanOf(list: DuplicateList, scanId?: string): Scan {
  const scan = list.completed()
  if (!scan || (scanId !== undefined && scan.id !== scanId)) throw noScan()
  return scan
}

function statistics(list: DuplicateList, scan: Scan) {
  const { veryLikely, likely, possible } = list.state().counts
  return {
    aggregated: {
      totalClusters: veryLikely + likely + possible,
      totalAutomaticMergeSuccesses: 0,
      totalAutomaticMergeFailures: 0,
    },
    selfUri: `${SCANS}/${scan.id}/statistics`,
  }
}

const moment = ({ at }: Scan): string => new Date(at).toISOString()

const answerScan = (list: DuplicateList, scan: Scan) => ({
  id: scan.id,
  dateCompleted: moment(scan),
  statistics: statistics(list, scan),
  selfUri: `${SCANS}/${scan.id}`,
})

export const graphRoutes: Routes = (api, { engine, duplicatesFor }) => {
  type Asking = Parameters<typeof duplicatesFor>[0]
  function answerCluster(caller: Asking, scan: Scan, cluster: FoundCluster, mergedAt?: string) {
    const id = clusterName(cluster)
    return {
      id,
      division: HOME,
      clusterScan: { id: scan.id, selfUri: `${SCANS}/${scan.id}` },
      mergeInfo: mergedAt === undefined ? { status: 'Pending' } : { status: 'Success', dateMerged: mergedAt },
      graph: {
        vertices: {
          contacts: cluster.ids.map((one) => ({
            vertexId: one,
            contact: answerVisible(caller, engine.queries.unresolved(asContactId(one))),
          })),
          identifiers: [],
        },
        edges: cluster.pairs.map(({ a, b }) => ({ from: a, to: b })),
      },
      dateCreated: moment(scan),
      selfUri: `${SCANS}/${scan.id}/clusters/${id}`,
    }
  }

  const settings = { automaticMergingEnabled: false, selfUri: `${GRAPHS}/settings` }
  const settingsAnswer = { 200: settingsSchema, ...refusals }
  api.get(
    `${GRAPHS}/settings`,
    {
      config: { permission: VIEW },
      schema: {
        summary: 'Whether duplicates are merged by themselves: never',
        tags: ['graphs'],
        response: settingsAnswer,
      },
    },
    () => settings,
  )
  api.put(
    `${GRAPHS}/settings`,
    {
      config: { permission: 'externalContacts:identity:merge' },
      schema: {
        summary: 'Automatic merging stays off: switching it on is refused',
        tags: ['graphs'],
        body: settingsSchema.extend({ dateModified: z.string().optional() }).partial(),
        response: settingsAnswer,
      },
    },
    ({ body }) => {
      if (body.automaticMergingEnabled)
        throw new HttpError('malformed', 'Nothing is merged by itself here.', 'automaticMergingEnabled')
      return settings
    },
  )

  api.get(
    SCANS,
    {
      config: { permission: VIEW },
      schema: {
        summary: 'The last scan for duplicates; the first call begins one',
        tags: ['graphs'],
        querystring: expandQuery.extend({ limit: limitQuery(1, 200, 100), cursor: z.string().max(1024).optional() }),
        response: {
          200: z.object({ entities: z.array(scanSchema), cursors: z.object({}), selfUri: z.string() }),
          ...refusals,
        },
      },
    },
    ({ caller }) => {
      const list = duplicatesFor(caller)
      const scan = list.completed()
      return { entities: scan ? [answerScan(list, scan)] : [], cursors: {}, selfUri: SCANS }
    },
  )

  for (const [path, idOf] of [
    [`${SCANS}/latest`, () => undefined],
    [`${SCANS}/:scanId`, (params: unknown) => scanParams.parse(params).scanId],
  ] as const) {
    const schema = { tags: ['graphs'], ...(path.endsWith('latest') ? {} : { params: scanParams }) }
    api.get(
      path,
      {
        config: { permission: VIEW },
        schema: {
          summary: 'A scan for duplicates',
          querystring: expandQuery,
          response: { 200: scanSchema, ...refusals },
          ...schema,
        },
      },
      ({ params, caller }) => {
        const list = duplicatesFor(caller)
        return answerScan(list, scanOf(list, idOf(params)))
      },
    )
    api.get(
      `${path}/statistics`,
      {
        config: { permission: VIEW },
        schema: { summary: 'How much a scan found', response: { 200: statisticsSchema, ...refusals }, ...schema },
      },
      ({ params, caller }) => {
        const list = duplicatesFor(caller)
        return statistics(list, scanOf(list, idOf(params)))
      },
    )
  }

  api.get(
    `${SCANS}/:scanId/clusters`,
    {
      config: { permission: VIEW },
      schema: {
        summary: 'Contacts that are likely one person, the most certain first',
        tags: ['graphs'],
        params: scanParams,
        querystring: z.object({
          limit: limitQuery(1, 200, 100),
          cursor: z.string().max(1024).optional(),
          divisionIds: listSchema,
          'mergeInfo.status': z.string().max(64).optional(),
        }),
        response: {
          200: z.object({
            entities: z.array(clusterSchema),
            cursors: z.object({ after: z.string().optional() }),
            nextUri: z.string().optional(),
            selfUri: z.string(),
          }),
          ...refusals,
        },
      },
    },
    ({ params, query, caller }) => {
      const list = duplicatesFor(caller)
      const scan = scanOf(list, params.scanId)
      const { limit, cursor } = query
      const from = cursor ? readCursor(cursor, cursorSchema, 'cursor').offset : 0
      const wanted = query['mergeInfo.status'] ?? 'Pending'
      const all = wanted === 'Pending' ? list.all() : []
      const after = from + limit < all.length ? writeCursor({ offset: from + limit }) : undefined
      const path = `${SCANS}/${scan.id}/clusters`
      return {
        entities: all.slice(from, from + limit).map((cluster) => answerCluster(caller, scan, cluster)),
        cursors: after ? { after } : {},
        ...(after ? { nextUri: `${path}?${new URLSearchParams({ limit: `${limit}`, cursor: after })}` } : {}),
        selfUri: path,
      }
    },
  )

  const clusterAnswer = { 200: clusterSchema, ...refusals }
  api.get(
    `${SCANS}/:scanId/clusters/:clusterId`,
    {
      config: { permission: VIEW },
      schema: { summary: 'One of them', tags: ['graphs'], params: clusterParams, response: clusterAnswer },
    },
    ({ params, caller }) => {
      const list = duplicatesFor(caller)
      return answerCluster(caller, scanOf(list, params.scanId), list.cluster(params.clusterId))
    },
  )
  api.put(
    `${SCANS}/:scanId/clusters/:clusterId/merge`,
    {
      config: { permission: 'externalContacts:identity:merge' },
      schema: { summary: 'Merge its contacts', tags: ['graphs'], params: clusterParams, response: clusterAnswer },
    },
    async ({ params, caller }) => {
      const list = duplicatesFor(caller)
      const scan = scanOf(list, params.scanId)
      const cluster = list.cluster(params.clusterId)
      await list.mergeAll([cluster.ids.map(asContactId)])
      return answerCluster(caller, scan, cluster, new Date().toISOString())
    },
  )
}
