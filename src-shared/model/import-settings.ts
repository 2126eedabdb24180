// How an organisation imports people, once settled and used again: which source its record ids are of, by what people are found,
// which fields are taken, and which columns of a table go where.
import { z } from 'zod'
import { FIELD_TITLE_MAX, ID_MAX, IMPORT_COLUMNS_MAX, NAME_MAX } from './limits'

/** By what a row may find the person it means, beside its record id. */
export const MATCHED_BY = ['Email', 'Phone'] as const

export const importSettingsSchema = z.strictObject({
  name: z.string().trim().min(1).max(FIELD_TITLE_MAX),
  externalSourceId: z.string().min(1).max(ID_MAX),
  /** None: by whatever a row names. */
  matchedBy: z.array(z.enum(MATCHED_BY)).max(MATCHED_BY.length),
  /** Fields of a contact; none: all. */
  fields: z
    .array(z.strictObject({ name: z.string().min(1).max(NAME_MAX), isIncluded: z.boolean() }))
    .max(IMPORT_COLUMNS_MAX),
})
export type ImportSettings = z.infer<typeof importSettingsSchema>

export const csvMappingSchema = z.strictObject({
  /** The import settings it is for. */
  settingsId: z.string().min(1).max(ID_MAX).optional(),
  /** Header of a column, and the path of the field that takes it. */
  entries: z
    .array(z.strictObject({ header: z.string().min(1).max(NAME_MAX), path: z.string().min(1).max(NAME_MAX) }))
    .min(1)
    .max(IMPORT_COLUMNS_MAX),
})
export type CsvMapping = z.infer<typeof csvMappingSchema>
