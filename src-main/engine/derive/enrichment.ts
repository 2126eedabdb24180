// What enriching a contact means for its values: what is submitted against what is there, field by field.
// Invariant: pure; a value not submitted is null to the rules (the reference's `EnrichFieldRules`).

import { ScvError } from '@shared/errors'
import { CONTACT_FIELDS, type ContactChanges, type ContactFields } from '@shared/model/contact'
import { EXTERNAL_IDS_MAX, LIST_MAX, TAGS_MAX } from '@shared/model/limits'
import { sameJson } from '../documents/canonical-json'
import { isEmpty } from '../documents/fields'
import { append, pathOf } from './patch'

export const FIELD_ACTIONS = ['AlwaysUseProvided', 'PreferProvided', 'PreferExisting'] as const
export const ARRAY_ACTIONS = ['Fill', 'Extend', 'Replace'] as const
type FieldAction = (typeof FIELD_ACTIONS)[number]
type ArrayAction = (typeof ARRAY_ACTIONS)[number]

export interface FieldRules {
  /** `PreferProvided` unless given. */
  defaultAction?: FieldAction | undefined
  /** `Fill` unless given: what is there and then what is submitted, as far as there is room. */
  defaultArrayAction?: ArrayAction | undefined
  rules?: readonly {
    field: string
    action?: FieldAction | undefined
    arrayAction?: ArrayAction | undefined
  }[]
}

type Parts = Record<string, unknown>

/** Fields whose parts are values of their own; all others are one value. */
const IN_PARTS: readonly string[] = ['address', 'lineId', 'facebookId', 'instagramId', 'customFields']
const LISTS: readonly string[] = ['externalIds', 'appleOpaqueIds', 'tags', 'ids']

/**
 * The changes to a contact that has `existing`.
 * @throws ScvError `invalid_input` for a rule that names no field; `too_many` when `Extend` finds no room
 */
export function enrichedFields(
  existing: ContactFields,
  provided: ContactChanges,
  { defaultAction = 'PreferProvided', defaultArrayAction = 'Fill', rules = [] }: FieldRules,
): ContactChanges {
  const byPath = new Map(rules.map((rule, i) => [pathOf(rule.field, `fieldRules.rules.${i}.field`).join('.'), rule]))
  const ruleOf = (field: string, part?: string) => {
    const own = part === undefined ? undefined : byPath.get(`${field}.${part}`)
    const whole = byPath.get(field)
    return {
      action: own?.action ?? whole?.action ?? defaultAction,
      arrayAction: own?.arrayAction ?? whole?.arrayAction ?? defaultArrayAction,
    }
  }
  const changes: Parts = {}
  for (const field of CONTACT_FIELDS) {
    const before: unknown = existing[field] ?? null
    const given: unknown = provided[field] ?? null
    let after: unknown
    if (IN_PARTS.includes(field)) {
      const [had, gives] = [(before ?? {}) as Parts, (given ?? {}) as Parts]
      const parts = [...new Set([...Object.keys(had), ...Object.keys(gives)])].map((part) => [
        part,
        combine(part, had[part] ?? null, gives[part] ?? null, ruleOf(field, part)),
      ])
      after = Object.fromEntries(parts.filter(([, value]) => value !== null))
      if (field.endsWith('Id') && !isEmpty(after)) after = { ids: [], ...(after as Parts) }
    } else after = combine(field, before, given, ruleOf(field))
    if (isEmpty(after) && isEmpty(before)) continue
    if (!sameJson(after, before)) changes[field] = isEmpty(after) ? null : after
  }
  return changes as ContactChanges
}

function combine(
  name: string,
  before: unknown,
  given: unknown,
  { action, arrayAction }: { action: FieldAction; arrayAction: ArrayAction },
): unknown {
  if (LISTS.includes(name) && Array.isArray(given) && given.length > 0 && arrayAction !== 'Replace') {
    const all = append(Array.isArray(before) ? before : [], given)
    const most = name === 'externalIds' ? EXTERNAL_IDS_MAX : name === 'tags' ? TAGS_MAX : LIST_MAX
    if (arrayAction === 'Extend' && all.length > most)
      throw new ScvError('too_many', `${name}: at most ${most} entries.`, { field: `contact.${name}` })
    return all.slice(0, most)
  }
  if (action === 'AlwaysUseProvided') return given
  if (action === 'PreferExisting') return isEmpty(before) ? given : before
  return isEmpty(given) ? before : given
}
