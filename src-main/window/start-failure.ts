// Why the application could not open its data, in words for the person at the screen.
// Invariant: the data folder is left exactly as it was found, and the sentence says so and what to do next.

export interface StartFailure {
  title: string
  message: string
}

type Reason = 'in use' | 'encrypted' | 'damaged' | 'full' | 'read-only' | 'newer' | 'other'

/** By the `code` of product errors and of Node's, and the `kind` of storage errors. */
const REASONS: Readonly<Record<string, Reason>> = {
  folder_in_use: 'in use',
  Locked: 'in use',
  key_needed: 'encrypted',
  wrong_key: 'encrypted',
  storage_corrupt: 'damaged',
  Corrupted: 'damaged',
  storage_full: 'full',
  Full: 'full',
  ENOSPC: 'full',
  Readonly: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EROFS: 'read-only',
  Incompatible: 'newer',
  update_needed: 'newer',
}

/** What went wrong, from the error or from the nearest of its causes that tells. */
function reasonOf(error: unknown): Reason {
  const seen = new Set<unknown>()
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at)
    const { code, kind } = at as Error & { code?: unknown; kind?: unknown }
    const reason = REASONS[String(kind)] ?? REASONS[String(code)]
    if (reason) return reason
  }
  return 'other'
}

/** Explains a failure to open the data folder. */
export function explainStartFailure(error: unknown, dataDir: string): StartFailure {
  switch (reasonOf(error)) {
    case 'in use':
      return {
        title: 'The data folder is in use',
        message: `Another process has ${dataDir} open. Close it (another window of this application, or a command that works on the same folder) and start again. Nothing was changed.`,
      }
    case 'encrypted':
      return {
        title: 'The data is encrypted',
        message: `The data in ${dataDir} is encrypted, and this start has no key that opens it. Give it the key, or move the folder away to start empty: what was sent comes back from the server. Nothing was changed.`,
      }
    case 'damaged':
      return {
        title: 'The data is damaged',
        message: `A database file in ${dataDir} is damaged and was left as it is. Move the folder away to start empty, or put a backup in its place, and keep the damaged folder: most of it may still be readable.`,
      }
    case 'full':
      return {
        title: 'The disk is full',
        message: `There is no room left to open the data in ${dataDir}. Free some space and start again. Nothing was changed.`,
      }
    case 'read-only':
      return {
        title: 'The data folder cannot be written',
        message: `This user may not write in ${dataDir}. Give the folder back to this user, or free it from write protection, and start again. Nothing was changed.`,
      }
    case 'newer':
      return {
        title: 'The data is of another version',
        message: `The data in ${dataDir} was written by another version of this application, most likely a newer one. Start that version. Nothing was changed.`,
      }
    case 'other':
      return {
        title: 'The application cannot start',
        message: `The data in ${dataDir} could not be opened: ${error instanceof Error ? error.message : String(error)}`,
      }
  }
}
