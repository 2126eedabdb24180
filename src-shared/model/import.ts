// Importing people from files: what is recognised, what is planned, how it goes, and what was refused.
// Invariant: each row of the file ends in exactly one of the counts, and every row with a problem has a report line. An
// import that fails has one line more, for the place where it stopped.
import { ERROR_CODES, type ErrorCode } from '@shared/errors'
import { contactIdSchema } from '@shared/model/ids'
import { MATCHED_BY } from '@shared/model/import-settings'
import { CUSTOM_NAME_MAX, ID_MAX, NAME_MAX } from '@shared/model/limits'
import { z } from 'zod'

/** Programs whose exports are recognised by their headers; `custom` is any other table, mapped by hand. */
const IMPORT_FORMATS = [
  'google',
  'outlook',
  'salesforce',
  'hubspot',
  'zoho',
  'linkedin',
  'thunderbird',
  'template',
  'vcard',
  'custom',
] as const
const importFormatSchema = z.enum(IMPORT_FORMATS)
const errorCodeSchema = z.enum(Object.keys(ERROR_CODES) as [ErrorCode])
export type ImportFormat = z.infer<typeof importFormatSchema>

/**
 * Where a column can go: a contact field, a part of one (`address.city`), the record id of the exporting program
 * (`recordId`), a full name to be split (`fullName`), a note, a custom field under the column's name (`custom`), any
 * free phone or e-mail field (`phone`, `email`), a field by which the organisation types custom ones, or nowhere (`skip`).
 * `ImportFile.targets` lists them all; `custom/Shoe size` is a custom field under that name.
 */
export const importTargetSchema = z
  .string()
  .min(1)
  .max(CUSTOM_NAME_MAX + 2 * ID_MAX)

/** One column of the table and where it goes. */
export const importColumnSchema = z.object({
  header: z.string(),
  target: importTargetSchema,
  /** The first few non-empty values, so that a person can judge the target. */
  samples: z.array(z.string()),
})
export type ImportColumn = z.infer<typeof importColumnSchema>

/** An encoding less sure than this is shown with a preview, to be confirmed or changed. */
export const ENCODING_SURE = 0.8

/** What opening a file told. Nothing is written yet. */
export const importFileSchema = z.object({
  importId: z.string(),
  fileName: z.string(),
  bytes: z.number(),
  format: importFormatSchema,
  encoding: z.string(),
  /** 0 to 1: how sure the encoding is; below `ENCODING_SURE` people are asked to look. */
  encodingConfidence: z.number(),
  /** Words of the file as they read in the encoding supposed, and in others; empty where it is certain. */
  encodings: z.array(z.object({ encoding: z.string(), sample: z.string() })),
  /** Lines above the header that were passed over. */
  linesBefore: z.number(),
  /** The separator of a table, e.g. `;`; absent for vCard. */
  separator: z.string().optional(),
  columns: z.array(importColumnSchema),
  /** All targets that can be chosen, with what to call them. */
  targets: z.array(z.object({ target: importTargetSchema, label: z.string() })),
})
export type ImportFile = z.infer<typeof importFileSchema>

/** What to do with a row whose person is already here. `fill` touches empty fields only. */
export const importOptionsSchema = z.object({
  onMatch: z.enum(['fill', 'overwrite', 'skip']).default('fill'),
  /** ISO 3166 alpha-2: how national phone notations of this file are read. Absent: the organisation's default region. */
  region: z.string().length(2).optional(),
  /** By what a row finds the person it means, beside its record id, in this order. Absent: by all that it names. */
  matchedBy: z.array(z.enum(MATCHED_BY)).max(MATCHED_BY.length).optional(),
  /** The system that record ids are of. Absent: the program that wrote the file. */
  source: z.object({ id: z.string().min(1).max(NAME_MAX), name: z.string().max(NAME_MAX) }).optional(),
})
export type ImportOptions = z.infer<typeof importOptionsSchema>

/** How far the undoing of an import is, and what came of it. */
export const importUndoSchema = z.object({
  importId: z.string(),
  done: z.boolean(),
  /** 0 to 1. */
  progress: z.number(),
  /** People the import made, who are in the bin now. */
  deleted: z.number(),
  /** People who have their former values again. */
  restored: z.number(),
  /** People about which something could not be taken back. */
  keptTotal: z.number(),
  /** The first of them, and why. */
  kept: z.array(
    z.object({
      contactId: contactIdSchema,
      displayName: z.string(),
      /** `worked_on`: edited, merged or in touch since. `stays_curated`: the import made a curated contact of them. */
      why: z.enum(['worked_on', 'stays_curated', 'note_changed']),
    }),
  ),
  /** Why it stopped before its end; what is taken back so far stays so, and it can be called again. */
  error: z.object({ code: errorCodeSchema, message: z.string() }).optional(),
})
export type ImportUndo = z.infer<typeof importUndoSchema>

