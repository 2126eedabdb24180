// How people leave: erased at their request, or aged out of those who were created automatically.

import { momentSchema } from '@shared/model/interaction'
import { z } from 'zod'
import { contactParams } from '../schemas/common'
import { LOCAL, type Routes, refusals } from './route'

export const retentionRoutes: Routes = (api, { engine }) => {
  api.post(
    `${LOCAL}/contacts/:contactId/erase`,
    {
      config: { permission: 'externalContacts:identity:erase' },
      schema: {
        summary: 'Erase a person at their request, everywhere and for good',
        tags: ['local'],
        params: contactParams,
        response: { 200: z.object({ erased: z.array(z.string()) }), ...refusals },
      },
    },
    async ({ params, caller }) => ({ erased: await engine.erasure.erase(caller.actor(), params.contactId) }),
  )

  api.post(
    `${LOCAL}/retention/run`,
    {
      config: { permission: 'externalContacts:contact:delete' },
      schema: {
        summary: 'Let auto-created contacts age out that are due as of a moment, or say who would',
        tags: ['local'],
        body: z.object({ asOf: momentSchema.optional(), dryRun: z.boolean().optional() }).nullish(),
        response: {
          200: z.object({ dryRun: z.boolean(), count: z.number(), expired: z.array(z.string()) }),
          ...refusals,
        },
      },
    },
    async ({ body, caller }) => {
      const dryRun = body?.dryRun === true
      const asOf = body?.asOf === undefined ? {} : { asOf: Date.parse(body.asOf) }
      const { expired } = await engine.retention.run(caller.actor(), { ...asOf, dryRun })
      return { dryRun, count: expired.length, expired }
    },
  )
}
