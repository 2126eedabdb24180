// What the product is for, as a newcomer finds it in the sample: a family with one number, a dispute, two records of one
// person, an unknown person who is likely a known one; and a call from an unknown number a minute later.
// Invariant: told by the engine's own commands; no number or address in it is a real person's.
import { randomUUID } from 'node:crypto'
import type { ContactInput } from '@shared/model/contact'
import type { Stamp } from '@shared/model/ids'
import type { InteractionInput } from '@shared/model/interaction'
import type { Engine } from '../engine'
import type { Actor } from '../engine/permissions'

const DAY_MS = 86_400_000
// Numbers set aside for fiction by the Australian numbering plan.
const FAMILY = '+61 7 7010 8841'
const SWITCHBOARD = '+61 2 5550 4410'
const KATHERINE = { phone: '+61 491 572 665', email: 'katherine.olsen@example.org' }
const UNKNOWN = '+61 491 573 087'
const STRANGER = '+61 491 575 254'

const home = (address1: string, city: string) => ({ address1, city, countryCode: 'AU' })

const PEOPLE: readonly ContactInput[] = [
  { firstName: 'Helen', lastName: 'Ford', homePhone: { userInput: FAMILY }, address: home('12 Wattle St', 'Brisbane') },
  { firstName: 'Tim', lastName: 'Ford', homePhone: { userInput: FAMILY }, address: home('12 Wattle St', 'Brisbane') },
  {
    firstName: 'Alexis',
    lastName: 'Nguyen',
    workPhone: { userInput: SWITCHBOARD },
    externalOrganization: { name: 'Harbour Freight Co' },
  },
  {
    firstName: 'David',
    lastName: 'Smith',
    workPhone: { userInput: SWITCHBOARD },
    externalOrganization: { name: 'Harbour Freight Co' },
  },
  {
    firstName: 'Katherine',
    lastName: 'Olsen',
    cellPhone: { userInput: KATHERINE.phone },
    personalEmail: KATHERINE.email,
    address: home('4 Banksia Rd', 'Perth'),
  },
  {
    firstName: 'Kate',
    lastName: 'Olsen',
    cellPhone: { userInput: KATHERINE.phone },
    address: home('4 Banksia Rd', 'Perth'),
  },
]

const told = (atMs: number, more: Pick<InteractionInput, 'channel' | 'identifiers' | 'subject'>): InteractionInput => ({
  conversationId: randomUUID(),
  direction: 'inbound',
  startedAt: new Date(atMs).toISOString(),
  endedAt: new Date(atMs + 240_000).toISOString(),
  queue: 'Support',
  ...more,
})

/** Adds the stories to a sample that is loaded. @param stampOf the stamp of a moment of the sample year */
export async function tellStories(
  engine: Engine,
  actor: Actor,
  nowMs: number,
  stampOf: (ms: number) => Stamp,
): Promise<{ contacts: number; interactions: number }> {
  const knownMs = nowMs - 90 * DAY_MS
  await engine.contacts.createMany(
    actor,
    PEOPLE.map((input, at) => ({ input, stamp: stampOf(knownMs + at * DAY_MS) })),
  )
  await engine.identifiers.share(actor, { type: 'Phone', value: FAMILY }, true)
  const calls: readonly [daysAgo: number, Pick<InteractionInput, 'channel' | 'identifiers' | 'subject'>][] = [
    [20, { channel: 'voice', identifiers: [{ type: 'Phone', value: FAMILY }], subject: 'New appointment' }],
    [9, { channel: 'voice', identifiers: [{ type: 'Phone', value: UNKNOWN }], subject: 'Where is my order' }],
    [
      4,
      {
        channel: 'voice',
        identifiers: [
          { type: 'Phone', value: UNKNOWN },
          { type: 'Email', value: KATHERINE.email },
        ],
        subject: 'Change of address',
      },
    ],
  ]
  await engine.interactions.recordMany(
    actor,
    calls.map(([daysAgo, more]) => {
      const atMs = nowMs - daysAgo * DAY_MS
      return { input: told(atMs, more), stamp: stampOf(atMs) }
    }),
  )
  return { contacts: PEOPLE.length, interactions: calls.length }
}

/** The call that arrives while the newcomer looks around. */
export const strangersCall = (nowMs: number): InteractionInput => {
  const { endedAt: _goesOn, ...call } = told(nowMs, {
    channel: 'voice',
    identifiers: [{ type: 'Phone', value: STRANGER }],
    subject: 'First call',
  })
  return call
}
