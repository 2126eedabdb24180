// What the engine offers to whatever reads files: whole rows in, verdicts out, and an import taken back as a whole.
// Invariant: `apply` writes a batch whole or not at all, and decides exactly as `plan` did on the same rows and state.

import type { ErrorCode } from '@shared/errors'
import type { ContactInput } from '@shared/model/contact'
import type { Identifier, IdentifierInput } from '@shared/model/identifier'
import type { ContactId } from '@shared/model/ids'
import type { ImportOptions, ImportUndo } from '@shared/model/import'

/** One row as read and mapped: the values of one person. Rows with nothing in them never get here. */
export interface ImportDraft {
  /** 1-based number of the data row or card in its file. */
  row: number
  input: ContactInput
  /** Numbers and addresses beyond the fields there are: they point to the person all the same. */
  identifiers?: readonly IdentifierInput[]
  /** A remark that came with the person; becomes a note on the contact. */
  note?: string
  /** The person of the book that an agent took the row for; absent: the engine decides. */
  means?: ContactId
}

/** What becomes, or became, of a row. */
export interface RowVerdict {
  row: number
  verdict: 'create' | 'update' | 'unchanged' | 'reject'
  displayName: string
  /** The contact concerned; absent in a plan for a row that would create one, and for rejects. */
  contactId?: ContactId
  /** Identifiers the row names that another contact holds, and who to those who may see people; the row keeps the field only. */
  disputes: { identifier: Identifier; holderId?: ContactId; holderName?: string }[]
  /** Values that were left out because the person already has another one there. */
  keptExisting: { field: string; value: string }[]
  /** Custom fields of the row that the schema of the person does not let in: a note has them. */
  unfit: { name: string; value: string }[]
  /** Why a row is rejected: an error code with its sentence. */
  error?: { code: ErrorCode; message: string; field?: string }
}

/** One import, dry or real. A dry session remembers what earlier rows of the same file would have claimed. */
export interface ImportSession {
  /** Judges rows, writing nothing. Batches in file order; at most 500 rows each. */
  plan(drafts: readonly ImportDraft[]): Promise<RowVerdict[]>
  /** Writes rows: one transaction a batch. Batches in file order; at most 500 rows each. */
  apply(drafts: readonly ImportDraft[]): Promise<RowVerdict[]>
  /**
   * Ends the session; a real one leaves its audit entry with the file's name and the counts.
   * @returns what a caller that undoes the import calls it; undefined if it wrote nothing
   */
  end(summary: {
    fileName: string
    counts: Record<string, number>
    cancelled: boolean
  }): Promise<{ importId: string } | undefined>
}

export interface ContactImporter {
  begin(options: ImportOptions): ImportSession
}

/**
 * Takes an import back, in slices: people it made go to the bin, values it wrote on others give way to the former ones.
 * What was worked on since stays and is told. Interrupted, it is simply called again.
 * @param importId as the end of its session gave it
 * @param onProgress told after each slice
 * @throws ScvError `not_found`, `import_too_old`, `forbidden`
 */
export type UndoImport = (importId: string, onProgress: (undo: ImportUndo) => void) => Promise<ImportUndo>
