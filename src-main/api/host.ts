// What the API needs of the application it speaks for.
import type { ScvContract } from '@shared/contract'
import type { reconcileContract } from '@shared/contract/reconcile'
import type { Handlers } from '@shared/ipc/contract'
import type { ResolutionReason } from '@shared/model/views'
import type { Engine } from '../engine'
import type { Actor } from '../engine/permissions'
import type { StoredToken } from './tokens'

/** An interaction that came in by the API. */
export interface Arrival {
  interactionId: string
  created: boolean
  reason: ResolutionReason
  /** RFC 3339. */
  arrivedAt: string
}

export interface ApiHost {
  engine: Engine
  version: string
  now(): number
  /** Whoever the application works for: the owner of the device, or the signed-in user. */
  actor(): Actor
  /** The product's own calls, for what the engine does not know: sync and imports. */
  handlers(): Pick<
    Handlers<ScvContract>,
    | 'sync.status'
    | 'sync.pause'
    | 'sync.resume'
    | 'import.open'
    | 'import.plan'
    | 'import.run'
    | 'import.state'
    | 'import.report'
    | 'import.discard'
  >
  /** What happened apart, as somebody may see and settle it. */
  reconcile(actor: () => Actor): Pick<Handlers<typeof reconcileContract>, 'reconcile.items' | 'reconcile.decide'>
  /** Folder for files on their way in. */
  uploadDir: string
  tokens(): readonly StoredToken[]
  /** Told when a token was used. */
  used(token: StoredToken): void
  arrived(arrival: Arrival): void
  /** Told of failures that are no refusals. */
  onDefect(error: unknown): void
}
