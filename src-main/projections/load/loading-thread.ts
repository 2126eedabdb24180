// What the thread that loads views does: one task after the other, on the one file it was opened with.
import type { Kind } from '../../engine/documents/kinds'
import { answerTasks } from '../../sqlite/thread-tasks'
import { type Loader, openLoader, type Place, type Places } from './loader'

export type LoadingTask =
  | { readonly name: 'open'; readonly path: string }
  | { readonly name: 'begin'; readonly checkpoints: Readonly<Record<Kind, unknown>> }
  | {
      readonly name: 'take'
      readonly kind: Kind
      readonly texts: readonly string[]
      readonly place: Place
      readonly outboxNumber: number
    }
  | { readonly name: 'complete' }
  | { readonly name: 'close' }

/** Places for `open`; for `take` entries of the search as JSON, which is cheaper to hand on; for `complete` whether there is more. */
export type LoadingResult = Places | string | boolean | undefined

let loader: Loader | undefined

function runTask(task: LoadingTask): LoadingResult {
  if (task.name === 'open') {
    loader = openLoader(task.path)
    return loader.places()
  }
  if (!loader) throw new Error('No file is being loaded')
  switch (task.name) {
    case 'begin':
      loader.noteCheckpoints(task.checkpoints)
      return undefined
    case 'take': {
      const entries = loader.take(task.kind, task.texts, task.place, task.outboxNumber)
      return entries.length === 0 ? '' : JSON.stringify(entries)
    }
    case 'complete':
      return loader.complete()
    case 'close':
      loader.close()
      loader = undefined
      return undefined
  }
}

answerTasks(runTask)
