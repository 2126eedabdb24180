// Why the application could not open its data, in words for the person at the screen.
// Invariant: the data folder is left exactly as it was found, and the sentence says so and what to do next.

export interface StartFailure {
  title: string
  message: string
}

/** What went wrong, from the error or from anything that caused it (product errors have `code`, storage errors `kind`). */
function reasonOf(error: unknown): 'in use' | 'damaged' | 'full' | 'other' {
  const seen = new Set<unknown>()
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at)
    const mark = 'code' in at && typeof at.code === 'string' ? at.code : 'kind' in at ? at.kind : undefined
    if (mark === 'folder_in_use' || mark === 'Locked') return 'in use'
    if (mark === 'storage_corrupt' || mark === 'Corrupted') return 'damaged'
    if (mark === 'storage_full' || mark === 'Full') return 'full'
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
    case 'other':
      return {
        title: 'The application cannot start',
        message: `The data in ${dataDir} could not be opened: ${error instanceof Error ? error.message : String(error)}`,
      }
  }
}
