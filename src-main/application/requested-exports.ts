// Exports that a caller asks for, and fetches once they are there.
// Invariant: a file of people stays no longer than it can be asked for, and holds what its caller may read at the time.
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ScvError } from '@shared/errors'
import { asContactId, type ContactId } from '@shared/model/ids'
import type { NoteView } from '@shared/model/views'
import type { Engine } from '../engine'
import type { ExportedPerson } from '../engine/queries/exporting'
import { requireQuery } from '../engine/queries/permitted'
import type { Caller } from './caller'
import type { ExportFilesPort } from './ports'

/** Exports that can be asked for, older ones are forgotten; and those that are written at a time. */
const KEPT = 20
const AT_WORK_MAX = 3

export type RequestedKind = 'contacts' | 'notes'

/** Which lines are wanted. */
interface Wanted {
  people?: (person: ExportedPerson) => boolean
  notes?: (note: NoteView) => boolean
  limit?: number
  /** What the caller said of it, to be told again. */
  said?: unknown
}

export interface RequestedExport {
  id: string
  kind: RequestedKind
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED'
  createdBy: string
  createdAt: string
  completedAt?: string
  lines?: number
  said?: unknown
}

interface Held extends RequestedExport {
  path: string
  stop: AbortController
  end: Promise<void>
}

export interface RequestedExports {
  /** @throws ScvError `forbidden`, `export_busy` */
  begin(caller: Caller, kind: RequestedKind, wanted: Wanted): RequestedExport
  /** The latest first. @throws ScvError `forbidden` */
  list(caller: Caller, kind: RequestedKind): RequestedExport[]
  /** @throws ScvError `forbidden`, `not_found` */
  get(caller: Caller, kind: RequestedKind, id: string): RequestedExport
  /** Where the file is. @throws ScvError as `get`, `conflict` while it is not there */
  pathOf(caller: Caller, id: string): { path: string; kind: RequestedKind }
  close(): Promise<void>
}

async function* notesOfAll(
  { queries }: Caller,
  { notes: keep = () => true, limit = Number.POSITIVE_INFINITY }: Wanted,
) {
  let left = limit
  for await (const people of queries.curatedPages()) {
    const page: NoteView[] = []
    for (const { id } of people) page.push(...(await notesOf(queries, asContactId(id))).filter(keep))
    const wanted = page.slice(0, left)
    left -= wanted.length
    if (wanted.length > 0) yield wanted
    if (left <= 0) return
  }
}

/** One who went into the bin since the page was read has none. */
async function notesOf(queries: Caller['queries'], id: ContactId): Promise<NoteView[]> {
  try {
    return await queries.notes(id, true)
  } catch (error) {
    if (error instanceof ScvError) return []
    throw error
  }
}

export function createRequestedExports(options: {
  folder: string
  now: () => number
  files: ExportFilesPort
  engine: Pick<Engine, 'changes$' | 'queries'>
  onDefect: (error: unknown) => void
}): RequestedExports {
  const held = new Map<string, Held>()
  const { files } = options

  /** Files of people do not outlive one of them who is erased, whichever device erased them. */
  const watching = options.engine.changes$.subscribe(({ people }) => {
    if (held.size === 0) return
    for (const id of people) if (options.engine.queries.isErased(id)) return withdraw()
  })

  function withdraw(): void {
    for (const one of [...held.values()]) {
      one.stop.abort()
      void one.end.then(() => forget(one)).catch(options.onDefect)
    }
  }

  const told = ({ path: _path, stop: _stop, end: _end, ...rest }: Held): RequestedExport => rest
  const isAtWork = ({ status }: Held) => status === 'RUNNING'

  function heldOf(caller: Caller, id: string): Held {
    requireQuery(caller.actor(), 'curatedPages')
    const one = held.get(id)
    if (!one) throw new ScvError('not_found', 'There is no export with this id.', { field: 'exportId' })
    return one
  }

  function forget(one: Held): Promise<void> {
    held.delete(one.id)
    return rm(one.path, { force: true })
  }

  async function write(one: Held, caller: Caller, wanted: Wanted): Promise<void> {
    const { limit, people: keep } = wanted
    try {
      await mkdir(options.folder, { recursive: true, mode: 0o700 })
      one.lines =
        one.kind === 'contacts'
          ? await files.people(
              one.path,
              caller.queries,
              { ...(keep ? { keep } : {}), ...(limit === undefined ? {} : { limit }) },
              one.stop.signal,
            )
          : await files.notes(one.path, notesOfAll(caller, wanted), one.stop.signal)
      one.status = 'SUCCEEDED'
    } catch (error) {
      if (!(error instanceof ScvError)) options.onDefect(error)
      one.status = 'FAILED'
    }
    one.completedAt = new Date(options.now()).toISOString()
  }

  return {
    begin(caller, kind, wanted) {
      requireQuery(caller.actor(), 'curatedPages')
      const all = [...held.values()]
      if (all.filter(isAtWork).length >= AT_WORK_MAX)
        throw new ScvError('export_busy', 'Other exports are being written. Wait for one of them to end.')
      for (const old of all.filter((one) => !isAtWork(one)).slice(0, Math.max(0, all.length - KEPT + 1)))
        void forget(old).catch(options.onDefect)
      const id = randomUUID()
      const one: Held = {
        ...{ id, kind, status: 'RUNNING' as const },
        createdBy: caller.actor().id,
        createdAt: new Date(options.now()).toISOString(),
        ...(wanted.said === undefined ? {} : { said: wanted.said }),
        path: join(options.folder, `export-${id}.csv`),
        stop: new AbortController(),
        end: Promise.resolve(),
      }
      held.set(id, one)
      one.end = write(one, caller, wanted)
      return told(one)
    },

    list(caller, kind) {
      requireQuery(caller.actor(), 'curatedPages')
      return [...held.values()]
        .filter((one) => one.kind === kind)
        .map(told)
        .reverse()
    },

    get(caller, kind, id) {
      const one = heldOf(caller, id)
      if (one.kind !== kind) throw new ScvError('not_found', 'There is no export with this id.', { field: 'exportId' })
      return told(one)
    },

    pathOf(caller, id) {
      const { status, path, kind } = heldOf(caller, id)
      if (status !== 'SUCCEEDED')
        throw new ScvError(
          'conflict',
          status === 'RUNNING' ? 'The export is still being written.' : 'The export failed.',
        )
      return { path, kind }
    },

    async close() {
      watching.unsubscribe()
      for (const one of [...held.values()]) {
        one.stop.abort()
        await one.end
        await forget(one)
      }
    },
  }
}
