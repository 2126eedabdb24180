// Asks the engine and the model the same questions. Answers are built as plain values, so that a difference shows.

import { CONTACT_TYPES } from '@shared/model/contact'
import { CERTAINTIES } from '../../../src-main/duplicates/certainty'
import { identifierId } from '../../../src-main/engine/documents/ids'
import { asContactId } from '../../../src-shared/model/ids'
import type { Device } from '../../support/device'
import { same } from '../../support/same'
import { type Command, carryOut, type Draft, emptyWorld, type Outcome, pointAt, remember } from './commands'
import { disputesIn } from './deciding'
import { DomainModel } from './domain-model'
import type { TypedValue } from './invariants'
import { CURATED, currentOf, DAY, nameOf, type Person } from './state'
import { FIRST_NAMES, IDENTIFIERS, keyOf, LAST_NAMES, typedFields } from './universe'

const moment = (ms: number) => (ms > 0 ? new Date(ms).toISOString() : null)
const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id).sort()

/** Holder and contenders of every identifier there is, in order; and whom it resolves to. */
function claimsInModel(model: DomainModel) {
  return Object.fromEntries(
    IDENTIFIERS.map((one) => {
      const claims = model.livingClaims(keyOf(one))
      return [keyOf(one), { to: claims[0]?.person.id ?? null, claims: claims.map(({ id }) => id) }]
    }),
  )
}

function claimsInEngine({ engine, views }: Device) {
  return Object.fromEntries(
    IDENTIFIERS.map((one) => {
      const claims = views.claimsOn(identifierId(one)).map((claim) => claim.contactId)
      return [keyOf(one), { to: engine.queries.resolution([one]).contact?.id ?? null, claims }]
    }),
  )
}

function personInModel(model: DomainModel, id: string) {
  const person = model.personOf(id)
  if (!person || person.status === 'undone') return 'not_found'
  const members = person.members.map((member) => member.id)
  const fields = [...person.values].flatMap(([field, { value }]) => (value === null ? [] : [[field, value] as const]))
  return {
    id: person.id,
    type: CONTACT_TYPES[person.type],
    status: person.status,
    name: nameOf(person.values),
    fields: Object.fromEntries(fields),
    lost: model.lostOf(person),
    members: person.merged ? members.sort() : null,
    notes: model
      .notesOf(members)
      .map((note) => note.text)
      .sort(),
    interactions: model.interactionsOf(members).length,
    lastSeen: moment(person.active),
    expiresAt: ages(person) ? moment(person.renewed + 60 * DAY) : null,
    identifiers: [...model.claimedBy(members).keys()]
      .filter(isShown)
      .map((key) => `${key} ${(model.holder(key) ?? person).id === person.id ? 'held' : 'wanted'}`)
      .sort(),
  }
}

/** Agents see no row of an import among a person's identifiers. */
const isShown = (key: string) => key.includes(' ')
const ages = (person: Person) => person.type < CURATED && !person.merged && person.status === 'active'

async function personInEngine({ engine, views }: Device, id: string, named: boolean) {
  if (!views.person(asContactId(id)) || views.person(asContactId(id))?.status === 'undone') return 'not_found'
  const page = await engine.queries.person(asContactId(id))
  return {
    id: page.id,
    type: page.type,
    status: page.status,
    name: named ? page.displayName : undefined,
    fields: typedFields(page.fields),
    lost: page.lostValues
      .flatMap(({ field, value }) =>
        Object.entries(typedFields({ [field]: field === 'externalIds' ? [value] : value })),
      )
      .map(([field, text]) => `${field}: ${text}`)
      .sort(),
    members: page.mergeSet ? [...page.mergeSet].sort() : null,
    notes: page.notes.map((note) => note.text).sort(),
    interactions: page.interactions,
    lastSeen: page.lastSeen,
    expiresAt: page.expiresAt,
    identifiers: page.identifiers.map((one) => `${keyOf(one)} ${one.held ? 'held' : 'wanted'}`).sort(),
  }
}

function listsInModel(model: DomainModel) {
  const people = model.people()
  const active = people.filter((person) => person.status === 'active')
  const curated = active.filter((person) => person.type === CURATED)
  const called = (token: string) => (person: Person) =>
    (nameOf(person.values) ?? '').split(' ').includes(token) ||
    person.members.some((member) => (nameOf(currentOf([member])) ?? '').split(' ').includes(token))
  return {
    recent: ids(curated),
    queue: ids(active.filter((person) => person.type < CURATED && !person.merged)),
    bin: ids(people.filter((person) => person.status === 'deleted')),
    counts: {
      curated: curated.length,
      autoCreated: active.length - curated.length,
      interactions: model.interactions.length,
    },
    found: Object.fromEntries(
      [...FIRST_NAMES, ...LAST_NAMES].map((token) => [token, ids(curated.filter(called(token)))]),
    ),
  }
}

