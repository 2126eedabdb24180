// An honest device is never refused: several people of several roles work apart on the same few people and identifiers, their
// documents reach the server in any order, in part, and meet others' there; whatever they wrote is taken. Roles stay as they are
// here; the simulation takes them away and gives them back.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Engine } from '../../src-main/engine'
import type { Actor } from '../../src-main/engine/permissions'
import { ROLES, type Role } from '../../src-main/engine/roles'
import { ScvError } from '../../src-shared/errors'
import { asContactId, asMergeId, type ContactId, NO_CONTACT } from '../../src-shared/model/ids'
import { triesOf } from '../support/depth'
import { type MemoryDevice, openDevice, START } from '../support/device'
import { type Draw, drawFrom } from '../support/exchange'
import { actorOf, pull, push, type Server, userOf } from '../support/fleet'
import { openValidator, type User, type Validator } from '../support/validator'

const HOUR = 3_600_000
const PHONE = { type: 'Phone' as const, value: '+61 491 570 156' }
const COOKIE = { type: 'Cookie' as const, value: 'a-cookie' }
const MAIL = { type: 'Email' as const, value: 'ann@example.com' }

interface Colleague {
  device: MemoryDevice
  user: User
  actor: Actor
}

interface World {
  server: Server
  validator: Validator
  colleagues: Colleague[]
  now: number
}

async function openWorld(roles: readonly Role[]): Promise<World> {
  const colleagues = await Promise.all(
    roles.map(async (role, i) => {
      const user = userOf(`${role}${i}`, role)
      return { device: await openDevice(`device000${i}`), user, actor: actorOf(user) }
    }),
  )
  return { server: { documents: new Map(), taken: [] }, validator: openValidator(), colleagues, now: START }
}

const close = (world: World) => Promise.all(world.colleagues.map(({ device }) => device.close()))

/** Time passes for everybody. */
function pass(world: World, ms: number): void {
  world.now += ms
  world.validator.now = world.now
  for (const { device } of world.colleagues) device.time.now = world.now
}

const send = (world: World, { device, user }: Colleague, goes?: () => boolean) =>
  push(device, world.server, user, world.validator, goes)
const meet = async (world: World, one: Colleague) => {
  await send(world, one)
  await pull(one.device, world.server)
}

test('a claim confirmed by one and made anew by another, whoever is heard first', async () => {
  for (const first of [0, 1]) {
    const world = await openWorld(['admin', 'agent'])
    try {
      const [a, b] = world.colleagues as [Colleague, Colleague]
      pass(world, 1000)
      const engine = a.device.engine
      const id = await engine.contacts.create(a.actor, { firstName: 'Cleo', cellPhone: { userInput: PHONE.value } })
      await meet(world, a)
      await meet(world, b)
      pass(world, 1000)
      await b.device.engine.identifiers.claim(b.actor, id, PHONE)
      pass(world, 1000)
      await engine.identifiers.release(a.actor, id, PHONE)
      pass(world, 1000)
      await engine.identifiers.claim(a.actor, id, PHONE)
      for (const one of first === 0 ? [a, b, a] : [b, a, b]) await meet(world, one)
      const holders = world.colleagues.map(({ device }) =>
        [...device.views.claimsBy([id])].map(({ since, by }) => ({ since, by })),
      )
      expect(holders[0]).toHaveLength(1)
      expect(holders[1]).toEqual(holders[0])
    } finally {
      await close(world)
    }
  }
})

