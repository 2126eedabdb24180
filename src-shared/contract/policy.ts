// What an administrator of this machine has fixed, for the window to show.
import { live } from '@shared/ipc/contract'
import { z } from 'zod'

export const FIXABLE = [
  'server',
  'organisation',
  'region',
  'retentionDays',
  'localApi',
  'encryption',
  'languages',
] as const
const fixableSchema = z.enum(FIXABLE)
export type Fixable = z.infer<typeof fixableSchema>

const managedSchema = z.object({
  /** As the policy names its author. */
  by: z.string(),
  /** Where the policy was read. */
  where: z.string(),
  fixed: z.array(z.object({ what: fixableSchema, value: z.string() })),
})
export type Managed = z.infer<typeof managedSchema>

export const policyContract = {
  /** Null: nothing is fixed on this machine. */
  'app.managed': live(z.object({}), managedSchema.nullable()),
} as const
