// A person of then beside the person of today: which values differ, and what change of today puts a value of then back.
// Invariant: pure; a field that neither has is no line, and what is put back takes nothing else along.
import type { ContactChanges, ContactFields } from '@shared/model/contact'
import type { PastPersonView, PersonAsOf } from '@shared/model/history'
import { byField, puttingBack } from '../format/field-values'

/** One field, then and today; undefined: it was, or is, empty. */
export interface ComparedLine {
  key: string
  was: unknown
  today: unknown
  differs: boolean
}

export function compared(then: Pick<PastPersonView, 'values'>, today: PersonAsOf['today']): ComparedLine[] {
  const keys = new Set([...Object.keys(then.values), ...Object.keys(today.values)])
  return [...keys].sort(byField).map((key) => {
    const [was, is] = [then.values[key], today.values[key]]
    return { key, was, today: is, differs: JSON.stringify(was) !== JSON.stringify(is) }
  })
}

/** The change of today's fields that makes a value what it was; undefined for what is no field that can be written. */
export function changeBack(
  { key, was }: Pick<ComparedLine, 'key' | 'was'>,
  fields: ContactFields,
): ContactChanges | undefined {
  const isMember = key.includes('/')
  if (was !== undefined) {
    const isThere = isMember && JSON.stringify(membersOf(key, fields)[key]) === JSON.stringify(was)
    return isThere ? undefined : puttingBack(key, was, fields)
  }
  if (!isMember) return puttingBack(key, null, fields)
  const rest = Object.entries(membersOf(key, fields)).filter(([one]) => one !== key)
  const [field = ''] = key.split('/', 1)
  if (field === 'customFields')
    return {
      customFields: Object.fromEntries(rest.map(([one, value]) => [one.slice('customFields/'.length), value])),
    } as ContactChanges
  return { [field]: rest.map(([, value]) => value) } as ContactChanges
}

/** The members of a field that is kept member by member, each under its key. */
function membersOf(key: string, fields: ContactFields): Record<string, unknown> {
  if (key.startsWith('customFields/'))
    return Object.fromEntries(
      Object.entries(fields.customFields ?? {}).map(([name, value]) => [`customFields/${name}`, value]),
    )
  if (key.startsWith('externalIds/'))
    return Object.fromEntries(
      (fields.externalIds ?? []).map((id) => [`externalIds/${JSON.stringify([id.externalSource.id, id.value])}`, id]),
    )
  return Object.fromEntries(
    (fields.tags ?? []).map((tag) => [`tags/${tag.normalize('NFKC').trim().toLowerCase()}`, tag]),
  )
}
