// Who did what, newest first.

import { auditEntrySchema } from '@shared/contract/audit'
import { momentSchema } from '@shared/model/interaction'
import { z } from 'zod'
import { auditTrail } from '../../application/audit-trail'
import { contactIdInput, offsetOf, pageQuery } from '../schemas/common'
import { LOCAL, type Routes, refusals } from './route'

export const auditRoutes: Routes = (api) => {
  api.get(
    `${LOCAL}/audit`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'Who did what, newest first: of one person, or in a time',
        tags: ['local'],
        querystring: pageQuery.extend({
          contactId: contactIdInput.optional(),
          from: momentSchema.optional(),
          to: momentSchema.optional(),
        }),
        response: {
          200: z.object({
            entities: z.array(
              auditEntrySchema.extend({ contactIds: z.array(z.string()), subjectId: z.string().optional() }),
            ),
            pageSize: z.number(),
            pageNumber: z.number(),
          }),
          ...refusals,
        },
      },
    },
    async ({ query: { contactId, from, to, ...page }, caller }) => {
      const within = {
        fromMs: from === undefined ? undefined : Date.parse(from),
        toMs: to === undefined ? undefined : Date.parse(to),
      }
      const entities = await auditTrail(caller, { contactId, ...within }, offsetOf(page), page.pageSize)
      return { entities, ...page }
    },
  )
}
