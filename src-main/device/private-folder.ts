// The data folder belongs to the user of this device alone, on systems that know such rights.
// Invariant: no file that this user may change the rights of can be read by another user, whichever version made it.
import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes the folder if it is not there, closes it and all within to others, and lets this process make no open file.
 * Throws nothing: what is wrong with a folder is told where it is opened.
 */
export function keepPrivate(dataDir: string): void {
  process.umask(0o077)
  attempt(() => mkdirSync(dataDir, { recursive: true, mode: 0o700 }))
  if (process.platform === 'win32') return // the profile's folder is the user's there
  attempt(() => chmodSync(dataDir, 0o700))
  const entries = attempt(() => readdirSync(dataDir, { recursive: true, withFileTypes: true })) ?? []
  for (const entry of entries)
    if (entry.isDirectory() || entry.isFile())
      attempt(() => chmodSync(join(entry.parentPath, entry.name), entry.isFile() ? 0o600 : 0o700))
}

/** A file may be another user's, or gone by now. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