/** Something that a person does to people, identifiers and conversations of which there are few, so that much meets. */
async function act(one: Colleague, draw: Draw): Promise<void> {
  const { device, actor } = one
  const { engine, views } = device
  const people = await peopleOf(device)
  const any = () => people[draw(Math.max(1, Math.min(3, people.length)))] ?? NO_CONTACT
  const identifier = [PHONE, COOKIE, MAIL][draw(3)] ?? PHONE
  const contacts = [any(), any(), any()].filter((id, i, all) => all.indexOf(id) === i)
  const merges = people.flatMap((id) => views.setOf(asContactId(id))?.merges.map((merge) => merge.id) ?? [])
  const deeds: (() => Promise<unknown>)[] = [
    () => engine.contacts.create(actor, { firstName: 'Zoë', cellPhone: { userInput: PHONE.value } }),
    () =>
      people.length < 4 ? engine.contacts.create(actor, { lastName: 'X', workEmail: MAIL.value }) : Promise.resolve(),
    () => engine.contacts.update(actor, any(), { firstName: `N${draw(9)}`, cellPhone: null }),
    () => engine.contacts.update(actor, any(), { cellPhone: { userInput: PHONE.value }, title: `T${draw(9)}` }),
    () => engine.identifiers.claim(actor, any(), identifier),
    () => engine.identifiers.claim(actor, any(), identifier),
    () => engine.identifiers.release(actor, any(), identifier),
    () => engine.identifiers.release(actor, any(), identifier),
    () =>
      engine.interactions.record(actor, {
        conversationId: `conversation ${draw(3)}`,
        channel: 'voice',
        startedAt: new Date(device.time.now - draw(HOUR)).toISOString(),
        identifiers: [identifier],
        wrapUp: `w${draw(3)}`,
      }),
    () => engine.interactions.linkConversation(actor, { conversationId: `conversation ${draw(3)}` }, any()),
    () => engine.contacts.promote(actor, any(), { firstName: 'Kept' }),
    () => (draw(3) === 0 ? engine.contacts.remove(actor, any(), 'why') : engine.identifiers.claim(actor, any(), PHONE)),
    () => engine.contacts.restore(actor, any()),
    () => engine.merges.merge(actor, { contactIds: contacts, reason: 'one' }),
    () => engine.merges.merge(actor, { contactIds: contacts, choices: { firstName: contacts[0] ?? NO_CONTACT } }),
    () => engine.merges.undo(actor, asMergeId(merges[draw(Math.max(1, merges.length))] ?? ''), everyEdit(contacts)),
    () => engine.merges.cannotLink(actor, any(), any(), draw(3) > 0, 'different'),
    () => engine.contacts.addNote(actor, any(), `note ${draw(9)}`),
    () => engine.queue.dismiss(actor, [any()], draw(2) > 0),
    () => engine.retention.run(actor, { asOf: device.time.now + 70 * 24 * HOUR }),
    () => (draw(9) === 0 ? engine.erasure.erase(actor, any()) : engine.identifiers.claim(actor, any(), PHONE)),
    () => (draw(3) === 0 ? engine.erasure.complete(actor) : engine.identifiers.release(actor, any(), PHONE)),
    () => settle(engine, one, draw),
  ]
  await tolerate(deeds[draw(deeds.length)] ?? (() => Promise.resolve()))
}

const everyEdit = (contacts: readonly ContactId[]): Record<string, ContactId> =>
  Object.fromEntries(
    ['firstName', 'lastName', 'title', 'cellPhone', 'workEmail', 'notes'].map((key) => [
      key,
      contacts[0] ?? NO_CONTACT,
    ]),
  )

/** Decides an item of the Reconcile list. */
async function settle(engine: Engine, { actor, device }: Colleague, draw: Draw): Promise<void> {
  const { items } = device.views.openItems(undefined, 0, 20)
  const item = items[draw(Math.max(1, items.length))]
  if (!item) return
  const { decisions: choices } = await engine.queries.reconcileItem(item.id)
  const choice = choices[draw(Math.max(1, choices.length))]
  if (!choice) return
  const { decision, target } = choice
  await engine.reconcile.decide(actor, { id: item.id, decision, ...(target === undefined ? {} : { target }) })
}

async function peopleOf(device: MemoryDevice): Promise<ContactId[]> {
  const ids: ContactId[] = []
  for await (const page of device.store.scan('contacts', 1000)) ids.push(...page.map(({ id }) => id))
  return ids.sort()
}

/** What the domain refuses is no matter here. */
async function tolerate(deed: () => Promise<unknown>): Promise<void> {
  try {
    await deed()
  } catch (error) {
    if (!(error instanceof ScvError)) throw error
  }
}

async function play(roles: readonly Role[], steps: number, seed: number): Promise<number> {
  const draw = drawFrom(seed)
  const world = await openWorld(roles)
  const partly = () => draw(3) > 0
  try {
    for (let step = 0; step < steps; step += 1) {
      pass(world, 1 + draw(5000))
      const one = world.colleagues[draw(world.colleagues.length)]
      if (!one) continue
      await act(one, draw)
      // In part, so that what belongs together arrives apart; or whole; or not for a long time.
      if (draw(6) === 0) await send(world, one, partly)
      if (draw(6) === 0) await pull(one.device, world.server, partly)
      if (draw(10) === 0) await meet(world, one)
    }
    for (let round = 0; round < 3; round += 1) for (const one of world.colleagues) await meet(world, one)
    return world.server.taken.length
  } finally {
    await close(world)
  }
}

/** `SCV_ORDERS=1000` is the long run. */
const RUNS = triesOf('SCV_ORDERS', 24)

test('random histories of several people and roles, in any order of delivery', { timeout: 10_000 * RUNS }, async () => {
  let taken = 0
  const roles = fc.array(fc.constantFrom(...ROLES), { minLength: 2, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(roles, fc.nat(), async (colleagues, seed) => {
      taken += await play(colleagues, 60, seed)
    }),
    { numRuns: RUNS, seed: Number(process.env['FC_SEED'] ?? 20261130), endOnFailure: true },
  )
  console.log(`${RUNS} histories: ${taken} writes taken, none refused`)
  expect(taken).toBeGreaterThan(20 * RUNS)
})
