// Random documents for laws. They are drawn from few stamps, devices, contacts and values, so that any two of one kind
// share an id and overlap: same stamp with other content, one erased and one not, claims of several devices.
// Invariant: every document is in the form commands write (sorted registers, nothing left in what is erased).

import fc from 'fast-check'
import type { AuditDocument } from '../../src-main/engine/documents/audit'
import type { ContactDocument } from '../../src-main/engine/documents/contact'
import type { DecisionDocument } from '../../src-main/engine/documents/decision'
import type { Claim, IdentifierDocument } from '../../src-main/engine/documents/identifier'
import type { InteractionDocument, InteractionFacts } from '../../src-main/engine/documents/interaction'
import type { JSONValue } from '../../src-main/engine/documents/json'
import type { Documents, Kind } from '../../src-main/engine/documents/kinds'
import type { MergeDocument } from '../../src-main/engine/documents/merge'
import type { NoteDocument } from '../../src-main/engine/documents/note'
import { joinRegisters, type Register } from '../../src-main/engine/documents/register'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { asDeviceId } from '../../src-shared/model/ids'
import { tries, triesOf } from './depth'

/** Cases of a law. `SCV_CASES=10000` is the full run. */
export const CASES = triesOf('SCV_CASES', 500)

/** One seed per run, printed, so that a failure can be had again: `FC_SEED=… npx vitest …`. */
const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 2_147_483_647)
process.stdout.write(`fast-check seed ${SEED}\n`)

/** Settings of a property with this many cases in a soak. */
export const cases = (soak: number) => exactly(tries(soak))

/** Settings of a property with this many cases. */
export const exactly = (numRuns: number) => ({ numRuns: Math.ceil(numRuns), seed: SEED })

export const DEVICES = ['devicea000', 'deviceb000', 'devicec000'] as const
export const CONTACTS = ['x', 'y', 'z', '__proto__'] as const
export const stamp = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.nat(1), fc.constantFrom(...DEVICES))
  .map(([ms, counter, device]) => makeStamp(1_700_000_000_000 + ms, counter, asDeviceId(device)))
const who = fc.constantFrom('ann', 'bob')
const signed = fc.record({ at: stamp, by: who })
const word = fc.constantFrom('', 'a', 'b', 'Zoë', '\u{1F600}')
const value: fc.Arbitrary<JSONValue> = fc.oneof(
  { weight: 4, arbitrary: word },
  { weight: 1, arbitrary: fc.constantFrom(1, true, ['a'], { city: 'Ulm' }, { city: 'Ulm', address1: undefined }) },
)

/** A member, or none of it: `undefined` is no JSON. */
function optional<T extends object>(members: T): fc.Arbitrary<Partial<{ [K in keyof T]: Valued<T[K]> }>> {
  const record = fc.record(members as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] })
  return record as fc.Arbitrary<Partial<{ [K in keyof T]: Valued<T[K]> }>>
}
type Valued<A> = A extends fc.Arbitrary<infer T> ? T : never

function register<T extends JSONValue>(values: fc.Arbitrary<T>, minLength = 0): fc.Arbitrary<Register<T>> {
  const entry = fc
    .tuple(fc.option(values, { freq: 6 }), stamp, who, fc.array(stamp, { maxLength: 2 }))
    .map(([v, t, b, p]) => ({ v, t, b, ...(p.length > 0 ? { p } : {}) }))
  return fc.array(entry, { minLength, maxLength: 3 }).map((entries) => joinRegisters(entries, []))
}

/** What a newer version may have added. Names with an underscore in front are the store's and never a member. */
const unknown = fc.option(
  fc.dictionary(fc.constantFrom('colour', 'mood', 'constructor', 'toString'), value, { maxKeys: 2 }),
  { nil: {}, freq: 3 },
)
const erased = fc.option(signed, { nil: undefined, freq: 4 })
const filled = <T extends JSONValue>(values: fc.Arbitrary<T>) => fc.option(register(values, 1), { nil: undefined })

/** Leaves out members that are undefined; `__proto__` is a member as any other. */
function compact<T>(document: object): T {
  return Object.fromEntries(Object.entries(document).filter(([, member]) => member !== undefined)) as T
}