/** Counts of rows; `disputes` counts rows (already in creates or updates) that name an identifier that another contact holds. */
const importCountsSchema = z.object({
  rows: z.number(),
  creates: z.number(),
  updates: z.number(),
  unchanged: z.number(),
  rejects: z.number(),
  disputes: z.number(),
  /** Rows imported with something left out or kept unclaimed. */
  warnings: z.number(),
})
export type ImportCounts = z.infer<typeof importCountsSchema>

/** What can be wrong with a row, beside the error codes of the product; stable. */
const IMPORT_PROBLEMS = {
  ragged_row: 'More or fewer cells than columns; missing ones taken as empty, others kept as further details',
  bad_quote: 'A quote is not closed where its cell ends; taken as a part of the text',
  odd_name: 'A name goes over several lines; taken as it is',
  cell_too_long: 'A cell or a property of a card is longer than any value of a person; left out',
  row_too_long: 'A row or card is longer, or has more cells, than any person; rejected',
  too_many_values: 'A row or card has more values of a kind than are read; the rest is left out',
  empty_row: 'No value in any column that is imported, or none that is usable; rejected',
  malformed_card: 'Not a vCard, or broken in parts; rejected only if nothing of it can be read',
  nested_card: 'A card inside another one, such as that of an AGENT; taken as a person of its own',
  odd_version: 'A version of vCard that is not known; read as the nearest',
  not_a_person: 'A card of a group, a total, or a remark of the program below its rows; rejected',
  invalid_phone: 'Not a valid phone number; kept as typed, not claimed',
  invalid_value: 'It does not fit the field; kept as a further detail',
  no_free_field: 'All fields that could take the value are taken; kept as an identifier or a further detail',
  shared_record_id:
    'The file gives this record id to several people, so it identifies nobody; kept as a further detail',
  record_id_of_other: 'The record id belongs to a person of whom nothing else agrees; a new person was made',
  uncertain_encoding: 'The text encoding was guessed; look whether names are spelt right',
  no_header: 'The first row is a person, not a header; columns were guessed by what they hold',
  header_again: 'A header stands again between the rows; the rows below are read by it where its columns are the same',
  other_columns: 'The row stands under a second header with other columns; rejected',
  before_header: 'Lines above the header were passed over',
  column_left_out: 'A column goes nowhere; its values were left out',
  property_left_out: 'Properties that tell of the card or its program, or pictures; left out',
  more_lines: 'The report is full; further lines were counted, not listed',
  kept_existing: 'The person has another value in this field, which was kept',
  held_by_other: 'Another contact holds the identifier; kept as a field, not claimed',
} as const
export type ImportProblemCode = keyof typeof IMPORT_PROBLEMS
const importProblemSchema = z.enum(Object.keys(IMPORT_PROBLEMS) as [ImportProblemCode])

/** One line of the report. `rejected`: the row is not in. `warning`: it is in, but for the value named. `dispute`: another person holds the identifier. `info`: about the file as a whole, with row 0. */
export const importReportLineSchema = z.object({
  /** 1-based number of the data row or card; 0: the file as a whole. */
  row: z.number(),
  kind: z.enum(['rejected', 'warning', 'dispute', 'info']),
  /** Stable: an error code or one of IMPORT_PROBLEMS. */
  code: z.union([errorCodeSchema, importProblemSchema]),
  message: z.string(),
  column: z.string().optional(),
  value: z.string().optional(),
  /** Who holds the identifier, for `dispute`. */
  contactId: contactIdSchema.optional(),
})
export type ImportReportLine = z.infer<typeof importReportLineSchema>

/** A look at what a row becomes. */
const importPreviewRowSchema = z.object({
  row: z.number(),
  verdict: z.enum(['create', 'update', 'unchanged', 'reject']),
  displayName: z.string(),
  identifiers: z.array(z.string()),
  contactId: contactIdSchema.optional(),
})
export type ImportPreviewRow = z.infer<typeof importPreviewRowSchema>

/** Where an import stands; emitted while it works. Fractions are of the file's bytes, 0 to 1. */
export const importStateSchema = z.object({
  importId: z.string(),
  phase: z.enum(['opened', 'planning', 'planned', 'running', 'done', 'cancelled', 'failed']),
  /** Whether the numbers are of a dry run or of a real one. */
  dryRun: z.boolean(),
  progress: z.number(),
  counts: importCountsSchema,
  /** The first rows of a dry run. */
  preview: z.array(importPreviewRowSchema),
  /** Lines in the report so far; read them with `import.report`. */
  reportLines: z.number(),
  startedAt: z.string().optional(),
  elapsedMs: z.number(),
  error: z.object({ code: errorCodeSchema, message: z.string() }).optional(),
  /** What to undo the import by, once it has written something; also the `importId` of its entry in the audit trail. */
  undoId: z.string().optional(),
})
export type ImportState = z.infer<typeof importStateSchema>
