// Importing people from files: open, look, try, run, stop, read what was refused, and take it back as a whole.
import { command, live, query } from '@shared/ipc/contract'
import { z } from 'zod'
import {
  importColumnSchema,
  importFileSchema,
  importOptionsSchema,
  importReportLineSchema,
  importStateSchema,
  importUndoSchema,
} from '../model/import'

const importId = z.string().min(1).max(64)
/** Stands for a file that a person chose or dropped; a page never names a path. */
const chosen = z.string().min(1).max(64)
const mapped = z.object({
  importId,
  /** The columns in file order with their targets; vCard needs none. */
  columns: z.array(importColumnSchema.pick({ header: true, target: true })).max(1000),
  options: importOptionsSchema,
})

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
  /** Asks where to, and writes the report as CSV; null when the person cancels. */
  'import.saveReport': command(z.object({ importId }), z.object({ path: z.string() }).nullable()),
} as const