/** A record of few keys, some of which every object has by nature. */
const recordOf = <T>(keys: readonly string[], member: fc.Arbitrary<T>, minKeys = 0) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...keys), member), {
      selector: ([key]) => key,
      minLength: minKeys,
      maxLength: 3,
    })
    .map((members): Record<string, T> => Object.fromEntries(members))

const type = fc.record({
  value: fc.constantFrom('Ephemeral' as const, 'Identified' as const, 'Curated' as const),
  at: stamp,
  by: who,
})

/** Registers of names hold texts; those of custom fields, and of fields a newer version added, anything. */
const fields = fc
  .tuple(
    recordOf(['firstName', 'lastName'], register(word, 1)),
    recordOf(['customFields/__proto__', '__proto__'], register(value, 1)),
  )
  .map((parts): Record<string, Register> => Object.fromEntries(parts.flatMap(Object.entries)))

export const contact: fc.Arbitrary<ContactDocument> = fc
  .record({
    unknown,
    created: fc.oneof(
      fc.record({ at: stamp, by: who, via: fc.constantFrom('person' as const, 'interaction' as const) }),
      fc.record({ at: stamp, by: who, via: fc.constant('person' as const), alone: fc.constant(true as const) }),
    ),
    type,
    fields,
    deleted: filled(fc.boolean()),
    expired: fc.option(fc.record({ at: stamp, by: who, seen: stamp, seenActivity: fc.nat(3) }), { nil: undefined }),
    erased,
    lastActivity: fc.nat(3),
  })
  .map(({ unknown: more, ...known }) =>
    compact<ContactDocument>({
      ...(known.erased ? {} : more),
      id: 'c',
      ...known,
      fields: known.erased ? {} : known.fields,
    }),
  )

const claim: fc.Arbitrary<Claim> = fc
  .record({
    since: stamp,
    at: stamp,
    by: who,
    o: fc.option(who, { nil: undefined, freq: 4 }),
    via: fc.constantFrom('field' as const, 'explicit' as const, 'interaction' as const, 'import' as const),
  })
  .map((one) => compact<Claim>(one))

export const identifier: fc.Arbitrary<IdentifierDocument> = fc
  .record({
    unknown,
    claims: recordOf(CONTACTS, recordOf(DEVICES, claim, 1)),
    releases: recordOf(CONTACTS, recordOf(DEVICES, stamp, 1)),
    erased: fc.option(recordOf(CONTACTS, stamp, 1), { nil: undefined }),
  })
  .map(({ unknown: more, claims, releases, erased: gone }) => {
    const living = <T>(record: Record<string, T>) =>
      Object.fromEntries(Object.entries(record).filter(([id]) => !gone || !Object.hasOwn(gone, id)))
    const claimed = Object.keys(living(claims)).length > 0
    return compact<IdentifierDocument>({
      ...more,
      id: 'i',
      // The id is made from type, source and value: they are the same in every copy, or gone with the last claimant.
      type: 'ExternalId',
      value: claimed ? '42' : '',
      source: claimed ? 'crm' : undefined,
      claims: living(claims),
      releases: living(releases),
      erased: gone,
    })
  })

const facts: fc.Arbitrary<InteractionFacts> = fc
  .tuple(
    signed,
    fc.record({
      channel: fc.constantFrom('voice' as const, 'email' as const),
      direction: fc.constantFrom('inbound' as const, 'outbound' as const),
      startedAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
    }),
    optional({
      endedAt: fc.constant('2026-01-03T00:00:00.000Z'),
      queue: fc.constantFrom('sales', 'care'),
    }),
    fc.record({
      conversationId: fc.constantFrom('k', 'l'),
      identifiers: fc.constantFrom([], [{ type: 'Phone' as const, value: '+61400000000' }]),
    }),
    optional({
      agent: who,
      subject: word,
      note: word,
      unread: fc.constant([{ type: 'Phone' as const, value: 'sécret' }]),
    }),
  )
  .map((parts) => Object.assign({}, ...parts) as InteractionFacts)

