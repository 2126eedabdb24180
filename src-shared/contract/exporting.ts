// Taking everything along: people as a table, or every record there is as a backup.
import { command, live } from '@shared/ipc/contract'
import { z } from 'zod'

/** `people`: curated people as CSV. `audit`: the audit trail as CSV. `everything`: every document, one line of JSON each. */
const exportKindSchema = z.enum(['people', 'audit', 'everything'])
export type ExportKind = z.infer<typeof exportKindSchema>

export const exportStateSchema = z.object({
  /** What is being written; null while nothing is. */
  kind: exportKindSchema.nullable(),
  /** Lines written so far. */
  done: z.number(),
  /** Of how many; null where it is not known beforehand. */
  total: z.number().nullable(),
})
export type ExportState = z.infer<typeof exportStateSchema>

export const exportContract = {
  /**
   * Asks where to, and answers when the file is complete; null when the person chose no place. The file is there whole or
   * not at all. @throws export_busy, cancelled, forbidden, storage_full, file_unreadable
   */
  'export.save': command(
    z.object({ kind: exportKindSchema }),
    z.object({ path: z.string(), lines: z.number() }).nullable(),
  ),
  'export.state': live(z.object({}), exportStateSchema),
  /** Stops what is being written; nothing is left of it. */
  'export.cancel': command(z.object({}), z.object({})),
} as const
