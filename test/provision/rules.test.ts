// The laws of the server's validation. What it takes contains what was there: joining the two gives nothing else. What joins
// make of two documents it takes. Shapes it judges as devices do. And each permission counts where it should.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { admitted, joinAdmitted } from '../../src-main/engine/documents/admitted'
import { adopt } from '../../src-main/engine/documents/authorship'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import type { IdentifierDocument } from '../../src-main/engine/documents/identifier'
import { identifierId } from '../../src-main/engine/documents/ids'
import { type InteractionDocument, LATER_FACTS } from '../../src-main/engine/documents/interaction'
import { type AnyDocument, JOINS, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { checkDocument } from '../../src-main/engine/documents/validate'
import { KIND_SHAPES } from '../../src-main/engine/documents/validate-kinds'
import { ROLE_PERMISSIONS, ROLES, roleIn } from '../../src-main/engine/roles'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { IDENTIFIER_TYPES } from '../../src-shared/model/identifier'
import { asDeviceId } from '../../src-shared/model/ids'
import { tryNormalise } from '../../src-shared/model/normalise'
import { cases, DOCUMENTS, exactly } from '../support/arbitraries'
import { tries, triesOf } from '../support/depth'
import { idOnServer, ORGANISATION, openValidator } from '../support/validator'

const validator = openValidator()
/** `SCV_LAW_CASES=10000` is the long run. */
const LAW_CASES = triesOf('SCV_LAW_CASES', 100, 1 / 2)
const UUID = '00000000-0000-4000-8000-000000000000'
/** The server's id of each kind, where it is no digest. */
const IDS = { contacts: idOnServer('contacts'), notes: idOnServer('notes'), interactions: idOnServer('interactions') }
const inOrganisation = (role: string) => roleIn(ORGANISATION, role)
const ROOT = { name: 'root', roles: [inOrganisation('admin')] }
const RECOVERING = { scv: { recovering: true } }

const raw = (kind: Kind, document: AnyDocument | undefined, _id = idOnServer(kind, document)) =>
  document ? { _id, _rev: '1-x', ...toRemoteBody(document) } : null
/** Judged as whoever may do everything, in whatever name: what is left are shapes, and that nothing is lost. */
function judged(kind: Kind, next: AnyDocument, former?: AnyDocument, id = idOnServer(kind, former, next)) {
  return validator.judgeRaw(raw(kind, next, id) ?? {}, raw(kind, former, id), ROOT, RECOVERING)
}

/** Members that this version knows: the others are free on the server, and newer devices join them in ways of their own. */
function known(kind: Kind, document: AnyDocument): string {
  const { members, optional = {} } = KIND_SHAPES[kind]
  return canonicalJson(
    Object.fromEntries(
      Object.entries(document).filter(([name]) => Object.hasOwn(members, name) || Object.hasOwn(optional, name)),
    ),
  )
}

const idOfRow = (kind: Kind, body: object, former?: object | null) =>
  idOnServer(kind, (former ?? body) as AnyDocument, body as AnyDocument)

/** Claims with the stamps of the devices they stand under, and releases of such, as devices make them. */
function ofItsDevices(document: AnyDocument): AnyDocument {
  if (!('claims' in document)) return document
  const claims = Object.entries(document.claims).map(([id, devices]) => [
    id,
    Object.fromEntries(
      Object.entries(devices).map(([device, claim]) => [device, { ...claim, at: claim.at.slice(0, 13) + device }]),
    ),
  ])
  const standing: IdentifierDocument['claims'] = Object.fromEntries(claims)
  const releases = Object.entries(document.releases).flatMap(([id, devices]) => {
    const given = Object.entries(devices).flatMap(([device, stamp]) => {
      const claim = Object.hasOwn(standing, id) ? standing[id]?.[device] : undefined
      return claim ? [[device, claim.at < stamp ? claim.at : stamp]] : []
    })
    return given.length > 0 ? [[id, Object.fromEntries(given)]] : []
  })
  return { ...document, claims: standing, releases: Object.fromEntries(releases) }
}

/** Another state of the same document: what is decided when a document is made is the same in all of them. */
function sameOrigin(kind: Kind, a: AnyDocument, b: AnyDocument): AnyDocument {
  const fixed: Record<Kind, readonly string[]> = {
    contacts: ['created'],
    identifiers: ['type'],
    interactions: [],
    merges: ['inputs', 'result', 'at', 'by', 'choices', 'builtOn'],
    notes: ['contactId', 'created'],
    decisions: ['kind', 'subjects', 'definition'],
    audit: ['at', 'by', 'action', 'contactIds', 'subjectId', 'details'],
  }
  const copy = Object.fromEntries(Object.entries(b).filter(([name]) => !fixed[kind].includes(name)))
  for (const name of fixed[kind]) if (Object.hasOwn(a, name)) copy[name] = a[name as keyof AnyDocument]
  // A reason in the audit trail is written with its entry.
  if (kind === 'audit' && !('erased' in copy)) {
    delete copy['reason']
    if ('reason' in a) copy['reason'] = a.reason
  }
  if (kind === 'interactions') {
    const [mine, theirs] = [a as InteractionDocument, copy as unknown as InteractionDocument]
    const { conversationId, communicationId } = mine.facts
    const conversation = { conversationId, ...(communicationId === undefined ? {} : { communicationId }) }
    const erased = 'erased' in copy
    if (theirs.facts.at === mine.facts.at && !erased && !('erased' in a)) copy['facts'] = mine.facts
    else if (theirs.facts.at === mine.facts.at)
      copy['facts'] = { ...theirs.facts, at: makeStamp(1_700_000_000_009, 0, asDeviceId('devicez000')) }
    else if (!erased && !('erased' in a)) copy['facts'] = { ...theirs.facts, ...conversation }
  }
  return copy as unknown as AnyDocument
}

/** A document with one member of another. */
function nearly(one: AnyDocument, other: AnyDocument, n: number): AnyDocument {
  const names = Object.keys(one)
  const name = names[n % names.length] ?? ''
  const member: unknown = Object.hasOwn(other, name) ? other[name as keyof AnyDocument] : undefined
  return Object.fromEntries(
    Object.entries({ ...one, [name]: member }).filter(([, value]) => value !== undefined),
  ) as unknown as AnyDocument
}

describe.each(KINDS)('%s', (kind) => {
  const document = (DOCUMENTS[kind] as fc.Arbitrary<AnyDocument>).map(ofItsDevices)
  const join = JOINS[kind] as (a: AnyDocument, b: AnyDocument) => AnyDocument

  test('what is taken over another state contains it', () => {
    let taken = 0
    fc.assert(
      fc.property(document, document, fc.nat(), fc.constantFrom('other', 'akin', 'near'), (a, other, n, how) => {
        const akin = sameOrigin(kind, a, other)
        const b = how === 'other' ? other : how === 'akin' ? akin : nearly(join(a, akin), other, n)
        if (judged(kind, b, a) !== undefined) return
        taken += 1
        expect(known(kind, join(a, b))).toBe(known(kind, b))
      }),
      exactly(LAW_CASES),
    )
    expect(taken).toBeGreaterThan(LAW_CASES / 100)
  })

  test('what joins make of two states of one document is taken', () => {
    fc.assert(
      fc.property(document, document, (a, other) => {
        const b = sameOrigin(kind, a, other)
        expect(judged(kind, b)).toBeUndefined()
        expect(judged(kind, join(a, b), a)).toBeUndefined()
        expect(judged(kind, a, a)).toBeUndefined()
      }),
      exactly(LAW_CASES),
    )
  })

  test('shapes are judged as devices judge them, in the same words', () => {
    const wrong = fc.constantFrom(undefined, null, 1.5, true, '', [], {}, [1], [[]], { at: 1 }, '0'.repeat(23))
    fc.assert(
      fc.property(document, fc.nat(), fc.nat(), wrong, (one, n, m, value) => {
        const copy = JSON.parse(JSON.stringify(one)) as Record<string, unknown>
        // One member at random depth 1 or 2 is something else.
        const names = Object.keys(copy).filter((name) => name !== 'id')
        const name = names[n % names.length] ?? ''
        const inner = copy[name]
        const inside = inner !== null && typeof inner === 'object' ? Object.keys(inner) : []
        const deeper = inside[m % Math.max(1, inside.length + 1)]
        if (deeper === undefined) copy[name] = value
        else (inner as Record<string, unknown>)[deeper] = value
        const given = JSON.parse(JSON.stringify(copy)) as AnyDocument
        const here = checkDocument(kind, { ...given, id: 'x' })
        const there = judged(kind, given, undefined, idOnServer(kind, one))
        if (!here.ok) expect(there).toBe(here.reason)
        else expect(there ?? '').not.toMatch(/is expected\.$|it is missing\.$|nothing may be left/)
      }),
      exactly(LAW_CASES),
    )
  })
})

describe('roles', () => {
  const at = makeStamp(Date.now(), 0, asDeviceId('devicea000'))
  const by = 'ann'
  const after = makeStamp(Date.now() + 1, 0, asDeviceId('devicea000'))
  const entry = (v: string | boolean, t = at) => [{ v, t, b: by }]
  const contact = {
    created: { at, by, via: 'person' },
    type: { value: 'Curated', at, by },
    fields: {},
    lastActivity: 0,
  }
  const auto = { ...contact, created: { at, by, via: 'interaction' }, type: { value: 'Identified', at, by } }
  const later = makeStamp(Date.now() + 5, 0, asDeviceId('devicea000'))
  const claim = { since: at, at, by, via: 'explicit' }
  const identifier = { type: 'Phone', value: '+61', claims: { [UUID]: { devicea000: claim } }, releases: {} }
  const note = { contactId: UUID, created: { at, by }, text: entry('x') }
  const facts = {
    at,
    by,
    conversationId: 'k',
    channel: 'voice',
    direction: 'inbound',
    startedAt: '2026-01-01T00:00:00Z',
    identifiers: [],
  }
  const interaction = { facts, link: entry(UUID) }
  const merge = { inputs: [UUID, 'b'], result: 'c', at, by, choices: {} }
  const decision = (kind: string) => ({ kind, subjects: ['a', 'b'], standing: entry(true) })
  const audit = (action: string) => ({ at, by, action, contactIds: [] })

  const rows: [string, Kind, object, object | null, string][] = [
    ['make a person', 'contacts', contact, null, 'contact:add'],
    ['import a person', 'contacts', { ...contact, created: { at, by, via: 'import' } }, null, 'import:add'],
    ['make one by an interaction', 'contacts', auto, null, 'conversation:associate'],
    ['make one by a merge', 'contacts', { ...contact, created: { at, by, via: 'merge' } }, null, 'identity:merge'],
    ['delete one', 'contacts', { ...contact, deleted: entry(true) }, contact, 'contact:delete'],
    [
      'let one expire',
      'contacts',
      { ...contact, expired: { at, by, seen: at, seenActivity: 0 } },
      contact,
      'contact:delete',
    ],
    ['erase one', 'contacts', { ...contact, erased: { at, by } }, contact, 'identity:erase'],
    [
      'change a field',
      'contacts',
      { ...contact, fields: { firstName: [{ v: 'x', t: later, b: by }] } },
      contact,
      'contact:edit',
    ],
    ['raise the last activity', 'contacts', { ...contact, lastActivity: 5 }, contact, 'conversation:associate'],
    ['promote one', 'contacts', { ...auto, type: { value: 'Curated', at: later, by } }, auto, 'identity:promote'],
    ['claim', 'identifiers', identifier, null, 'contact:edit'],
    ['release', 'identifiers', { ...identifier, releases: { [UUID]: { devicea000: at } } }, identifier, 'contact:edit'],
    [
      'erase a claim',
      'identifiers',
      { ...identifier, value: '', claims: {}, erased: { [UUID]: at } },
      identifier,
      'identity:erase',
    ],
    ['record an interaction', 'interactions', interaction, null, 'conversation:associate'],
    [
      'tell of its end',
      'interactions',
      { ...interaction, later: { endedAt: entry('2026-01-01T00:05:00.000Z') } },
      interaction,
      'conversation:associate',
    ],
    ['merge', 'merges', merge, null, 'identity:merge'],
    ['undo a merge', 'merges', { ...merge, undone: entry(true) }, merge, 'identity:merge'],
    ['write a note', 'notes', note, null, 'contact:edit'],
    ['take a note off', 'notes', { ...note, deleted: entry(true) }, note, 'contact:edit'],
    ['say “never merge”', 'decisions', decision('cannot-link'), null, 'identity:merge'],
    ['say who shares a number', 'decisions', decision('shared-identifier'), null, 'contact:edit'],
    ['say that an item is settled', 'decisions', decision('reviewed'), null, 'contact:edit'],
    [
      'set a region for all',
      'decisions',
      { ...decision('setting'), subjects: ['defaultRegion'], value: entry('MX') },
      null,
      'settings:edit',
    ],
    [
      'set another one',
      'decisions',
      { ...decision('setting'), value: [...entry('DE', after), ...entry('MX')] },
      { ...decision('setting'), value: entry('MX') },
      'settings:edit',
    ],
    [
      'type custom fields',
      'decisions',
      { ...decision('setting'), subjects: ['contactSchema', 'a', 'b'], definition: { at, by, says: { version: 1 } } },
      null,
      'settings:edit',
    ],
    ['trace a deletion', 'audit', audit('delete'), null, 'contact:delete'],
    ['trace an erasure', 'audit', audit('erase'), null, 'identity:erase'],
    ['trace an import', 'audit', audit('import'), null, 'import:add'],
  ]
  test.each(rows)('%s', (_what, kind, body, former, permission) => {
    const full = (one: object | null) => one && { _id: idOfRow(kind, body, former), ...one }
    for (const role of [...ROLES, 'unknown']) {
      const said = validator.judgeRaw(full(body) ?? {}, full(former), { name: by, roles: [inOrganisation(role)] })
      const granted: readonly string[] = role === 'unknown' ? [] : ROLE_PERMISSIONS[role as (typeof ROLES)[number]]
      if (granted.includes(`externalContacts:${permission}`)) expect(said).toBeUndefined()
      else expect(said).toMatch(/needs the permission externalContacts:/)
    }
  })

  test('what was told later of an interaction stays, and takes no foreign name', () => {
    const told = { ...interaction, later: { agent: entry('ann') } }
    const judge = (next: object) =>
      validator.judgeRaw(
        { _id: idOfRow('interactions', told), ...next },
        { _id: idOfRow('interactions', told), ...told },
        {
          name: by,
          roles: [inOrganisation('agent')],
        },
      )
    expect(judge({ ...told, later: { ...told.later, queue: entry('Sales') } })).toBeUndefined()
    expect(judge(interaction)).toBe('What was told later is lost.')
    expect(judge({ ...told, later: { agent: entry('bob') } })).toMatch(/loses a part of its history/)
    const foreign = [{ ...entry('Sales')[0], b: 'somebody else' }]
    expect(judge({ ...told, later: { ...told.later, queue: foreign } })).toMatch(/bears the name/)
  })

  test('what devices join of two recordings is taken, however far behind their clocks were, and all that was told is in it', () => {
    const days = (n: number) => Date.UTC(2026, 0, 1) + n * 86_400_000
    const recording = fc
      .tuple(fc.integer({ min: -900, max: 2 }), fc.integer({ min: -900, max: 30 }), DOCUMENTS.interactions)
      .map(([at, startedAt, one]): InteractionDocument => {
        const signed = adopt('interactions', one, { author: () => by, stamp: (stamp) => stamp })
        const { conversationId: _, communicationId: __, ...facts } = signed.facts
        const conversationId = signed.erased ? '' : 'k'
        const began = new Date(days(startedAt)).toISOString()
        const stamp = makeStamp(days(at), 0, asDeviceId('devicez000'))
        return { ...signed, facts: { ...facts, conversationId, at: stamp, startedAt: began } }
      })
    let late = 0
    fc.assert(
      fc.property(recording, recording, (theirs, ours) => {
        fc.pre(theirs.facts.at !== ours.facts.at) // a device gives no stamp twice
        const [next, former] = [joinAdmitted('interactions', theirs, ours), theirs]
        const _id = idOnServer('interactions', theirs, ours)
        const writer = { name: by, roles: [inOrganisation('admin')] }
        expect(
          validator.judgeRaw(raw('interactions', next, _id) ?? {}, raw('interactions', former, _id), writer),
        ).toBeUndefined()
        expect(canonicalJson(joinAdmitted('interactions', next, ours))).toBe(canonicalJson(next))
        if (admitted('interactions', theirs, ours) === ours) return
        late += 1
        if (next.erased) return
        for (const name of LATER_FACTS)
          if (ours.facts[name] !== undefined && ours.facts[name] !== next.facts[name])
            expect(next.later?.[name]?.map(({ v }) => v)).toContain(ours.facts[name])
      }),
      exactly(LAW_CASES),
    )
    expect(late).toBeGreaterThan(LAW_CASES / 8)
  })

  test('the server’s own administrator does anything, an administrator of ours deletes for good, nobody else', () => {
    const gone = { _id: IDS.contacts, _deleted: true }
    expect(
      validator.judgeRaw(gone, { _id: IDS.contacts, ...contact }, { name: 'x', roles: ['_admin'] }),
    ).toBeUndefined()
    expect(validator.judgeRaw({ _id: 'anything' }, null, { name: 'x', roles: ['_admin'] })).toBeUndefined()
    expect(validator.judgeRaw(gone, { _id: IDS.contacts, ...contact }, ROOT)).toBeUndefined()
    for (const role of ROLES.filter((one) => one !== 'admin'))
      expect(
        validator.judgeRaw(gone, { _id: IDS.contacts, ...contact }, { name: by, roles: [inOrganisation(role)] }),
      ).toBe('Only administrators delete documents for good.')
  })

  test('a branch beside what the server has is refused, whoever writes it', () => {
    for (const start of [1, 2, 9]) {
      const branch = { ...note, _id: IDS.notes, _rev: `${start}-b`, _revisions: { start, ids: ['b'] } }
      for (const role of ROLES)
        expect(validator.judgeRaw(branch, null, { name: by, roles: [inOrganisation(role)] })).toBe(
          'Branches of documents come from other servers alone.',
        )
      for (const role of ['_admin', inOrganisation('replicator')])
        expect(validator.judgeRaw(branch, null, { name: 'x', roles: [role] })).toBeUndefined()
      expect(validator.judgeRaw(branch, null, { name: 'x', roles: ['other:replicator', 'replicator'] })).toBeDefined()
    }
  })

  test('ids are those devices make, and attachments those that were there', () => {
    const ids = [
      'contacts:ann@example.com',
      'contacts:',
      'notes',
      'constructor:x',
      `identifiers:${UUID}`,
      `contacts:${UUID.toUpperCase()}x`,
    ]
    for (const _id of ids)
      expect(validator.judgeRaw({ _id, ...contact }, null, ROOT)).toMatch(/^The id of|^This database holds/)
    const stub = { photo: { stub: true, digest: 'md5-1', revpos: 2, length: 3, content_type: 'image/png' } }
    const former = { _id: IDS.contacts, ...contact, _attachments: stub }
    const user = { name: by, roles: [inOrganisation('agent')] }
    expect(validator.judgeRaw({ ...former, lastActivity: 3 }, former, user)).toBeUndefined()
    expect(validator.judgeRaw({ ...former, lastActivity: 3 }, { _id: IDS.contacts, ...contact }, user)).toBe(
      'Documents have no attachments here.',
    )
  })

  test('after a restore only names and permissions of others are let be', () => {
    const foreign = { _id: IDS.notes, ...note, created: { at, by: 'bob' }, text: [{ v: 'x', t: at, b: 'bob' }] }
    const agent = { name: by, roles: [inOrganisation('agent')] }
    expect(validator.judgeRaw(foreign, null, agent)).toMatch(/bears the name of somebody/)
    expect(validator.judgeRaw(foreign, null, agent, RECOVERING)).toBeUndefined()
    const deleted = { _id: IDS.contacts, ...contact, deleted: entry(true) }
    expect(validator.judgeRaw(deleted, null, agent, RECOVERING)).toMatch(/needs the permission/)
    // What no permission writes any more comes back in whichever name, and else in none.
    const trace = { _id: `audit:${UUID}`, _rev: '1-x', ...audit('delete') }
    const told = { ...trace, reason: entry('told') }
    expect(validator.judgeRaw(told, trace, agent)).toMatch(/cannot be changed/)
    expect(validator.judgeRaw(told, trace, agent, RECOVERING)).toBeUndefined()
    const ahead = {
      ...foreign,
      created: { at: makeStamp(Date.now() + 90_000_000, 0, asDeviceId('devicea000')), by: 'bob' },
    }
    expect(validator.judgeRaw(ahead, null, agent, RECOVERING)).toMatch(/lies in the future/)
  })

  test('whoever wrote what is new is signed in', () => {
    for (const [, kind, body, former] of rows) {
      const full = (one: object | null) => one && { _id: idOfRow(kind, body, former), ...one }
      const said = validator.judgeRaw(full(body) ?? {}, full(former), { name: 'bob', roles: [inOrganisation('admin')] })
      // Releases, erased claims and the last activity bear no name.
      const nameless = canonicalJson(body) !== canonicalJson(former) && said === undefined
      if (nameless) expect(['lastActivity', 'releases', 'erased'].some((name) => name in body)).toBe(true)
      else expect(said).toMatch(/bears the name of somebody who is not signed in\.$/)
    }
  })
})

describe('what stands on the server', () => {
  const early = makeStamp(1000, 0, asDeviceId('devicea000'))
  const at = makeStamp(Date.now(), 0, asDeviceId('deviceb000'))
  const agent = { name: 'bob', roles: [inOrganisation('agent')] }
  const claim = { since: early, at: early, by: 'ann', via: 'explicit' }
  const contact = {
    created: { at: early, by: 'ann', via: 'person' },
    type: { value: 'Curated', at: early, by: 'ann' },
    fields: { 'customFields/x': [{ v: 'x'.repeat(200_000), t: early, b: 'ann' }] },
    lastActivity: -9e14,
    more: 'x'.repeat(200_000),
  }
  const identifier = {
    type: 'Email',
    value: 'Ann@EXAMPLE.com',
    claims: { [UUID]: { devicea000: claim } },
    releases: { [UUID]: { devicez000: early } },
  }
  const facts = { at: early, by: 'ann', conversationId: 'k', channel: 'voice', direction: 'inbound' }
  const told = { ...facts, startedAt: '2026-01-01T00:00:00Z', identifiers: [] }
  const value = (v: unknown) => [{ v, t: at, b: 'bob' }]

  test.each([
    [
      'an identifier of another id and form',
      `identifiers:i-${'x'.repeat(32)}`,
      identifier,
      [
        { claims: { ...identifier.claims, other: { deviceb000: { since: at, at, by: 'bob', via: 'explicit' } } } },
        { claims: { ...identifier.claims, other: { deviceb000: { since: early, at, by: 'bob', via: 'explicit' } } } },
        { releases: { [UUID]: { devicez000: early, devicea000: early } } },
      ],
    ],
    [
      'a contact with large values from long ago',
      IDS.contacts,
      contact,
      [{ fields: { ...contact.fields, firstName: value('Ann') } }, { lastActivity: 5 }],
    ],
    [
      'an interaction of another id',
      IDS.interactions,
      { facts: told, link: [{ v: UUID, t: early, b: 'ann' }] },
      [{ wrapUp: value('done') }],
    ],
    [
      'more than a document may hold',
      IDS.notes,
      { contactId: UUID, created: { at, by: 'ann' }, text: value('x'), more: 'x'.repeat(6_000_000) },
      [{ more: 'x'.repeat(6_000_000) }],
    ],
  ] as const)('%s stays and can be worked on', (_what, _id, body, changes) => {
    const former = { _id, _rev: '1-x', ...body }
    expect(validator.judgeRaw({ _id, ...body }, null, { ...agent, name: 'ann' })).toBeDefined()
    for (const change of changes) expect(validator.judgeRaw({ ...former, ...change }, former, agent)).toBeUndefined()
  })

  test('lists in lists are no numbers: the quick way leaves them to the rules', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`)
    const one = { ...contact, created: { at, by: 'bob', via: 'person' }, type: { value: 'Curated', at, by: 'bob' } }
    const { more: _, ...fresh } = {
      ...one,
      lastActivity: 0,
      fields: { 'customFields/x': [{ v: deep, t: at, b: 'bob' }] },
    }
    expect(validator.judgeRaw({ _id: IDS.contacts, ...fresh }, null, agent)).toMatch(/not too deep/)
  })

  test('a value carried over by a merge bears its stamp, however old', () => {
    const created = { at, by: 'bob', via: 'merge' }
    const fields = { firstName: [{ v: 'Ann', t: early, b: 'bob', o: 'ann' }] }
    const merged = { _id: IDS.contacts, created, type: { value: 'Curated', at, by: 'bob' }, fields, lastActivity: 0 }
    expect(validator.judgeRaw(merged, null, agent)).toBeUndefined()
  })
})

test('whatever devices make of an identifier is in the form that the server takes', () => {
  const agent = { name: 'bob', roles: [inOrganisation('agent')] }
  const at = makeStamp(Date.now(), 0, asDeviceId('deviceb000'))
  const around = fc.constantFrom('', ' ', '\u00a0', '\u200b', '\ufeff', '"', '<', '>', '.', '\t', '\u202e')
  const local = fc.oneof(
    fc.string({ minLength: 1, maxLength: 8 }),
    fc.constantFrom('Jané', 'ÄÖ', 'ΣΑΣ', 'ЖЫ', 'Ｊａｎｅ', '"a b"', 'İ'),
  )
  const domain = fc.constantFrom(
    'Example.COM',
    'xn--bcher-kva.example',
    'BÜCHER.example',
    'пример.example',
    '[127.0.0.1]',
    'ΣΑΣ.example',
  )
  const value = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    fc.tuple(around, local, domain, around).map(([a, b, c, d]) => `${a}${b}@${c}${d}`),
    fc
      .tuple(around, fc.constantFrom('+', '00', '0', ''), fc.stringMatching(/^[1-9][0-9 ]{5,18}$/), around)
      .map((all) => all.join('')),
    fc.tuple(around, fc.string({ maxLength: 6 }), around).map((all) => all.join('')),
  )
  let taken = 0
  fc.assert(
    fc.property(fc.constantFrom(...IDENTIFIER_TYPES), value, around, (type, typed, source) => {
      const found = tryNormalise(
        { type, value: typed.toWellFormed(), ...(type === 'ExternalId' ? { source: `${source}crm${source}` } : {}) },
        'DE',
      )
      if (!found) return
      taken += 1
      const claims = { [UUID]: { deviceb000: { since: at, at, by: 'bob', via: 'explicit' } } }
      const document = { _id: `identifiers:${identifierId(found)}`, ...found, claims, releases: {} }
      expect(validator.judgeRaw(document, null, agent)).toBeUndefined()
    }),
    cases(1000),
  )
  expect(taken).toBeGreaterThan(tries(1000) / 5)
})

test('a judgement costs microseconds', () => {
  const documents = KINDS.flatMap((kind) =>
    fc
      .sample((DOCUMENTS[kind] as fc.Arbitrary<AnyDocument>).map(ofItsDevices), { numRuns: 20, seed: 1 })
      .map((one) => raw(kind, one) ?? {}),
  )
  const judge = () => {
    const begun = process.cpuUsage()
    for (let i = 0; i < 20; i += 1) for (const one of documents) validator.judgeRaw(one, null, ROOT, RECOVERING)
    return process.cpuUsage(begun).user / (20 * documents.length)
  }
  const micros = Math.min(judge(), judge(), judge(), judge())
  console.log(`${micros.toFixed(1)} µs a judgement, copying included`)
  expect(micros).toBeLessThan(500)
})
