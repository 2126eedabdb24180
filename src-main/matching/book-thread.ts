// What the matcher's thread does: one task after the other, on the one book that it holds.
import { type Book, type Explanation, type Likeness, openBook } from '../duplicates/book'
import type { Cluster } from '../duplicates/grouping'
import type { PersonRecord } from '../duplicates/record'
import { answerTasks } from '../sqlite/thread-tasks'

/** Pairs of ids that must not be together. */
type Never = readonly (readonly [string, string])[]

export type BookTask =
  | { readonly name: 'add'; readonly records: readonly PersonRecord[] }
  | { readonly name: 'open'; readonly never: Never; readonly shared: readonly string[] }
  | { readonly name: 'change'; readonly put: readonly PersonRecord[]; readonly remove: readonly string[] }
  | { readonly name: 'forbid'; readonly never: Never }
  | { readonly name: 'clusters'; readonly offset: number; readonly limit: number }
  | { readonly name: 'like'; readonly record: PersonRecord }
  | { readonly name: 'explain'; readonly a: string; readonly b: string }

/** What each task comes to. */
export interface BookResult {
  clusters?: Cluster[]
  likenesses?: Likeness[]
  explanation?: Explanation | undefined
}

let waiting: PersonRecord[] = []
let book: Book | undefined
let clusters: Cluster[] | undefined
let banned = new Set<string>()
const isBanned = (a: string, b: string) => banned.has(a < b ? `${a} ${b}` : `${b} ${a}`)
const forbid = (never: Never) => {
  banned = new Set(never.map(([a, b]) => (a < b ? `${a} ${b}` : `${b} ${a}`)))
}

function runTask(task: BookTask): BookResult {
  if (task.name === 'add') {
    waiting.push(...task.records)
    return {}
  }
  if (task.name === 'open') {
    forbid(task.never)
    book = openBook(waiting, { never: isBanned, shared: task.shared })
    waiting = []
    clusters = undefined
    return {}
  }
  if (!book) throw new Error('No book is open')
  switch (task.name) {
    case 'change':
      for (const id of task.remove) book.remove(id)
      for (const record of task.put) book.put(record)
      clusters = undefined
      return {}
    case 'forbid':
      forbid(task.never)
      book.regroup()
      clusters = undefined
      return {}
    case 'clusters':
      clusters ??= book.clusters()
      return { clusters: clusters.slice(task.offset, task.offset + task.limit) }
    case 'like':
      return { likenesses: book.like(task.record) }
    case 'explain':
      return { explanation: book.explain(task.a, task.b) }
  }
}

answerTasks(runTask)
