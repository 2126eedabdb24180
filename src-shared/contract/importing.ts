// Importing people from files: open, look, try, run, stop, and read what was refused.
import { command, live, query } from '@shared/ipc/contract'
import { z } from 'zod'
import {
  importColumnSchema,
  importFileSchema,
  importOptionsSchema,
  importReportLineSchema,
  importStateSchema,
} from '../model/import'

const importId = z.string().min(1).max(64)
const mapped = z.object({
  importId,
  /** The columns in file order with their targets; vCard needs none. */
  columns: z.array(importColumnSchema.pick({ header: true, target: true })).max(1000),
  options: importOptionsSchema,
})

export const importContract = {
  /** Asks for a file with the system's dialog; null when the person cancels. */
  'import.choose': command(z.object({}), z.object({ path: z.string() }).nullable()),
  'import.open': command(z.object({ path: z.string().min(1).max(4096) }), importFileSchema),
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
  /** Asks where to, and writes the report as CSV; null when the person cancels. */
  'import.saveReport': command(z.object({ importId }), z.object({ path: z.string() }).nullable()),
} as const
