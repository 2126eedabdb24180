// What the window's handlers are handed: the engine, the use cases for the person at this device, and the device itself.

import type { Managed } from '@shared/contract/policy'
import type { Opening } from '@shared/model/opening'
import type { BehaviorSubject, Observable } from 'rxjs'
import type { Access } from '../application/access'
import type { Caller } from '../application/caller'
import type { Drafts } from '../application/drafts'
import type { DuplicateList } from '../application/duplicate-list'
import type { IncomingFeed } from '../application/incoming-feed'
import type { ExportDesk, ImportDesk, LocalApiPort, SyncPort } from '../application/ports'
import type { ReconcileList } from '../application/reconcile-list'
import type { SubjectPort } from '../application/subject-file'
import type { SyncControl } from '../application/sync-control'
import type { ChosenFiles } from '../device/chosen-files'
import type { DeviceFile } from '../device/device-file'
import type { Engine } from '../engine'
import type { RegionSetting } from '../engine/commands/settings'
import type { FileDialogs } from './file-dialogs'

export interface HandlerContext {
  engine: Engine
  /** The person at this device: the signed-in user with the roles last known, else its owner. */
  caller: Caller
  access: Pick<Access, 'state$' | 'lock' | 'unlock' | 'open' | 'requireOpen'>
  now(): number
  device: DevicePort
  organisation: OrganisationPort
  drafts: Pick<Drafts, 'mine$' | 'keep' | 'end'>
  dialogs: FileDialogs
  chosenFiles: Pick<ChosenFiles, 'offer' | 'pathOf'>
  /** Shows the log on this device's screen. @throws ScvError `file_not_found` where no program opens it */
  showLog(): Promise<void>
  /** Has the system open an address that was looked at. */
  openOutside(address: string): Promise<void>
  reconcile: ReconcileList
  duplicates: DuplicateList
  sync: SyncPort
  syncControl: SyncControl
  imports: ImportDesk
  exports: ExportDesk
  subjectPrinter: SubjectPort
  incoming: IncomingFeed
  localApi: LocalApiPort
  /** Fills the empty application with a made-up organisation. */
  loadSample(
    onProgress: (progress: number) => void,
  ): Promise<{ contacts: number; interactions: number; region: string }>
  views: ViewsPort
  /** What a link or an argument asks the window to open; null: nothing was asked yet. */
  opening$: Observable<{ request: number; what: Opening } | null>
}

/** What all devices of the organisation share. */
interface OrganisationPort {
  readonly defaultRegion$: Observable<RegionSetting | undefined>
}

/** The views that lists, journeys and search are asked of. */
interface ViewsPort {
  readonly status$: Observable<{ answers: boolean; rebuild?: { done: number; total: number } }>
  rebuild(): Promise<void>
}

/** What this installation is and remembers of itself. */
interface DevicePort {
  dataDir: string
  version: string
  licenceFiles: readonly string[]
  /** What an administrator of this machine fixed. */
  managed: Managed | null
  file$: BehaviorSubject<DeviceFile>
  /** Changes what the device remembers, durably. */
  save(change: Partial<DeviceFile>): void
}
