// What the use cases need of the parts outside the engine; `src-main/app` hands it to them.
// Invariant: types alone. A part that changes its shape no longer fits here, and the compiler says so where it is composed.
import type { Readable, Transform } from 'node:stream'
import type { Draft } from '@shared/contract/drafts'
import type { Alikeness, Certainty, DuplicatePair } from '@shared/contract/duplicates'
import type { ExportKind, ExportState } from '@shared/contract/exporting'
import type { ImportDoubles } from '@shared/contract/importing'
import type { LocalApiStatus } from '@shared/contract/local-api'
import type { SetAside, SyncStatus } from '@shared/contract/sync'
import type { ContactInput } from '@shared/model/contact'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import type { Identifier } from '@shared/model/identifier'
import type { ContactId } from '@shared/model/ids'
import type {
  ImportColumn,
  ImportFile,
  ImportOptions,
  ImportReportLine,
  ImportState,
  ImportUndo,
} from '@shared/model/import'
import type { NoteView } from '@shared/model/views'
import type { BehaviorSubject, Observable } from 'rxjs'
import type { ContactImporter, UndoImport } from '../engine/import-port'
import type { ExportedPerson } from '../engine/queries/exporting'

/** Replication as its user controls it. */
export interface SyncPort {
  readonly status$: BehaviorSubject<SyncStatus>
  connect(server: { url: string; org: string; ca?: string | undefined }, credentials: SyncCredentials): Promise<void>
  signIn(credentials: SyncCredentials): Promise<void>
  signOut(): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  tryNow(): void
  keychainAvailable(): boolean
  /** Whether this is the password of the user; undefined where this device does not have it. */
  isPassword(text: string): boolean | undefined
}

interface SyncCredentials {
  user: string
  password: string
  insistOnPlain: boolean
  forSession?: boolean | undefined
  leaveUnsent: boolean
}

/** What sync set aside, with the documents as they are now. */
export interface SetAsidePort {
  /** Newest first; of one kind or of both. */
  list(offset: number, limit: number, kind?: SetAside['kind']): Promise<{ total: number; items: SetAside[] }>
  get(id: string): Promise<SetAside | undefined>
  count(kind: SetAside['kind']): number
  readonly changes$: Observable<void>
  /** Tries one again, or all. @returns how many are left */
  retry(id?: string): Promise<number>
  drop(id: string): Promise<void>
}

type ColumnChoice = Pick<ImportColumn, 'header' | 'target'>

/** The import desk for one caller. */
export interface ImportDesk {
  /** All that a column can go to. */
  targets(): Promise<ImportFile['targets']>
  open(path: string, encoding?: string): Promise<ImportFile>
  plan(importId: string, columns: readonly ColumnChoice[], options: ImportOptions): Promise<void>
  run(importId: string, columns: readonly ColumnChoice[], options: ImportOptions): Promise<void>
  cancel(importId: string): void
  firstRows(importId: string, limit: number): Promise<string[][]>
  state$(importId: string): Observable<ImportState>
  report(
    importId: string,
    page: { offset: number; limit: number },
  ): Promise<{ total: number; lines: ImportReportLine[] }>
  /** New people of a dry run who may be here already. */
  doubles$(importId: string): Observable<ImportDoubles>
  /** Takes a row for a person of the book, or for a new one again. */
  choose(importId: string, row: number, contactId: ContactId | null): void
  saveReport(importId: string, path: string): Promise<void>
  /** By the id of its job, or of the import in the audit trail. */
  undo(id: string): Promise<ImportUndo>
  undoState$(id: string): Observable<ImportUndo>
  discard(importId: string): Promise<void>
}

