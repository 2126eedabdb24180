// What the thread of the search indexes does: one task after the other, each on the file it names.
import { answerTasks } from '../../sqlite/thread-tasks'
import { type IndexFile, type MadeUpTo, openIndexFile, type Reached, type SearchChange } from './index-file'

/** How far an index is. */
export interface Opened {
  readonly reached: Reached
  readonly madeUpTo: MadeUpTo | undefined
}

/** `open` gives how far the index is, `scrub` whether nothing is left to do. */
export type IndexingTask = { readonly path: string } & (
  | { readonly name: 'open' }
  | {
      readonly name: 'take'
      /** As JSON where they come from another thread, which spares the one between to look into them. */
      readonly changes: readonly SearchChange[] | string
      readonly after: Reached
      readonly reached: Reached
      readonly madeUpTo?: MadeUpTo | undefined
    }
  | { readonly name: 'clear'; readonly reached: Reached; readonly madeUpTo?: MadeUpTo | undefined }
  | { readonly name: 'scrub'; readonly pages: number }
  | { readonly name: 'close' }
)
export type IndexingResult = Opened | undefined | boolean

const files = new Map<string, IndexFile>()

/** Opened with the first task that names it: a thread may take the place of one that ended. */
function fileOf(path: string): IndexFile {
  const file = files.get(path) ?? openIndexFile(path)
  files.set(path, file)
  return file
}

const changesOf = (changes: readonly SearchChange[] | string): readonly SearchChange[] =>
  typeof changes === 'string' ? (JSON.parse(changes) as SearchChange[]) : changes

function runTask(task: IndexingTask): IndexingResult {
  switch (task.name) {
    case 'open':
      return { reached: fileOf(task.path).reached, madeUpTo: fileOf(task.path).madeUpTo }
    case 'take':
      fileOf(task.path).take(changesOf(task.changes), task.after, task.reached, task.madeUpTo)
      return undefined
    case 'clear':
      fileOf(task.path).clear(task.reached, task.madeUpTo)
      return undefined
    case 'scrub':
      return fileOf(task.path).scrub(task.pages)
    case 'close':
      files.get(task.path)?.close()
      files.delete(task.path)
      return undefined
  }
}

answerTasks(runTask)
