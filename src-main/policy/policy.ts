// What an administrator of the machine fixes for its users: read strictly, since a word that is not understood would be
// a setting that its author takes for fixed. Invariant: a policy that is there and cannot be read keeps the application from
// starting; it never counts as none.
import { FIXABLE, type Fixable, type Managed } from '@shared/contract/policy'
import { ScvError } from '@shared/errors'
import { RETENTION_DAYS_MAX } from '@shared/model/limits'
import { isRegion } from '@shared/model/phone'
import { z } from 'zod'

/** Longer ones are read no further. */
const POLICY_MAX = 64 * 1024

const isLanguage = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}

const policySchema = z.strictObject({
  /** Who stands for it, as Settings shows it. */
  by: z.string().min(1).max(200).default('the administrator of this machine'),
  server: z.url({ protocol: /^https?$/ }).optional(),
  /** As in the name of its database. */
  organisation: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and hyphens, beginning with a letter')
    .optional(),
  region: z.string().refine(isRegion, 'two letters of a country whose numbers are known, such as DE').optional(),
  retentionDays: z.int().min(1).max(RETENTION_DAYS_MAX).optional(),
  localApi: z.enum(['off', 'allowed']).optional(),
  encryption: z.enum(['required', 'optional']).optional(),
  /** The first one says how dates and numbers are written. */
  languages: z.array(z.string().refine(isLanguage, 'a language tag, such as de-CH')).min(1).max(20).optional(),
})
export type Policy = z.infer<typeof policySchema>

/** A policy with the place it was read at; null: nothing is fixed. */
export type InForce = { policy: Policy; where: string } | null

/** @throws ScvError `policy_invalid` that names the entry at fault */
export function parsePolicy(text: string, where: string): Policy {
  const refuse = (why: string, field?: string): ScvError =>
    new ScvError('policy_invalid', `The policy in ${where} cannot be followed: ${why}`, field ? { field } : {})
  if (text.length > POLICY_MAX) throw refuse(`it is longer than ${POLICY_MAX} characters.`)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw refuse(`it is no JSON (${(error as Error).message}).`)
  }
  const read = policySchema.safeParse(json)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const field = issue?.path.join('.') ?? ''
  if (issue?.code === 'unrecognized_keys')
    throw refuse(`it has no entry “${issue.keys[0]}”; there are: by, ${FIXABLE.join(', ')}.`, issue.keys[0])
  throw refuse(`${field === '' ? '' : `“${field}”: `}${issue?.message ?? 'it has another form.'}`, field)
}

/** What is fixed, in words for a person. */
export function managedOf(inForce: InForce): Managed | null {
  if (!inForce) return null
  const { policy, where } = inForce
  const words = (what: Fixable): string | undefined => {
    const value = policy[what]
    if (value === undefined) return undefined
    return Array.isArray(value) ? value.join(', ') : String(value)
  }
  const fixed = FIXABLE.flatMap((what) => {
    const value = words(what)
    return value === undefined ? [] : [{ what, value }]
  })
  return { by: policy.by, where, fixed }
}

/** The refusal of a change to what is fixed. */
export const managedError = ({ policy, where }: NonNullable<InForce>, what: Fixable, said: string): ScvError =>
  new ScvError('managed', `${said} ${policy.by} has fixed this (${where}).`, { field: what })
