// What the reference's PATCH means for a contact: single fields, or parts of one, each with an action.
// Invariant: pure; no two changes of one request touch the same value, so their order says nothing.
import { ScvError } from '@shared/errors'
import { CONTACT_FIELDS, type ContactChanges, type ContactField, type ContactFields } from '@shared/model/contact'
import { sameJson } from '../documents/canonical-json'
import { isEmpty } from '../documents/fields'

export const PATCH_ACTIONS = [
  'UpdateIfEmpty',
  'UpdateIfExists',
  'Update',
  'AppendToCollection',
  'Remove',
  'RemoveFromCollection',
] as const

export interface FieldPatch {
  /** `$.firstName`, or a part of a field: `$.address.city`. */
  field: string
  action: (typeof PATCH_ACTIONS)[number]
  value?: unknown
}

type Branch = Record<string, unknown>

/** One step of a path: `.name`, where the name has no dot nor bracket in it, or `['any name']`. */
const STEP = /\.([^.[\]]+)|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y
/** Lists of objects, where an object is one entry. Any other object is added member by member. */
const LISTS: readonly string[] = ['externalIds', 'appleOpaqueIds', 'lineId.ids', 'facebookId.ids', 'instagramId.ids']
/** Notations of one number: writing one of them leaves nothing of the others. */
const NOTATIONS: readonly string[] = ['userInput', 'display', 'e164', 'countryCode']

/**
 * The changes a patch means, given the current values. Only what is touched is in them.
 * @throws ScvError `invalid_input` for a path that names no field, or a collection action on what is none
 * @throws ScvError `overlapping_changes` when two paths are the same, or one is a part of the other
 */
export function patchChanges(fields: ContactFields, patches: readonly FieldPatch[]): ContactChanges {
  const paths = patches.map(({ field }, i) => pathOf(field, `changes.${i}.field`))
  paths.forEach((path, i) => {
    const other = paths.findIndex((one, j) => j !== i && one.every((part, k) => part === path[k]))
    if (other >= 0)
      throw new ScvError('overlapping_changes', `${patches[i]?.field} and ${patches[other]?.field} overlap.`, {
        field: `changes.${i}.field`,
      })
  })
  const draft: Branch = {}
  patches.forEach(({ action, value }, i) => {
    const path = paths[i] ?? []
    const field = path[0] as ContactField
    if (!Object.hasOwn(draft, field)) draft[field] = structuredClone(fields[field] ?? null)
    const before = read(draft, path)
    const after = outcome(action, before, value ?? null, { isList: isList(path), at: `changes.${i}.value` })
    if (after !== before) write(draft, path, after)
  })
  return Object.fromEntries(
    Object.entries(draft).map(([field, value]) => [field, tidy(field, value)]),
  ) as ContactChanges
}

const isList = (path: readonly string[]): boolean => LISTS.includes(path.join('.'))

/** The steps of a path behind its `$`; undefined: it is none. */
function stepsOf(text: string): string[] | undefined {
  const steps: string[] = []
  if (!text.startsWith('$')) return undefined
  STEP.lastIndex = 1
  while (STEP.lastIndex < text.length) {
    const found = STEP.exec(text)
    if (!found) return undefined
    const [, plain, single, double] = found
    steps.push(plain ?? (single ?? double ?? '').replace(/\\(.)/g, '$1'))
  }
  return steps
}

/**
 * The parts of a path: `$.firstName`, `$.customFields.my-field`, `$.customFields['any name']`.
 * @throws ScvError `invalid_input` for what names no field of a contact
 */
export function pathOf(text: string, at: string): string[] {
  const path = stepsOf(text) ?? []
  const [field = '', ...parts] = path
  const known = (CONTACT_FIELDS as readonly string[]).includes(field) && !parts.includes('')
  // What a custom field is called is the organisation's own affair; the parts of all others have plain names.
  const plain = field === 'customFields' || parts.every((part) => /^[A-Za-z0-9_]+$/.test(part))
  if (!known || !plain || path.includes('__proto__'))
    throw new ScvError('invalid_input', `“${text}” is no field of a contact; write $.firstName or $.address.city.`, {
      field: at,
    })
  return path
}

function outcome(
  action: FieldPatch['action'],
  before: unknown,
  value: unknown,
  { isList, at }: { isList: boolean; at: string },
): unknown {
  switch (action) {
    case 'Update':
      return value
    case 'UpdateIfEmpty':
      return isEmpty(before) ? value : before
    case 'UpdateIfExists':
      return isEmpty(before) ? before : value
    case 'Remove':
      return null
    case 'AppendToCollection':
      if (!isList && !Array.isArray(before) && isBranch(value) && (isEmpty(before) || isBranch(before)))
        return isEmpty(before) ? value : { ...(before as Branch), ...value }
      return append(collection(before, at), listOf(value))
    case 'RemoveFromCollection':
      if (isBranch(before)) {
        const gone = new Set(isBranch(value) ? Object.keys(value) : listOf(value))
        return Object.fromEntries(Object.entries(before).filter(([key]) => !gone.has(key)))
      }
      return collection(before, at).filter((item) => !listOf(value).some((one) => sameItem(item, one)))
  }
}

const listOf = (value: unknown): unknown[] => (value === null ? [] : Array.isArray(value) ? value : [value])

function collection(value: unknown, at: string): unknown[] {
  if (isEmpty(value)) return []
  if (!Array.isArray(value)) throw new ScvError('invalid_input', 'This field is no collection.', { field: at })
  return value
}

/** Items that are not there yet, behind those that are. */
export function append(items: readonly unknown[], added: readonly unknown[]): unknown[] {
  const all = [...items]
  for (const item of added) if (!all.some((one) => sameItem(one, item))) all.push(item)
  return all
}

/** Two external ids are one if source and value are the same, whatever the source is called. */
function sameItem(a: unknown, b: unknown): boolean {
  const key = (item: unknown) => {
    const { externalSource, value } = (item ?? {}) as { externalSource?: { id?: unknown }; value?: unknown }
    return externalSource?.id === undefined ? item : [externalSource.id, value]
  }
  return sameJson(key(a), key(b))
}

function read(draft: Branch, path: readonly string[]): unknown {
  let value: unknown = draft
  for (const part of path) value = isBranch(value) && Object.hasOwn(value, part) ? value[part] : null
  return value
}

const isBranch = (value: unknown): value is Branch =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function write(draft: Branch, path: readonly string[], value: unknown): void {
  let branch = draft
  for (const part of path.slice(0, -1)) {
    const next = Object.hasOwn(branch, part) ? branch[part] : null
    if (isBranch(next)) branch = next
    else {
      const made: Branch = {}
      branch[part] = made
      branch = made
    }
  }
  const last = path.at(-1) ?? ''
  const isNumber = path.length > 1 && /Phone$|^phoneNumber$/.test(path.at(-2) ?? '')
  if (isNumber && NOTATIONS.includes(last)) for (const notation of NOTATIONS) delete branch[notation]
  if (value === null && path.length > 1) delete branch[last]
  else branch[last] = value
}

/** What is left of a field after parts of it went: nothing, where nothing useful is. */
function tidy(field: string, value: unknown): unknown {
  if (isEmpty(value)) return null
  if (!isBranch(value)) return value
  if (field === 'whatsAppId' && isEmpty(value['phoneNumber'])) return null
  if (/^(line|facebook|instagram)Id$/.test(field)) return { ids: [], ...value }
  if (field === 'externalOrganization') return { name: '', ...value }
  return value
}
