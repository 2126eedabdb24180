// Likely doubles in the reference's words: whether they are merged by themselves, and what a scan for them found.
// Invariant: nothing is merged by itself, so automatic merging cannot be switched on; a scan is this device's own.
import { ScvError } from '@shared/errors'
import { z } from 'zod'
import type { DuplicateList } from '../../application/duplicate-list'
import { HttpError } from '../errors'
import { idSchema, limitQuery, listSchema } from '../schemas/common'
import { BASE } from '../schemas/contact'
import { type Routes, refusals } from './route'

const GRAPHS = `${BASE}/graphs`
export const SCANS = `${GRAPHS}/clusterscans`
export const VIEW = 'externalContacts:contact:view'

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
export const scanParams = z.object({ scanId: idSchema })
const expandQuery = z.object({ expand: listSchema })

export type Scan = NonNullable<ReturnType<DuplicateList['completed']>>

const noScan = () =>
  new ScvError('not_found', 'No scan of this id has ended here; the first one begins with this call.')

/** @param scanId absent: the latest */
export function scanOf(list: DuplicateList, scanId?: string): Scan {
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

export const moment = ({ at }: Scan): string => new Date(at).toISOString()

const answerScan = (list: DuplicateList, scan: Scan) => ({
  id: scan.id,
  dateCompleted: moment(scan),
  statistics: statistics(list, scan),
  selfUri: `${SCANS}/${scan.id}`,
})

export const graphRoutes: Routes = (api, { duplicatesFor }) => {
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
}
