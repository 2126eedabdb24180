// Ways to tamper with a write that the server took. Each gives a write that must be refused, or nothing where it does not
// apply to that document.

import type { ContactDocument } from '../../src-main/engine/documents/contact'
import type { IdentifierDocument } from '../../src-main/engine/documents/identifier'
import type { InteractionDocument } from '../../src-main/engine/documents/interaction'
import type { AnyDocument } from '../../src-main/engine/documents/kinds'
import type { MergeDocument } from '../../src-main/engine/documents/merge'
import type { NoteDocument } from '../../src-main/engine/documents/note'
import type { Entry, Register } from '../../src-main/engine/documents/register'
import { makeStamp, stampMs } from '../../src-main/engine/documents/stamp'
import { asDeviceId } from '../../src-shared/model/ids'
import type { Draw } from '../support/exchange'
import { mayNot, type Taken } from '../support/fleet'
import type { Validator } from '../support/validator'

type Tamper = (taken: Taken, draw: Draw, now: number) => AnyDocument | undefined

const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** The registers of a document, each with a way to reach it in a copy. */
function registersOf(document: AnyDocument): Register[] {
  return Object.entries(document).flatMap(([name, member]: [string, unknown]) =>
    name === 'fields' ? Object.values(member as Record<string, Register>) : isRegister(member) ? [member] : [],
  )
}
const isRegister = (value: unknown): value is Register =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => one !== null && typeof one === 'object' && 't' in one)

/** Objects in a document that say who did something and when. */
function signaturesOf(value: unknown): Record<string, unknown>[] {
  if (value === null || typeof value !== 'object') return []
  const own = 'by' in value || 'b' in value ? [value as Record<string, unknown>] : []
  const members = Object.entries(value).filter(([name]) => name !== 'v')
  return [...own, ...members.flatMap(([, member]) => signaturesOf(member))]
}

const pick = <T>(things: readonly T[], draw: Draw): T | undefined => things[draw(Math.max(1, things.length))]

const onSignature =
  (change: (signature: Record<string, unknown>, name: 'b' | 'by') => void): Tamper =>
  ({ next }, draw) => {
    const copy = clone(next)
    const one = pick(signaturesOf(copy), draw)
    if (one) change(one, 'b' in one ? 'b' : 'by')
    return copy
  }

/** Something of a contact alone. */
const onContact =
  (change: (copy: ContactDocument, taken: Taken, draw: Draw, now: number) => boolean): Tamper =>
  (taken, draw, now) => {
    if (taken.kind !== 'contacts') return undefined
    const copy = clone(taken.next) as ContactDocument
    return change(copy, taken, draw, now) ? copy : undefined
  }

const later = (now: number) => makeStamp(now, 7, asDeviceId('devicex000'))

