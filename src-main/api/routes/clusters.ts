// What a scan for doubles found, as graphs of contacts, and merging one of them.
// Invariant: nothing is merged but by the caller who asks for it.

import { asContactId } from '@shared/model/ids'
import { z } from 'zod'
import { clusterName } from '../../application/duplicate-list'
import type { FoundCluster } from '../../application/ports'
import type { Engine } from '../../engine'
import { idSchema, limitQuery, listSchema, readCursor, writeCursor } from '../schemas/common'
import { externalContactSchema } from '../schemas/contact'
import { divisionSchema, HOME } from '../schemas/division'
import { answerVisible } from './contacts'
import { moment, SCANS, type Scan, scanOf, scanParams, VIEW } from './graphs'
import { type Routes, refusals } from './route'

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

const clusterParams = scanParams.extend({ clusterId: idSchema })
const cursorSchema = z.object({ offset: z.number().int().min(0) })

function answerCluster(
  engine: Engine,
  caller: Parameters<typeof answerVisible>[0],
  scan: Scan,
  cluster: FoundCluster,
  mergedAt?: string,
) {
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

export const clusterRoutes: Routes = (api, { engine, duplicatesFor }) => {
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
        entities: all.slice(from, from + limit).map((cluster) => answerCluster(engine, caller, scan, cluster)),
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
      return answerCluster(engine, caller, scanOf(list, params.scanId), list.cluster(params.clusterId))
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
      return answerCluster(engine, caller, scan, cluster, new Date().toISOString())
    },
  )
}
