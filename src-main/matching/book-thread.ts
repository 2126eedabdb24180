// What the matcher's thread does: one task after the other, on the one book that it holds and the index of it on disk.
import { type Book, type BookChange, type Explanation, type Likeness, openBook, reopenBook } from '../duplicates/book'
import type { Cluster } from '../duplicates/grouping'
import type { PersonRecord } from '../duplicates/record'
import { answerTasks } from '../sqlite/thread-tasks'
import { type IndexFile, openIndexFile, type Progress } from './index-file'

/** Pairs of ids that must not be together. */
type Never = readonly (readonly [string, string])[]

export type BookTask =
  /** Opens the index, and tells how far it is. */
  | { readonly name: 'open'; readonly path: string }
  | { readonly name: 'begin'; readonly progress: Partial<Progress> }
  | { readonly name: 'add'; readonly records: readonly PersonRecord[]; readonly progress: Partial<Progress> }
  /** Compares those that were read, or opens the book again that was found before. */
  | { readonly name: 'compare'; readonly never: Never; readonly completed: NonNullable<Progress['completed']> }
  /** Learns and compares anew, with the people that it has. */
  | { readonly name: 'relearn'; readonly completed: NonNullable<Progress['completed']> }
  | {
      readonly name: 'change'
      readonly put: readonly PersonRecord[]
      readonly remove: readonly string[]
      readonly progress: Partial<Progress>
    }
  | { readonly name: 'forbid'; readonly never: Never }
  | { readonly name: 'clusters'; readonly offset: number; readonly limit: number }
  | { readonly name: 'like'; readonly record: PersonRecord }
  | { readonly name: 'explain'; readonly a: PersonRecord; readonly b: PersonRecord }
  | { readonly name: 'close' }

/** What each task comes to. */
export interface BookResult {
  progress?: Progress
  people?: number
  clusters?: Cluster[]
  gone?: string[]
  likenesses?: Likeness[]
  explanation?: Explanation
}

let file: IndexFile | undefined
let book: Book | undefined
let clusters: Cluster[] | undefined
let banned = new Set<string>()
const isBanned = (a: string, b: string) => banned.has(a < b ? `${a} ${b}` : `${b} ${a}`)
const forbid = (never: Never) => {
  banned = new Set(never.map(([a, b]) => (a < b ? `${a} ${b}` : `${b} ${a}`)))
}

function compare(index: IndexFile, completed: NonNullable<Progress['completed']>): BookResult {
  const decisions = { never: isBanned, shared: index.progress.shared }
  if (index.progress.phase === 'ready') book = reopenBook(index.records(), decisions, index.kept())
  else {
    index.note({ phase: 'comparing' })
    book = openBook(index.records(), decisions, { stretches: index.stretches })
    index.finish(book.keep(), { completed })
  }
  clusters = undefined
  return { progress: index.progress, people: index.people }
}

function change(index: IndexFile, open: Book, { put, remove, progress }: BookTask & { name: 'change' }): BookResult {
  const changes: BookChange[] = [...remove.map((id) => open.remove(id)), ...put.map((record) => open.put(record))]
  const links = changes.flatMap((one) => one.links)
  const { said } = open.keep()
  const changesSince = index.progress.changes + put.length + remove.length
  index.change({ put, remove, links, said }, { ...progress, changes: changesSince })
  clusters = undefined
  return { ...netOf(changes), progress: index.progress, people: index.people }
}

/** What several changes after one another come to. */
function netOf(changes: readonly BookChange[]): { clusters: Cluster[]; gone: string[] } {
  const found = new Map<string, Cluster>()
  const gone = new Set<string>()
  for (const one of changes) {
    for (const first of one.gone) {
      found.delete(first)
      gone.add(first)
    }
    for (const cluster of one.found) found.set(cluster.ids[0] as string, cluster)
  }
  return { clusters: [...found.values()], gone: [...gone] }
}

function runTask(task: BookTask): BookResult {
  if (task.name === 'open') {
    file = openIndexFile(task.path)
    return { progress: file.progress, people: file.people }
  }
  if (task.name === 'close') {
    file?.close()
    return {}
  }
  if (!file) throw new Error('No index is open')
  if (task.name === 'begin') {
    book = undefined
    file.begin(task.progress)
    return { progress: file.progress }
  }
  if (task.name === 'add') {
    file.add(task.records, task.progress)
    return { people: file.people }
  }
  if (task.name === 'compare') {
    forbid(task.never)
    return compare(file, task.completed)
  }
  if (task.name === 'relearn') {
    file.relearn()
    return compare(file, task.completed)
  }
  if (!book) throw new Error('No book is open')
  switch (task.name) {
    case 'change':
      return change(file, book, task)
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
