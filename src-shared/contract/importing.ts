// Importing people from files: open, look, try, run, stop, read what was refused, and take it back as a whole.
import { command, live, query } from '@shared/ipc/contract'
import { contactIdSchema } from '@shared/model/ids'
import { ID_MAX } from '@shared/model/limits'
import { z } from 'zod'
import {
  importColumnSchema,
  importFileSchema,
  importOptionsSchema,
  importReportLineSchema,
  importStateSchema,
  importUndoSchema,
} from '../model/import'
import { likenessSchema } from './duplicates'

const importId = z.string().min(1).max(64)
/** Stands for a file that a person chose or dropped; a page never names a path. */
const chosen = z.string().min(1).max(64)
const mapped = z.object({
  importId,
  /** The columns in file order with their targets; vCard needs none. */
  columns: z.array(importColumnSchema.pick({ header: true, target: true })).max(1000),
  options: importOptionsSchema,
})

/** New people of a dry run who may be here already. */
const importDoublesSchema = z.object({
  /** New people compared so far, of how many. */
  compared: z.number(),
  toCompare: z.number(),
  /** New people beyond those that are compared. */
  notCompared: z.number(),
  items: z.array(
    z.object({
      row: z.number(),
      displayName: z.string(),
      /** Who of the book they may be, the likeliest first. */
      like: z.array(likenessSchema),
      /** The person that the row is taken for; absent: a new person. */
      chosen: contactIdSchema.optional(),
    }),
  ),
})
export type ImportDoubles = z.infer<typeof importDoublesSchema>

export const importContract = {
  /** Asks for a file with the system's dialog; null when the person cancels. */
  'import.choose': command(z.object({}), z.object({ handle: chosen }).nullable()),
  /** `encoding`: one of those the file was said to be in, when a person knows better. */
  'import.open': command(
    z.object({ handle: chosen, encoding: z.string().min(1).max(64).optional() }),
    importFileSchema,
  ),
  /** Starts a dry run; follow it with `import.state`. */
  'import.plan': command(mapped, z.object({})),
  /** Starts the import; follow it with `import.state`. */
  'import.run': command(mapped, z.object({})),
  'import.cancel': command(z.object({ importId }), z.object({})),
  'import.discard': command(z.object({ importId }), z.object({})),
  'import.state': live(z.object({ importId }), importStateSchema),
  'import.report': query(
    z.object({
      importId,
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    z.object({ total: z.number(), lines: z.array(importReportLineSchema) }),
  ),
  /**
   * Takes an import back as a whole, or follows that; answers when it is done, or after a moment with how far it is.
   * `id` of the import's job, or of the import in the audit trail.
   */
  'import.undo': command(z.object({ id: importId }), importUndoSchema),
  'import.undoState': live(z.object({ id: importId }), importUndoSchema),
  /** New people of a dry run who may be here already: found once it is planned. */
  'import.doubles': live(z.object({ importId }), importDoublesSchema),
  /** Takes a row for a person of the book when the import runs, or for a new one again. */
  'import.choosePerson': command(
    z.object({ importId, row: z.number().int().min(1), contactId: contactIdSchema.min(1).max(ID_MAX).nullable() }),
    z.object({}),
  ),
  /** Asks where to, and writes the report as CSV; null when the person cancels. */
  'import.saveReport': command(z.object({ importId }), z.object({ path: z.string() }).nullable()),
} as const
