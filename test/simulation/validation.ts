// The organisation's own `validate_doc_update`, as every server of the simulation runs it: compiled once for the process.
// Invariant: it judges by the clock of the server that asks, and by nothing else but what CouchDB hands it.
import { Script } from 'node:vm'
import { validationText } from '../../src-main/provision/validation'
import type { RemoteBody } from '../../src-main/replication/couch/remote'

/** Whose roles count. */
export const ORGANISATION = 'acme'

/** Who writes, as the server knows them. */
export interface Writer {
  name: string | null
  roles: readonly string[]
}

/** A document as CouchDB hands it to the rules; a new one has no revision. */
export type Judged = RemoteBody & {
  _id: string
  _rev?: string
  _revisions?: { start: number; ids: string[] }
  _deleted?: true
}

/** What the rules read of the security object. */
export interface Security {
  scv?: { recovering: boolean }
}

let serverNow = 0
class ServerDate extends Date {
  static override now(): number {
    return serverNow
  }
}

type Validate = (next: Judged, former: Judged | null, writer: Writer & { db: string }, security: Security) => void
const compiled = new Script(`(function (Date) { return ${validationText(ORGANISATION)} })`).runInThisContext() as (
  date: typeof ServerDate,
) => Validate
const validate = compiled(ServerDate)

/** @returns the sentence of the refusal, or nothing */
export function judgeWrite(
  next: Judged,
  former: Judged | null,
  writer: Writer,
  security: Security,
  now: number,
): string | undefined {
  serverNow = now
  try {
    validate(next, former, { db: `scv-${ORGANISATION}`, ...writer }, security)
    return undefined
  } catch (error) {
    const { forbidden } = error as { forbidden?: unknown }
    if (typeof forbidden === 'string') return forbidden
    throw error
  }
}