export const interaction: fc.Arbitrary<InteractionDocument> = fc
  .record({
    unknown,
    facts,
    link: register(fc.constantFrom(...CONTACTS), 1),
    wrapUp: filled(word),
    later: fc.option(fc.record({ agent: register(word, 1), note: register(word, 1) }, { requiredKeys: [] }), {
      nil: undefined,
    }),
    erased,
  })
  .map(({ unknown: more, ...known }) => {
    if (!known.erased) return compact<InteractionDocument>({ ...more, id: 'n', ...known })
    const { at, by, channel, direction, startedAt, endedAt, queue } = known.facts
    const kept = { at, by, conversationId: '', channel, direction, startedAt, endedAt, queue, identifiers: [] }
    return compact<InteractionDocument>({
      id: 'n',
      ...known,
      facts: compact(kept),
      wrapUp: undefined,
      later: undefined,
    })
  })

export const merge: fc.Arbitrary<MergeDocument> = fc
  .record({
    unknown,
    inputs: fc.constantFrom(['x', 'y'], ['y', 'z']),
    result: fc.constantFrom('r', 's'),
    at: stamp,
    by: who,
    choices: recordOf(['firstName', '__proto__'], fc.constantFrom('x', 'y')),
    builtOn: fc.option(fc.constantFrom(['m1'], ['m1', 'm2']), { nil: undefined }),
    undone: filled(fc.boolean()),
    reason: filled(word),
    erased,
  })
  .map(({ unknown: more, ...known }) =>
    compact<MergeDocument>({ ...more, id: 'm', ...known, reason: known.erased ? undefined : known.reason }),
  )

export const note: fc.Arbitrary<NoteDocument> = fc
  .record({
    unknown,
    contactId: fc.constantFrom(...CONTACTS),
    created: signed,
    text: register(word, 1),
    link: filled(fc.constantFrom(...CONTACTS)),
    deleted: filled(fc.boolean()),
    erased,
  })
  .map(({ unknown: more, ...known }) =>
    compact<NoteDocument>({ ...(known.erased ? {} : more), id: 't', ...known, text: known.erased ? [] : known.text }),
  )

export const decision: fc.Arbitrary<DecisionDocument> = fc
  .record({
    unknown,
    kind: fc.constantFrom(
      'cannot-link' as const,
      'shared-identifier' as const,
      'reviewed' as const,
      'setting' as const,
    ),
    subjects: fc.constantFrom(['x', 'y'], ['y', 'z'], ['r-1']),
    standing: register(fc.boolean(), 1),
    value: filled(word),
    definition: fc.option(fc.record({ at: stamp, by: who, says: fc.constantFrom({ version: 1 }, ['x'], 'y') }), {
      nil: undefined,
    }),
    seen: fc.option(
      fc
        .uniqueArray(fc.oneof(stamp, fc.constantFrom('x', 'y', 'z')), { minLength: 1, maxLength: 3 })
        .map((all) => all.sort()),
      { nil: undefined },
    ),
    reason: filled(word),
    erased,
  })
  .map(({ unknown: more, ...known }) =>
    compact<DecisionDocument>({
      ...more,
      id: 'd',
      ...known,
      reason: known.erased ? undefined : known.reason,
    }),
  )

export const audit: fc.Arbitrary<AuditDocument> = fc
  .record({
    unknown,
    at: stamp,
    by: who,
    action: fc.constantFrom('create' as const, 'merge' as const),
    contactIds: fc.constantFrom(['x'], ['x', 'y']),
    more: optional({ subjectId: fc.constantFrom('m', 'i'), details: fc.constantFrom({ fields: 1 }, { fields: 2 }) }),
    reason: filled(word),
    erased,
  })
  .map(({ unknown: extra, more, ...known }) =>
    compact<AuditDocument>({
      ...extra,
      ...more,
      id: 'a',
      ...known,
      reason: known.erased ? undefined : known.reason,
    }),
  )

export const DOCUMENTS: { readonly [K in Kind]: fc.Arbitrary<Documents[K]> } = {
  contacts: contact,
  identifiers: identifier,
  interactions: interaction,
  merges: merge,
  notes: note,
  decisions: decision,
  audit,
}