const rewritten: readonly (readonly [string, Tamper])[] = [
  [
    'in the name of somebody else',
    onSignature((one, name) => {
      one[name] = 'mallory'
    }),
  ],
  [
    'in nobody’s name',
    onSignature((one, name) => {
      delete one[name]
    }),
  ],
  [
    'a part of the history is gone',
    ({ next, former }, draw) => {
      if (!former || 'erased' in next) return undefined
      const copy = clone(next)
      const known = new Set(registersOf(former).flatMap((register) => register.map((entry) => JSON.stringify(entry))))
      const lists = registersOf(copy).filter((register) => register.some((entry) => known.has(JSON.stringify(entry))))
      const register = pick(lists, draw)
      const at = register?.findIndex((entry) => known.has(JSON.stringify(entry))) ?? -1
      if (!register || at < 0) return undefined
      register.splice(at, 1)
      return copy
    },
  ],
  [
    'the history is rewritten',
    ({ next, former }, draw) => {
      if (!former || 'erased' in next) return undefined
      const copy = clone(next)
      const known = new Set(registersOf(former).flatMap((register) => register.map((entry) => JSON.stringify(entry))))
      const entries = registersOf(copy).flatMap((register) =>
        register.filter((entry) => known.has(JSON.stringify(entry))),
      )
      const entry = pick(entries, draw) as Entry | undefined
      if (!entry) return undefined
      entry.v = entry.v === null || typeof entry.v === 'boolean' ? entry.v !== true : null
      return copy
    },
  ],
  [
    'a register is in another order',
    ({ next }, draw) => {
      const copy = clone(next)
      const register = pick(
        registersOf(copy).filter((one) => one.length > 1),
        draw,
      )
      return register?.reverse() && copy
    },
  ],
  [
    'written tomorrow and later',
    ({ next, user }, _draw, now) => {
      const copy = clone(next) as unknown as Record<string, unknown>
      const t = makeStamp(now + 25 * 3_600_000, 0, asDeviceId('devicex000'))
      const register = ['link', 'text', 'standing', 'undone'].find((name) => Array.isArray(copy[name]))
      if ('erased' in copy || !register) return undefined
      const first = (copy[register] as Entry[])[0]
      copy[register] = [{ v: first?.v ?? null, t, b: user.name }, ...(copy[register] as Entry[])]
      return copy as unknown as AnyDocument
    },
  ],
  [
    'a stamp that is none',
    ({ next }, draw) => {
      const copy = clone(next)
      const one = pick(signaturesOf(copy), draw)
      if (!one) return undefined
      one['t' in one ? 't' : 'at'] = pick(['2026-01-01', '', 5, null, 'A'.repeat(23)], draw)
      return copy
    },
  ],
  [
    'the type falls',
    onContact((copy, { former, user }, _draw, now) => {
      const before = former as ContactDocument | undefined
      if (!before || before.type.value === 'Ephemeral') return false
      copy.type = { value: 'Ephemeral', at: later(now), by: user.name ?? '' }
      return true
    }),
  ],
  [
    'who made it is rewritten',
    onContact((copy, { former, user }) => {
      copy.created = { ...copy.created, at: makeStamp(1, 0, asDeviceId('devicex000')), by: user.name ?? '' }
      return former !== undefined
    }),
  ],
  [
    'the last activity goes back',
    onContact((copy, { former }) => {
      copy.lastActivity = -5
      return former !== undefined && (former as ContactDocument).lastActivity > -5
    }),
  ],
  [
    'deleted by someone who may not',
    onContact((copy, { user }, _draw, now) => {
      copy.deleted = [{ v: true, t: later(now), b: user.name ?? '' }, ...(copy.deleted ?? [])]
      return mayNot(user, 'externalContacts:contact:delete')
    }),
  ],
  [
    'expired by someone who may not',
    onContact((copy, { user, former }, _draw, now) => {
      copy.expired = { at: later(now), by: user.name ?? '', seen: later(now), seenActivity: 0 }
      return mayNot(user, 'externalContacts:contact:delete') && !(former && 'expired' in former)
    }),
  ],
  [
    'erased by someone who may not',
    ({ kind, next, former, user }, _draw, now) => {
      if (!mayNot(user, 'externalContacts:identity:erase') || 'erased' in next) return undefined
      if (kind === 'identifiers') {
        const copy = clone(next) as IdentifierDocument
        const claimant = Object.keys(copy.claims)[0] ?? ''
        delete copy.claims[claimant]
        delete copy.releases[claimant]
        copy.erased = { [claimant]: later(now) }
        if (Object.keys(copy.claims).length === 0) {
          copy.value = ''
          delete copy.source
        }
        return copy
      }
      const erased = { at: later(now), by: user.name ?? '' }
      if (kind === 'contacts') return { ...clone(next), fields: {}, erased } as ContactDocument
      if (kind === 'notes') return { ...clone(next), text: [], erased } as NoteDocument
      if (kind === 'merges' || kind === 'audit' || kind === 'decisions') {
        const { reason: _gone, ...rest } = clone(next) as MergeDocument
        return { ...rest, erased } as AnyDocument
      }
      return former ? ({ ...clone(next), erased } as AnyDocument) : undefined
    },
  ],
  [
    'an erasure is taken back',
    ({ next, former }) => {
      if (!former || !('erased' in former)) return undefined
      const { erased: _gone, ...rest } = clone(next) as ContactDocument
      return rest as AnyDocument
    },
  ],
  [
    'what was erased is back',
    ({ kind, next, user }, _draw, now) => {
      if (kind !== 'contacts' || !('erased' in next)) return undefined
      return {
        ...clone(next),
        fields: { firstName: [{ v: 'Zoë', t: later(now), b: user.name ?? '' }] },
      } as ContactDocument
    },
  ],
  [
    'facts of an interaction are rewritten',
    ({ kind, next, former }) => {
      if (kind !== 'interactions' || !former || 'erased' in next) return undefined
      const copy = clone(next) as InteractionDocument
      // An own recording that is earlier stands instead of the one there was; what was there cannot change otherwise.
      if (copy.facts.at !== (former as InteractionDocument).facts.at) return undefined
      copy.facts.startedAt = '1999-01-01T00:00:00.000Z'
      return copy
    },
  ],
  [
    'a merge is rewritten',
    ({ kind, next, former }) => {
      if (kind !== 'merges' || !former) return undefined
      const copy = clone(next) as MergeDocument
      copy.inputs = [...copy.inputs].reverse()
      return copy
    },
  ],
  [
    'a note moves to somebody else',
    ({ kind, next, former }) =>
      kind === 'notes' && former ? ({ ...clone(next), contactId: 'x' } as NoteDocument) : undefined,
  ],
  [
    'the audit trail is rewritten',
    ({ kind, next, former }) =>
      kind === 'audit' && former ? ({ ...clone(next), action: 'note', contactIds: [] } as AnyDocument) : undefined,
  ],
  [
    'a claim is gone',
    ({ kind, next, former }) => {
      if (kind !== 'identifiers' || !former) return undefined
      const copy = clone(next) as IdentifierDocument
      const claimant = Object.keys((former as IdentifierDocument).claims).find((id) => Object.hasOwn(copy.claims, id))
      if (claimant === undefined) return undefined
      copy.claims = { ...copy.claims, [claimant]: {} }
      return copy
    },
  ],
  [
    'the identifier is another one',
    ({ kind, next, former }) => {
      if (kind !== 'identifiers' || !former) return undefined
      const copy = clone(next) as IdentifierDocument
      if (copy.value === '' || (former as IdentifierDocument).value === '') return undefined
      return { ...copy, value: `${copy.value}0` } as AnyDocument
    },
  ],
]