/** The import desk as `src-main/import` offers it: what writes acts for the caller, and is handed in. */
export interface ImportJobsPort extends Omit<ImportDesk, 'plan' | 'run' | 'undo' | 'doubles$'> {
  doubles$(importId: string): Observable<FoundDoubles>
  plan(...given: [...Parameters<ImportDesk['plan']>, importer: ContactImporter]): Promise<void>
  run(...given: [...Parameters<ImportDesk['run']>, importer: ContactImporter]): Promise<void>
  undo(id: string, undo: UndoImport): Promise<ImportUndo>
}

/** New people of a file, as the matcher has them. */
interface FoundDoubles extends Omit<ImportDoubles, 'items'> {
  items: readonly {
    row: number
    displayName: string
    like: readonly (Pick<DuplicatePair, 'probability' | 'certainty'> & { id: ContactId })[]
    chosen?: ContactId
  }[]
}

/** The file of drafts. */
export interface DraftsPort {
  all(): readonly Draft[]
  put(draft: Draft): void
  end(key: Pick<Draft, 'user' | 'form' | 'subject'>): void
  remove(isGone: (draft: Draft) => boolean): boolean
}

/** Exports at work. */
export interface ExportDesk {
  readonly state$: Observable<ExportState>
  save(kind: ExportKind, path: string): Promise<{ lines: number }>
  cancel(): void
}

/** The switch of the local API and its tokens. */
export interface LocalApiPort {
  readonly status$: Observable<LocalApiStatus>
  enable(change: { enabled: boolean; port?: number | undefined }): Promise<void>
  createToken(name: string, permissions: readonly string[]): { id: string; secret: string }
  revokeToken(id: string): void
}

/** The matcher: who in the book is likely the same. */
export interface MatchingPort {
  readonly state$: Observable<MatchingState> & { readonly value: MatchingState }
  start(): void
  rescan(): void
  cancel(): void
  like(person: ComparedPerson): Promise<(FoundScore & { id: string })[]>
  explain(a: ComparedPerson, b: ComparedPerson): Promise<(FoundScore & { parts: FoundPart[] }) | undefined>
  /** What both have of a field that a part of an explanation names; empty where it names none. */
  textOf(person: ComparedPerson, what: string): string
  alikenessOf(what: string, level: number): Alikeness
}

interface MatchingState {
  phase: 'idle' | 'reading' | 'comparing' | 'ready'
  people: number
  clusters: readonly FoundCluster[]
  /** What was put aside, the latest first, by which user and when, in ms. */
  aside: readonly (FoundCluster & { by: string; at: number })[]
  completed: { id: string; at: number } | null
}

/** A person, or what is typed of one. */
interface ComparedPerson {
  id: string
  fields: ContactInput
  identifiers: readonly Pick<Identifier, 'type' | 'value'>[]
}

type FoundScore = Pick<DuplicatePair, 'probability' | 'certainty' | 'doubt'>

interface FoundPart {
  what: string
  level: number
  weight: number
  others?: number
}

export interface FoundCluster {
  ids: readonly string[]
  certainty: Certainty
  probability: number
  pairs: readonly (FoundScore & { a: string; b: string })[]
}

/** Writing tables that were asked for over HTTP. */
/** Files on their way through, which this process alone can read. */
export interface TempFilesPort {
  /** Writes a file; ends when all of it is written. */
  write(path: string, from: Readable, ...through: Transform[]): Promise<void>
  read(path: string): Readable
}

export interface ExportFilesPort {
  /** @returns how many lines there are under the header @throws ScvError `cancelled`, `storage_full`, `file_unreadable` */
  people(path: string, source: PeopleSource, wanted: PeopleChoice, stop: AbortSignal): Promise<number>
  notes(path: string, pages: AsyncIterable<readonly NoteView[]>, stop: AbortSignal): Promise<number>
}

interface PeopleSource {
  curatedPages(): AsyncIterable<ExportedPerson[]>
  contactSchemas(): Promise<ContactSchemaVersion[][]>
}

interface PeopleChoice {
  keep?: (person: ExportedPerson) => boolean
  limit?: number
}
