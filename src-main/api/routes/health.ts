// Whether the application is ready, for the programs that wait for it.

import { z } from 'zod'
import { LOCAL, type Routes, refusals } from './route'

export const healthRoutes: Routes = (api, { engine, version }) => {
  api.get(
    `${LOCAL}/health`,
    {
      schema: {
        summary: 'Whether the application is ready, its version, and how much there is',
        tags: ['local'],
        response: {
          200: z.object({
            ready: z.boolean(),
            version: z.string(),
            counts: z.object({ curated: z.number(), autoCreated: z.number(), interactions: z.number() }),
          }),
          ...refusals,
        },
      },
    },
    async () => ({ ready: true, version: version, counts: engine.queries.counts() }),
  )
}
