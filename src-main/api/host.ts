// What the API needs of the application it speaks for.
import type { DefaultRegion } from '@shared/contract/app'
import type { Caller } from '../application/caller'
import type { CsvImports } from '../application/csv-imports'
import type { DuplicateList } from '../application/duplicate-list'
import type { Arrival } from '../application/incoming-feed'
import type { ImportDesk, TempFilesPort } from '../application/ports'
import type { ReconcileList } from '../application/reconcile-list'
import type { RequestedExports } from '../application/requested-exports'
import type { SyncControl } from '../application/sync-control'
import type { Engine } from '../engine'
import type { Actor } from '../engine/permissions'
import type { StoredToken } from './tokens'

export interface ApiHost {
  engine: Engine
  version: string
  now(): number
  /** The person the application works for: the owner of the device, or the signed-in user. */
  actor(): Actor
  /** The use cases beside the engine's own, each for a caller. */
  syncFor(caller: Caller): SyncControl
  reconcileFor(caller: Caller): ReconcileList
  importsFor(caller: Caller): ImportDesk
  duplicatesFor(caller: Caller): DuplicateList
  /** Imports of the reference's form, step by step, and exports that are asked for and fetched. */
  csvImports: Omit<CsvImports, 'close'>
  exports: Omit<RequestedExports, 'close'>
  /** How phone numbers without a country code are read. */
  defaultRegion(): DefaultRegion
  /** Folder for files on their way in. */
  uploadDir: string
  tempFiles: TempFilesPort
  tokens(): readonly StoredToken[]
  /** Told when a token was used. */
  used(token: StoredToken): void
  arrived(arrival: Arrival): void
  /** Told of failures that are no refusals. */
  onDefect(error: unknown): void
}
