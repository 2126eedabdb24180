// Where a data folder lives, so that a copy of it is told from the same folder moved or put back from a backup.
// Invariant: a copy that is opened beside its original, or on another machine, is another device; where that cannot be
// told (a whole disk was copied), replication finds it out (`replication/state/replica-marker.ts`).
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'

export const homeSchema = z.object({ path: z.string(), inode: z.string(), machine: z.string() })
export type Home = z.infer<typeof homeSchema>

export function homeOf(folder: string): Home {
  const path = realpathSync(folder)
  return { path, inode: String(statSync(path, { bigint: true }).ino), machine: machineId() }
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim()
  } catch {
    return hostname()
  }
}

/** Whether a folder that was last opened at `former` is a copy now. Moved, it keeps its inode; put back, its path. */
export function isElsewhere(former: Home, home: Home): boolean {
  const [path, inode, machine] = [
    former.path === home.path,
    former.inode === home.inode,
    former.machine === home.machine,
  ]
  return !((path && inode) || (machine && (path || inode)))
}
