// The server's validation as CouchDB runs it: from the text of the design document, in a realm of its own.
// Invariant: the quick way takes nothing that the rules refuse; a judgement where they differ throws.
import { createContext, Script } from 'node:vm'
import { decisionId, identifierId, interactionId } from '../../src-main/engine/documents/ids'
import type { AnyDocument, Kind } from '../../src-main/engine/documents/kinds'
import { validationText } from '../../src-main/provision/validation'
import { remoteId, toRemoteBody } from '../../src-main/replication/couch/wire'

export interface User {
  name: string | null
  roles: readonly string[]
}

export interface Validator {
  /** The server's clock, ms; `undefined`: the true one. */
  now: number | undefined
  /** Writes that the quick way took. */
  inShort: number
  /** Judges a write of raw documents. @returns the sentence of the refusal, or undefined */
  judgeRaw(next: object, former: object | null, user: User, security?: object): string | undefined
  /** The same for documents as devices have them. */
  judge(
    kind: Kind,
    next: AnyDocument,
    former: AnyDocument | undefined,
    user: User,
    security?: object,
  ): string | undefined
}

type Validate = (next: unknown, former: unknown, user: unknown, security: unknown) => void

/** A document as it lies on the server. */
export const stored = (kind: Kind, document: AnyDocument): Record<string, unknown> => ({
  _id: remoteId(kind, document.id),
  _rev: '1-0',
  ...toRemoteBody(document),
})

const FREE_ID = '00000000-0000-4000-8000-000000000000'
const SOME_DIGEST = 'x'.repeat(32)

/** The server's id of a document in one of these states: the digest of what it is about, as far as a state tells that. */
export function idOnServer(kind: Kind, ...states: (AnyDocument | undefined)[]): string {
  for (const state of states) {
    if (state === undefined) continue
    if ('claims' in state && state.value !== '') return remoteId(kind, identifierId(state))
    if ('facts' in state && !state.erased)
      return remoteId(kind, interactionId(state.facts.conversationId, state.facts.communicationId))
    if ('standing' in state) return remoteId(kind, decisionId(state.kind, state.subjects))
  }
  const digests: { [K in Kind]?: string } = { identifiers: 'i', interactions: 'n', decisions: 'd' }
  const prefix = digests[kind]
  return remoteId(kind, prefix ? `${prefix}-${SOME_DIGEST}` : FREE_ID)
}

/** The organisation whose roles count. */
export const ORGANISATION = 'acme'

export function openValidator(): Validator {
  const validator: Validator = {
    now: undefined,
    judgeRaw(next, former, user, security = {}) {
      // A new document bears no revision; a branch bears its own, and those before it.
      if (former === null && !('_revisions' in next)) {
        const { _rev, ...rest } = next as { _rev?: string }
        next = rest
      }
      // Frozen, as CouchDB seals them: validation must not depend on changing anything.
      const args = [next, former, { db: 'scv', ...user }, security].map((value) =>
        frozen(JSON.parse(JSON.stringify(value))),
      )
      const [verdict, byRules, inShort] = [both, rules, quick].map((validate) => verdictOf(validate, args))
      if (verdict !== byRules || (inShort === undefined && byRules !== undefined))
        throw new Error(`The ways differ: ${verdict}; by the rules ${byRules}; in short ${inShort}`)
      if (inShort === undefined) validator.inShort += 1
      return verdict
    },
    judge: (kind, next, former, user, security) =>
      validator.judgeRaw(stored(kind, next), former ? stored(kind, former) : null, user, security),
    inShort: 0,
  }
  class ServerDate extends Date {
    static override now(): number {
      return validator.now ?? Date.now()
    }
  }
  const context = createContext({ Date: ServerDate })
  const [both, rules, quick] = (['both', 'rules', 'quick'] as const).map(
    (ways) => new Script(`return_ = ${validationText(ORGANISATION, ways)}`).runInContext(context) as Validate,
  ) as [Validate, Validate, Validate]
  return validator
}

function verdictOf(validate: Validate, [next, former, user, security]: unknown[]): string | undefined {
  try {
    validate(next, former, user, security)
    return undefined
  } catch (error) {
    const { forbidden } = error as { forbidden?: unknown }
    if (typeof forbidden === 'string') return forbidden
    throw error
  }
}

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const member of Object.values(value)) frozen(member)
    Object.freeze(value)
  }
  return value
}
