// One import at work: rows are read to the end of the file and handed to the engine in batches, and its progress is told.
// Invariant: the event loop gets its turn between slices of a few milliseconds; what was read before an error is handed on.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ImportState } from '@shared/model/import'
import type { BehaviorSubject } from 'rxjs'
import type { ImportDraft, ImportSession, RowVerdict } from '../../engine/import-port'
import type { Region } from '../people/person'
import type { Doubles } from './doubles'
import type { OpenedFile } from './open'
import { asRefusal, countOutcomes, failureMessage, noCounts, Omissions } from './progress'
import { aboutFile, moreLines } from './remarks'
import type { Report } from './report'
import type { JudgedRow, RowSource } from './rows'

/** Rows the engine gets at once: it judges or writes them in one go, which must stay short. */
const BATCH_ROWS = 100
/** Longest stretch of reading and judging rows before the event loop gets its turn. */
const SLICE_MS = 8
/** States are sent no more often than this. */
const EMIT_MS = 100

export interface Job {
  id: string
  opened: OpenedFile
  report: Report
  doubles: Doubles
  state: BehaviorSubject<ImportState>
  cancelled: boolean
}

/** What a job is set to. */
export interface Task {
  rows: RowSource
  session: ImportSession
  dryRun: boolean
  region: Region
}

interface Surroundings {
  /** Milliseconds since 1970. */
  now: () => number
  /** Told of errors that are no refusals. */
  onDefect: (error: unknown) => void
}

export const isAtWork = ({ phase }: ImportState): boolean => phase === 'planning' || phase === 'running'

/** Thrown inside a reader, so that a long stretch without a row can be left, too. */
class Stopped extends Error {}

type Progress = ReturnType<typeof progressOf>

/** What is counted of a job at work, and telling it. */
function progressOf(job: Job, dryRun: boolean, now: () => number) {
  const { report, opened } = job
  const started = now()
  let lastTold = started
  const progress = {
    counts: noCounts(),
    preview: [] as ImportState['preview'],
    omissions: new Omissions(),
    bytes: 0,
    /** The engine was handed rows. */
    asked: false,
    tell(phase: ImportState['phase'], more: Partial<ImportState> = {}): void {
      lastTold = now()
      const { error: _, undoId: _before, ...before } = job.state.value
      job.state.next({
        ...before,
        phase,
        dryRun,
        progress: progress.bytes / opened.text.file.size,
        counts: { ...progress.counts },
        preview: [...progress.preview],
        reportLines: report.total,
        startedAt: new Date(started).toISOString(),
        elapsedMs: lastTold - started,
        ...more,
      })
    },
    /** Tells it if that was not done lately. */
    tellSometimes(): void {
      if (now() - lastTold >= EMIT_MS) progress.tell(dryRun ? 'planning' : 'running')
    },
  }
  return progress
}

/** Works off a job to its last state; what goes wrong stands in that state. Its first state is there when it returns. */
export async function work(job: Job, task: Task, { now, onDefect }: Surroundings): Promise<void> {
  const { report, opened } = job
  const { session, dryRun } = task
  const progress = progressOf(job, dryRun, now)
  const { counts } = progress
  progress.tell(dryRun ? 'planning' : 'running', { reportLines: 0 })
  let failed: unknown
  let undoId: string | undefined
  try {
    await readAll(job, task, progress)
  } catch (error) {
    failed = error
  }
  try {
    // A dry run that never got as far as the engine has nothing to end.
    if (progress.asked || !dryRun) {
      const cancelled = job.cancelled || failed !== undefined
      undoId = (await session.end({ fileName: opened.text.file.name, counts, cancelled }))?.importId
    }
  } catch (error) {
    // The first failure is the one that stopped the rows; the second must not hide it, nor get lost.
    if (failed === undefined) failed = error
    else onDefect(error)
  }
  const undoable = undoId === undefined ? {} : { undoId }
  if (failed === undefined) {
    const phase = job.cancelled ? 'cancelled' : dryRun ? 'planned' : 'done'
    progress.tell(phase, { ...(job.cancelled ? {} : { progress: 1 }), ...undoable })
    if (phase === 'planned') job.doubles.compare(task.region.code)
    return
  }
  const refusal = asRefusal(failed)
  if (refusal !== failed) onDefect(failed)
  const error = { code: refusal.code, message: failureMessage(refusal, dryRun, counts) }
  // The saved report must tell as well that the file was not read to its end. Not a row, so not counted.
  await report.add([{ line: { row: counts.rows + 1, kind: 'rejected', ...error } }]).catch(onDefect)
  progress.tell('failed', { error, ...undoable })
}

/** Reads to the end, in batches. @throws what the reader threw, after the rows before it */
async function readAll(job: Job, task: Task, progress: Progress): Promise<void> {
  const { report, opened } = job
  await report.discard()
  await report.add(aboutFile(opened).map((line) => ({ line })))
  const batch: JudgedRow[] = []
  let turn = performance.now()
  let failure: { error: unknown } | undefined
  const reading = task.rows((read) => {
    progress.bytes = read
    if (job.cancelled) throw new Stopped()
  })
  try {
    while (!job.cancelled) {
      const next = await reading.next().catch((error: unknown) => {
        if (!(error instanceof Stopped)) failure = { error }
        return { done: true as const }
      })
      if (next.done) break
      batch.push(next.value)
      if (batch.length === BATCH_ROWS) await hand(batch, job, task, progress)
      else if (performance.now() - turn > SLICE_MS) await nextTurn()
      else continue
      turn = performance.now()
    }
  } finally {
    await reading.return()
  }
  if (batch.length > 0 && !job.cancelled) await hand(batch, job, task, progress)
  await report.add(progress.omissions.lines().map((line) => ({ line })))
  if (report.unlisted > 0) await report.add([{ line: moreLines(report.unlisted) }])
  if (failure) throw failure.error
}

/** Hands a batch to the engine, reports what comes of it, and empties it. */
async function hand(batch: JudgedRow[], job: Job, task: Task, progress: Progress): Promise<void> {
  const { session, dryRun, region } = task
  const drafts = batch.flatMap(({ draft }) => (draft ? withChosen(draft, dryRun ? undefined : job.doubles) : []))
  for (const { omitted } of batch) progress.omissions.add(omitted)
  progress.asked ||= drafts.length > 0
  const verdicts = drafts.length === 0 ? [] : await (dryRun ? session.plan(drafts) : session.apply(drafts))
  await job.report.add(countOutcomes(batch, verdicts, progress.counts, progress.preview, region.code))
  if (dryRun) addNewcomers(job.doubles, drafts, verdicts)
  batch.length = 0
  progress.tellSometimes()
  await nextTurn()
}

/** A row with the person that an agent took it for. */
function withChosen(draft: ImportDraft, doubles: Doubles | undefined): ImportDraft {
  const means = doubles?.chosenFor(draft.row)
  return means === undefined ? draft : { ...draft, means }
}

function addNewcomers(doubles: Doubles, drafts: readonly ImportDraft[], verdicts: readonly RowVerdict[]): void {
  for (const [at, { verdict, displayName }] of verdicts.entries()) {
    const draft = drafts[at]
    if (draft && verdict === 'create') doubles.add(draft, displayName)
  }
}
