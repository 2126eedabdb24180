// Which people or notes an export of the reference is of: its filters as a question about one.
// Invariant: a word that is not known is refused, never passed.
import type { NoteView } from '@shared/model/views'
import { z } from 'zod'
import type { ExportedPerson } from '../../engine/queries/exporting'
import { HttpError } from '../errors'
import { HOME } from './division'

const DEPTH_MAX = 3
const VALUES_MAX = 100
const one = z.strictObject({ field: z.string().max(64), value: z.string().max(256) })
const several = z.strictObject({
  field: z.string().max(64),
  values: z.array(z.string().max(256)).min(1).max(VALUES_MAX),
})

interface Filter {
  eq?: z.infer<typeof one> | null | undefined
  in?: z.infer<typeof several> | null | undefined
  lte?: z.infer<typeof one> | null | undefined
  gte?: z.infer<typeof one> | null | undefined
  and?: Filter[] | null | undefined
  or?: Filter[] | null | undefined
  not?: Filter | null | undefined
}

const plain = z.strictObject({ eq: one.nullish(), in: several.nullish(), lte: one.nullish(), gte: one.nullish() })

/** Filters in filters, as deep as they may go: a schema that names itself would have no end in a description. */
function filterSchema(depth: number): z.ZodType<Filter> {
  if (depth === 0) return plain
  const inner = filterSchema(depth - 1)
  const many = z.array(inner).min(1).max(20).nullish()
  return plain.extend({ and: many, or: many, not: inner.nullish() })
}

export const conditionsSchema = z.strictObject({
  filters: filterSchema(DEPTH_MAX).nullish(),
  limit: z.number().int().min(1).nullish(),
})
export type Conditions = z.infer<typeof conditionsSchema>

/** What a filter can be about: the text of a field, or a moment. */
interface Fields<T> {
  texts: Readonly<Record<string, (of: T) => string | undefined>>
  moments: Readonly<Record<string, (of: T) => string>>
}

export const PEOPLE_FIELDS: Fields<ExportedPerson> = {
  texts: {
    DivisionId: () => HOME.id,
    ContactClassification: () => 'Curated',
    ExternalOrganizationId: ({ fields }) => fields.externalOrganization?.id,
  },
  moments: { CreateDate: ({ createdAt }) => createdAt, ModifyDate: ({ modifiedAt }) => modifiedAt },
}
export const NOTE_FIELDS: Fields<NoteView> = {
  texts: { DivisionId: () => HOME.id, EntityType: () => 'contact' },
  moments: { CreateDate: ({ createdAt }) => createdAt, ModifyDate: ({ modifiedAt }) => modifiedAt },
}

type Test<T> = (of: T) => boolean

function reader<R>(known: Readonly<Record<string, R>>, field: string): R {
  const read = Object.hasOwn(known, field) ? known[field] : undefined
  if (!read)
    throw new HttpError(
      'malformed',
      `filters: a field is one of ${Object.keys(known).join(', ')}.`,
      'queryConditions.filters',
    )
  return read
}

function momentOf(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at))
    throw new HttpError('malformed', 'filters: write a moment as 2026-06-01T09:00:00Z.', 'queryConditions.filters')
  return at
}

/** A filter as a question; all that it says is to hold. @throws HttpError `malformed` */
function testOf<T>(filter: Filter, fields: Fields<T>): Test<T> {
  const all: Test<T>[] = []
  const { eq, in: among, lte, gte, and, or, not } = filter
  if (eq) {
    const read = reader(fields.texts, eq.field)
    all.push((of) => read(of)?.toLowerCase() === eq.value.toLowerCase())
  }
  if (among) {
    const read = reader(fields.texts, among.field)
    const values = new Set(among.values.map((value) => value.toLowerCase()))
    all.push((of) => values.has(read(of)?.toLowerCase() ?? ''))
  }
  if (lte) {
    const [read, at] = [reader(fields.moments, lte.field), momentOf(lte.value)]
    all.push((of) => Date.parse(read(of)) <= at)
  }
  if (gte) {
    const [read, at] = [reader(fields.moments, gte.field), momentOf(gte.value)]
    all.push((of) => Date.parse(read(of)) >= at)
  }
  if (and) all.push(...and.map((each) => testOf(each, fields)))
  if (or) {
    const some = or.map((each) => testOf(each, fields))
    all.push((of) => some.some((test) => test(of)))
  }
  if (not) {
    const test = testOf(not, fields)
    all.push((of) => !test(of))
  }
  if (all.length === 0)
    throw new HttpError('malformed', 'filters: an empty filter says nothing.', 'queryConditions.filters')
  return (of) => all.every((test) => test(of))
}

/** What conditions ask for. @throws HttpError `malformed` */
export function askedBy<T>(
  conditions: Conditions | null | undefined,
  fields: Fields<T>,
): { keep?: Test<T>; limit?: number } {
  return {
    ...(conditions?.filters ? { keep: testOf(conditions.filters, fields) } : {}),
    ...(conditions?.limit ? { limit: conditions.limit } : {}),
  }
}
