// Sync and what it left to settle, through the product's own calls.
import { decisionSchema, reconcileItemSchema, reconcileKindSchema } from '@shared/contract/reconcile'
import { syncStatusSchema } from '@shared/contract/sync'
import { firstValueFrom } from 'rxjs'
import { z } from 'zod'
import { requirePermission } from '../../engine/permissions'
import { offsetOf, pageQuery } from '../schemas/common'
import { LOCAL } from './local'
import { type Routes, refusals } from './route'

const context = { signal: new AbortController().signal }

export const syncRoutes: Routes = (api, { handlers, reconcile }) => {
  const statusAnswer = { 200: syncStatusSchema, ...refusals }
  const status = () => firstValueFrom(handlers()['sync.status']({}, context))

  api.get(
    `${LOCAL}/sync`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: { summary: 'How far sync is', tags: ['sync'], response: statusAnswer },
    },
    status,
  )

  for (const what of ['pause', 'resume'] as const)
    api.post(
      `${LOCAL}/sync/${what}`,
      {
        config: { permission: 'externalContacts:contact:edit' },
        schema: { summary: what === 'pause' ? 'Pause sync' : 'Let sync go on', tags: ['sync'], response: statusAnswer },
      },
      async () => {
        await handlers()[`sync.${what}`]({}, context)
        return status()
      },
    )

  api.get(
    `${LOCAL}/reconcile`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'What happened apart and somebody may want to settle, newest first',
        tags: ['sync'],
        querystring: pageQuery.extend({ kind: reconcileKindSchema.optional() }),
        response: { 200: z.object({ total: z.number(), items: z.array(reconcileItemSchema) }), ...refusals },
      },
    },
    ({ query: { kind, ...page }, caller }) =>
      firstValueFrom(
        reconcile(caller.actor)['reconcile.items'](
          { ...(kind ? { kind } : {}), offset: offsetOf(page), limit: page.pageSize },
          context,
        ),
      ),
  )

  api.post(
    `${LOCAL}/reconcile/:itemId`,
    {
      schema: {
        summary: 'Settle an item',
        tags: ['sync'],
        params: z.object({ itemId: z.string().min(1).max(512) }),
        body: z.object({
          decision: decisionSchema,
          target: z.string().max(512).optional(),
          reason: z.string().trim().max(1024).optional(),
        }),
        response: { 200: z.object({ contactId: z.string().optional() }), ...refusals },
      },
    },
    async ({ params: { itemId }, body, caller }) => {
      // The engine knows what its own decisions take; these two are about what the server refused.
      if (body.decision === 'retry' || body.decision === 'drop')
        requirePermission(caller.actor(), 'externalContacts:contact:edit')
      return reconcile(caller.actor)['reconcile.decide']({ id: itemId, ...body }, context)
    },
  )
}