/** Ways round what devices make of content: ids, forms, stamps from the beginning of time, sizes. */
const impossible: readonly (readonly [string, Tamper])[] = [
  [
    'a new document stands under the id of another',
    ({ kind, next, former }) => {
      const hasDigest = kind === 'identifiers' || kind === 'interactions' || kind === 'decisions'
      const isErased = 'erased' in next && kind === 'interactions'
      if (former || !hasDigest || isErased || ('value' in next && next.value === '')) return undefined
      return { ...clone(next), id: `${next.id.slice(0, 2)}${'a'.repeat(32)}` } as AnyDocument
    },
  ],
  [
    'it says that it was written at the beginning of time',
    ({ next, former, user }, draw) => {
      const copy = clone(next)
      const isNew = (one: Record<string, unknown>) => !former || !JSON.stringify(former).includes(JSON.stringify(one))
      const one = pick(
        signaturesOf(copy).filter((each) => isNew(each) && !('o' in each)),
        draw,
      )
      if (!one || 'since' in one || copyOf(copy) === 'merge') return undefined
      one['t' in one ? 't' : 'at'] = makeStamp(1, 0, asDeviceId('devicex000'))
      one['b' in one ? 'b' : 'by'] = user.name ?? ''
      return copy
    },
  ],
  [
    'a claim is older than all others',
    ({ kind, next, user }, _draw, now) => {
      if (kind !== 'identifiers' || Object.keys((next as IdentifierDocument).claims).length === 0) return undefined
      const copy = clone(next) as IdentifierDocument
      const since = makeStamp(1, 0, asDeviceId('devicex000'))
      copy.claims = {
        ...copy.claims,
        x: { devicex000: { since, at: later(now), by: user.name ?? '', via: 'explicit' } },
      }
      return copy
    },
  ],
  [
    'a release reaches beyond what is claimed',
    ({ kind, next }, _draw, now) => {
      if (kind !== 'identifiers' || Object.keys((next as IdentifierDocument).claims).length === 0) return undefined
      const copy = clone(next) as IdentifierDocument
      const contact = Object.keys(copy.claims)[0] ?? ''
      copy.releases = { ...copy.releases, [contact]: { ...copy.releases[contact], devicex000: later(now) } }
      return copy
    },
  ],
  [
    'a recording is older than the conversation',
    ({ kind, next, former, user }) => {
      if (kind !== 'interactions' || !former || 'erased' in next || 'erased' in former) return undefined
      const copy = clone(next) as InteractionDocument
      const before = stampMs((former as InteractionDocument).facts.at) - 400 * 86_400_000
      copy.facts = { ...copy.facts, at: makeStamp(before, 0, asDeviceId('devicex000')), by: user.name ?? '' }
      return copy
    },
  ],
  [
    'a member has no end',
    ({ next }, draw) => (draw(20) === 0 ? Object.assign(clone(next), { more: 'x'.repeat(100_001) }) : undefined),
  ],
]

export const tampered: readonly (readonly [string, Tamper])[] = [...rewritten, ...impossible]

const copyOf = (document: AnyDocument): string =>
  'created' in document && 'via' in document.created ? document.created.via : ''

/** Tampers in every way that applies. @returns how many ways @throws Error when one is taken */
export function mustRefuse(validator: Validator, taken: Taken, draw: Draw): number {
  const { kind, former, user } = taken
  const now = validator.now ?? Date.now()
  let tried = 0
  for (const [what, tamper] of tampered) {
    const next = tamper(taken, draw, now)
    if (!next || JSON.stringify(next) === JSON.stringify(taken.next)) continue
    tried += 1
    if (validator.judge(kind, next, former, user) === undefined)
      throw new Error(`Taken although ${what}:\n${JSON.stringify({ kind, next, former, user }, null, 1)}`)
  }
  return tried
}
