// Who asks a use case for something, whichever door they came through.
import type { Engine } from '../engine'
import type { Actor } from '../engine/permissions'

export type PermittedQueries = ReturnType<Engine['queriesFor']>

export interface Caller {
  /** As of now: roles may change between two calls. */
  actor(): Actor
  /** Each query asks for its permission. */
  queries: PermittedQueries
}

export const callerFor = (engine: Engine, actor: () => Actor): Caller => ({ actor, queries: engine.queriesFor(actor) })
