// Sync, and what it left to settle.

import { decisionSchema, reconcileItemSchema, reconcileKindSchema } from '@shared/contract/reconcile'
import { syncStatusSchema } from '@shared/contract/sync'
import { itemIdSchema } from '@shared/model/ids'
import { ITEM_ID_MAX, REASON_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { offsetOf, pageQuery } from '../schemas/common'
import { LOCAL, type Routes, refusals } from './route'

export const syncRoutes: Routes = (api, { syncFor, reconcileFor }) => {
  const statusAnswer = { 200: syncStatusSchema, ...refusals }

  api.get(
    `${LOCAL}/sync`,
    {
      // Told to every token, as to everyone at the device: one without a permission learns here why there is nothing to see.
      schema: { summary: 'How far sync is', tags: ['sync'], response: statusAnswer },
    },
    ({ caller }) => syncFor(caller).status(),
  )

  for (const what of ['pause', 'resume'] as const)
    api.post(
      `${LOCAL}/sync/${what}`,
      {
        config: { permission: 'externalContacts:contact:edit' },
        schema: { summary: what === 'pause' ? 'Pause sync' : 'Let sync go on', tags: ['sync'], response: statusAnswer },
      },
      async ({ caller }) => {
        const sync = syncFor(caller)
        await sync[what]()
        return sync.status()
      },
    )

  api.get(
    `${LOCAL}/reconcile`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'What happened apart and a person may want to settle, newest first',
        tags: ['sync'],
        querystring: pageQuery.extend({ kind: reconcileKindSchema.optional() }),
        response: { 200: z.object({ total: z.number(), items: z.array(reconcileItemSchema) }), ...refusals },
      },
    },
    ({ query: { kind, ...page }, caller }) => reconcileFor(caller).page(kind, offsetOf(page), page.pageSize),
  )

  api.post(
    `${LOCAL}/reconcile/:itemId`,
    {
      schema: {
        summary: 'Settle an item',
        tags: ['sync'],
        params: z.object({ itemId: itemIdSchema.min(1).max(ITEM_ID_MAX) }),
        body: z.object({
          decision: decisionSchema,
          target: z.string().max(ITEM_ID_MAX).optional(),
          reason: z.string().trim().max(REASON_MAX).optional(),
        }),
        response: { 200: z.object({ contactId: z.string().optional() }), ...refusals },
      },
    },
    ({ params: { itemId }, body, caller }) => reconcileFor(caller).decide({ id: itemId, ...body }),
  )
}
