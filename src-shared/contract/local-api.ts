// The local API as the window controls it: on or off, its port, its tokens; and what arrives through it.

import { command, live } from '@shared/ipc/contract'
import { contactIdSchema, interactionIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { ID_MAX, USER_NAME_MAX } from '../model/limits'
import { candidateSchema, interactionViewSchema, personRefSchema, resolutionReasonSchema } from '../model/views'
import { PERMISSIONS } from '../permissions'

const permissionSchema = z.enum(PERMISSIONS)

export const apiTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  permissions: z.array(permissionSchema),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
})
export type ApiToken = z.infer<typeof apiTokenSchema>

const localApiStatusSchema = z.object({
  enabled: z.boolean(),
  /** What it listens on while it runs. */
  address: z.string().nullable(),
  port: z.number(),
  /** Why it does not run although it is enabled. */
  message: z.string().optional(),
  tokens: z.array(apiTokenSchema),
})
export type LocalApiStatus = z.infer<typeof localApiStatusSchema>

/** What an agent said about an interaction that arrived. */

const howSchema = z.enum(['right', 'linked', 'unlinked', 'kept'])
export const decidedSchema = z.object({ how: howSchema, by: z.string(), at: z.string() })
export type DecidedArrival = z.infer<typeof decidedSchema>

/** An interaction that arrived, with the person it was resolved to and why. */
const incomingSchema = z.object({
  interaction: interactionViewSchema,
  /** The person it belongs to now; null: unlinked. */
  contact: personRefSchema.nullable(),
  /** Every person that what it came by may mean. */
  candidates: z.array(candidateSchema),
  created: z.boolean(),
  reason: resolutionReasonSchema,
  arrivedAt: z.string(),
  /** What was decided about it, the agent and the moment; null: it waits. */
  decided: decidedSchema.nullable(),
})
export type Incoming = z.infer<typeof incomingSchema>

export const localApiContract = {
  'api.status': live(z.object({}), localApiStatusSchema),
  'api.enable': command(
    z.object({ enabled: z.boolean(), port: z.number().int().min(1024).max(65535).optional() }),
    z.object({}),
  ),
  /** Makes a token. The secret is told this once; only a hash of it is stored. */
  'api.createToken': command(
    z.object({
      name: z.string().trim().min(1).max(USER_NAME_MAX),
      permissions: z.array(permissionSchema).max(PERMISSIONS.length),
    }),
    z.object({ id: z.string(), secret: z.string() }),
  ),
  'api.revokeToken': command(z.object({ id: z.string().max(64) }), z.object({})),
  /** The latest 50 interactions that arrived at this device, newest first; follows links made since. */
  'incoming.list': live(z.object({}), z.array(incomingSchema)),
  /** The person named is the right one, or is to be (null: no contact): links exactly the id given. */
  'incoming.link': command(
    z.object({ interactionId: interactionIdSchema.max(ID_MAX), contactId: contactIdSchema.max(ID_MAX).nullable() }),
    z.object({}),
  ),
  /** Notes what was decided, over restarts; null: it waits again. */
  'incoming.decide': command(
    z.object({ interactionId: interactionIdSchema.max(ID_MAX), how: howSchema.nullable() }),
    z.object({}),
  ),
  /** It is of a person who is not known yet: a new contact takes it. */
  'incoming.linkNew': command(z.object({ interactionId: interactionIdSchema.max(ID_MAX) }), personRefSchema),
} as const
