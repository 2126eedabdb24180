// What the import screen remembers while other screens are shown: the file, where its columns go, and the step.
// Invariant: a step after `file` has a file; opening another file forgets everything about the former one.
import type { ImportColumn, ImportFile, ImportOptions } from '@shared/model/import'
import { create } from 'zustand'
import type { Place } from './navigation'

/** `watch` follows the engine: a dry run, its outcome, the import and its outcome are told apart by the import's state. */
type ImportStep = 'file' | 'columns' | 'watch'

interface ImportMemory {
  step: ImportStep
  file: ImportFile | null
  /** Stands for the file, so that it can be opened in another encoding. */
  handle: string
  columns: ImportColumn[]
  options: ImportOptions
  /** The import that is being taken back, and where that was asked for; not forgotten with the file. */
  undoing: { id: string; place: Place } | null
  opened(file: ImportFile, handle: string): void
  setTarget(index: number, target: string): void
  setOptions(options: Partial<ImportOptions>): void
  toStep(step: ImportStep): void
  undo(id: string, place: Place): void
  forget(): void
}

const nothing = { step: 'file', file: null, handle: '', columns: [], options: { onMatch: 'fill' } } as const

export const createImportMemory = () =>
  create<ImportMemory>((set) => ({
    ...nothing,
    columns: [],
    undoing: null,
    opened: (file, handle) =>
      set({ step: 'columns', file, handle, columns: file.columns, options: { onMatch: 'fill' } }),
    setTarget: (index, target) =>
      set((state) => ({
        columns: state.columns.map((column, at) => (at === index ? { ...column, target } : column)),
      })),
    setOptions: (options) => set((state) => ({ options: { ...state.options, ...options } })),
    toStep: (step) => set((state) => (state.file || step === 'file' ? { step } : {})),
    undo: (id, place) => set({ undoing: { id, place } }),
    forget: () => set({ ...nothing, columns: [] }),
  }))

export const useImportMemory = createImportMemory()
