// A folder of documents of an organisation with so many people, made once and kept: seeded, so that every machine measures
// the same one. Documents go through the storage in large commits; views are derived by whoever opens it.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { base, en, Faker } from '@faker-js/faker'
import { openDatabase } from '../../../src-main/database'
import type { ContactDocument } from '../../../src-main/engine/documents/contact'
import type { IdentifierDocument } from '../../../src-main/engine/documents/identifier'
import { identifierId, interactionId } from '../../../src-main/engine/documents/ids'
import type { InteractionDocument } from '../../../src-main/engine/documents/interaction'
import type { JSONValue } from '../../../src-main/engine/documents/json'
import { makeStamp } from '../../../src-main/engine/documents/stamp'
import type { Change } from '../../../src-main/engine/ports'
import { asContactId, asDeviceId, type Stamp } from '../../../src-shared/model/ids'

/** Raised when the documents come out differently. */
const VERSION = 1
const START = Date.UTC(2025, 0, 1)
const STEP_MS = 20_000
const BY = 'ann'
const DEVICE = 'scaledevice'
/** People of one commit. */
const BATCH = 1000
/** One of so many was made by an interaction, and one of so many is the result of a merge of the two before. */
const AUTO = 12
const MERGED = 50

export interface ScalePerson {
  id: string
  first: string
  last: string
  mail: string
  /** In national digits; with +61 and without its 0 it is the number. */
  phone: string
  isAuto: boolean
}

const hex = (value: number, length: number): string => value.toString(16).padStart(length, '0')

/** Ids as commands make them: ordered by the moment. */
function idAt(at: number, n: number): string {
  const time = hex(at, 12)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(n % 4096, 3)}-8${hex((n * 7) % 4096, 3)}-${hex(n, 12)}`
}

/** The people, drawn anew each time: they are the same. */
export function* people(count: number): Generator<ScalePerson> {
  const faker = new Faker({ locale: [en, base], seed: 11 })
  for (let n = 0; n < count; n += 1) {
    const first = faker.person.firstName()
    const last = faker.person.lastName()
    yield {
      id: idAt(START + n * STEP_MS, n),
      ...{ first, last },
      mail: `${first}.${last}.${n}@${faker.helpers.arrayElement(['example.com', 'example.org', 'example.net'])}`
        .toLowerCase()
        .replace(/[^a-z0-9.@]/g, ''),
      phone: `04${String(10_000_000 + ((n * 7919) % 89_999_999))}`,
      isAuto: n % AUTO === 0,
    }
  }
}

function documentsOf(person: ScalePerson, n: number): Change[] {
  const moment = START + n * STEP_MS
  const at = makeStamp(moment, 0, asDeviceId(DEVICE))
  const entry = (v: JSONValue) => [{ v, t: at, b: BY }]
  const e164 = `+61${person.phone.slice(1)}`
  const started = moment + 3_600_000
  const contact: ContactDocument = {
    id: asContactId(person.id),
    created: { at, by: BY, via: person.isAuto ? 'interaction' : 'person', alone: true },
    type: { value: person.isAuto ? 'Identified' : 'Curated', at, by: BY },
    fields: {
      firstName: entry(person.first),
      lastName: entry(person.last),
      workEmail: entry(person.mail),
      cellPhone: entry({ userInput: person.phone, display: person.phone, e164, countryCode: 'AU' }),
    },
    lastActivity: started,
  }
  const identifiers = [
    { type: 'Email', value: person.mail },
    { type: 'Phone', value: e164 },
  ] as const
  const make = (next: unknown, kind: Change['kind']) => ({ kind, previous: undefined, next }) as Change
  return [
    make(contact, 'contacts'),
    ...identifiers.map((identifier) => make(claimed(identifier, person.id, at), 'identifiers')),
    ...identifiers.map((identifier, i) =>
      make(interaction(identifier, person, started + i * 1000, at), 'interactions'),
    ),
  ]
}

function claimed(identifier: { type: 'Email' | 'Phone'; value: string }, contactId: string, at: Stamp) {
  const document: IdentifierDocument = {
    id: identifierId(identifier),
    ...identifier,
    claims: { [contactId]: { [DEVICE]: { since: at, at, by: BY, via: 'field' } } },
    releases: {},
  }
  return document
}

function interaction(
  identifier: { type: 'Email' | 'Phone'; value: string },
  person: ScalePerson,
  started: number,
  at: Stamp,
): InteractionDocument {
  const conversationId = `${person.id}-${identifier.type}`
  return {
    id: interactionId(conversationId),
    facts: {
      ...{ at, by: BY, conversationId },
      channel: identifier.type === 'Email' ? 'email' : 'voice',
      direction: 'inbound',
      startedAt: new Date(started).toISOString(),
      identifiers: [identifier],
      queue: 'Service',
      agent: 'Ann',
    },
    link: [{ v: asContactId(person.id), t: at, b: BY }],
  }
}

/** Of a contact and the two before it: what a merge writes. */
function mergeOf(inputs: readonly string[], n: number): Change[] {
  const moment = START + n * STEP_MS + 1
  const at = makeStamp(moment, 0, asDeviceId(DEVICE))
  const result = idAt(moment, n)
  const contact: ContactDocument = {
    id: asContactId(result),
    created: { at, by: BY, via: 'merge' },
    type: { value: 'Curated', at, by: BY },
    fields: {},
    lastActivity: 0,
  }
  const merge = { id: `m-${result}`, ...{ at, by: BY, inputs, result }, choices: {}, undone: [] }
  const audit = { id: `a-${result}`, ...{ at, by: BY, action: 'merge', contactIds: [...inputs, result] } }
  return [
    { kind: 'contacts', previous: undefined, next: contact },
    { kind: 'merges', previous: undefined, next: merge } as unknown as Change,
    { kind: 'audit', previous: undefined, next: audit } as unknown as Change,
  ]
}

/** @returns the folder, in which other files may be left and made */
export async function scaleFolder(count: number): Promise<string> {
  const folder = resolve('out/bench', `scale-${VERSION}-${count}`)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(join(unfinished), { recursive: true })
  const database = await openDatabase(unfinished, { synchronous: 'OFF' })
  let changes: Change[] = []
  let before: string[] = []
  let n = 0
  for (const person of people(count)) {
    changes.push(...documentsOf(person, n))
    before = [...before.slice(-1), person.id]
    if (n % MERGED === MERGED - 1 && !person.isAuto) changes.push(...mergeOf(before, n))
    n += 1
    if (n % BATCH !== 0 && n !== count) continue
    await database.store.commit(changes)
    changes = []
  }
  await database.close()
  renameSync(unfinished, folder)
  return folder
}