async function listsInEngine({ engine, views }: Device) {
  const all = 10_000
  return {
    recent: ids(engine.queries.recent(all)),
    queue: ids(engine.queries.autogenerated(0, all).items),
    bin: ids(views.deletedPeople(0, 0, all).items),
    counts: views.counts(),
    found: Object.fromEntries(
      await Promise.all(
        [...FIRST_NAMES, ...LAST_NAMES].map(async (token) => [
          token,
          ids((await engine.queries.lookup(token, all)).hits),
        ]),
      ),
    ),
  }
}

/** Everything the engine answers equals what the model says. */
export async function compareAll(device: Device, model: DomainModel): Promise<void> {
  same(claimsInEngine(device), claimsInModel(model))
  for (const id of model.contacts.keys()) {
    const expected = personInModel(model, id)
    const named = expected !== 'not_found' && expected.name !== undefined
    same(await personInEngine(device, id, named), expected)
  }
  same(await listsInEngine(device), listsInModel(model))
  same(disputesIn(device), model.disputes(), 'disputes')
  same(await asideInEngine(device, [...model.aside.keys()]), Object.fromEntries(model.aside), 'put aside')
}

/** How certain suggestions were when they were put aside. */
async function asideInEngine({ engine }: Device, pairs: readonly string[]) {
  if (pairs.length === 0) return {}
  const { putAside } = await engine.queries.duplicateDecisions()
  const certaintyOf = (pair: string) => {
    const [a = '', b = ''] = pair.split(' ').map(asContactId)
    return putAside(asContactId(a), asContactId(b))?.find((name) => CERTAINTIES.some((one) => one === name))
  }
  return Object.fromEntries(pairs.map((pair) => [pair, certaintyOf(pair)]))
}

/** Only what is cheap to ask after each command. */
async function compareSome(device: Device, model: DomainModel, command: Command, id: string | undefined) {
  same(claimsInEngine(device), claimsInModel(model))
  const concerned = new Set([...('id' in command && command.id !== null ? [command.id] : []), ...(id ? [id] : [])])
  for (const one of concerned) {
    const expected = personInModel(model, one)
    const named = expected !== 'not_found' && expected.name !== undefined
    same(await personInEngine(device, one, named), expected)
  }
}

/** How many commands were carried out and how many were refused, by kind. */
export type Tally = Map<string, { done: number; refused: number }>

/** Plays a sequence on a device and on the model, comparing all the way. */
export async function play(
  device: Device,
  sequence: readonly Draft[],
  options: { tally?: Tally; everything?: number; commits?: () => number } = {},
): Promise<{ model: DomainModel; typed: TypedValue[] }> {
  const typed: TypedValue[] = []
  const { tally, everything = 25, commits } = options
  const world = emptyWorld()
  const model = new DomainModel()
  for (const [i, draft] of sequence.entries()) {
    device.time.now += draft.pauseMs
    model.now = device.time.now
    const command = pointAt(draft, world, device.time.now)
    if (!command) continue
    if (command.kind === 'restart') await device.restart()
    const written = commits?.()
    const outcome = await carryOut(device.engine, command)
    if (outcome.code !== undefined) same(commits?.(), written, `a refused ${command.kind} writes nothing`)
    const expected = model.apply(command, outcome)
    const sorted = ({ ids: list, ...rest }: typeof outcome) => ({ ...rest, ...(list ? { ids: [...list].sort() } : {}) })
    same({ command, ...sorted(outcome) }, { command, ...sorted(expected) })
    remember(world, draft, command, outcome)
    typed.push(...typedBy(command, outcome))
    const count = tally?.get(command.kind) ?? { done: 0, refused: 0 }
    if (outcome.code === undefined) count.done += 1
    else count.refused += 1
    tally?.set(command.kind, count)
    if (i % everything === everything - 1) await compareAll(device, model)
    else await compareSome(device, model, command, outcome.id)
  }
  await compareAll(device, model)
  return { model, typed }
}

/** What a person typed in a command that was carried out. */
export function typedBy(command: Command, { code, id }: Outcome): TypedValue[] {
  if (code !== undefined || id === undefined || !('typed' in command)) return []
  const { fields, records = [] } = command.typed
  const values = [...Object.entries(fields), ...records.map((value) => [`record/${value}`, value] as const)]
  return values.flatMap(([field, text]) => (text ? [{ contactId: id, field, text }] : []))
}
