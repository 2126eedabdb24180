// A made-up organisation: a few thousand people and a year of what they did. The same seed gives the same people.
// Invariant: no person in it is real: addresses are under example.*, numbers come from generated ranges.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { en, en_AU, Faker } from '@faker-js/faker'
import type { ContactInput } from '@shared/model/contact'
import type { IdentifierInput } from '@shared/model/identifier'
import type { Channel, InteractionInput } from '@shared/model/interaction'

interface SamplePerson {
  createdMs: number
  input: ContactInput
  /** How this person can be reached, by channel. */
  reach: Partial<Record<Channel, IdentifierInput>>
}

export interface Sample {
  people: SamplePerson[]
  /** Of one person together and in turn, so that a batch changes few people often instead of many once. */
  interactions: { atMs: number; input: InteractionInput }[]
}

/** ISO 3166 alpha-2: where the sample's people live. */
export const SAMPLE_REGION = 'AU'

const DAY_MS = 86_400_000
const PEOPLE = 2_500
const STRANGERS = 400
const SEED = 2026
/** People made before the event loop gets its turn. */
const TURN = 50

const QUEUES = ['Sales', 'Support', 'Billing', 'Returns', 'Appointments']
const AGENTS = ['Priya Natarajan', 'Tom Hale', 'Mei Tanaka', 'Lucas Ferreira', 'Aoife Byrne', 'Samir Haddad']
const WRAP_UPS = [
  'Resolved',
  'Call back promised',
  'Handed to a specialist',
  'No answer',
  'Order placed',
  'Complaint noted',
]
const SUBJECTS = [
  'Where is my order',
  'Change of address',
  'Invoice question',
  'New appointment',
  'Product does not start',
  'Cancel subscription',
  'Refund',
  'Upgrade',
  'Password reset',
  'Feedback on last visit',
]
const PAGES = [
  'Home',
  'Prices',
  'Product page',
  'Basket',
  'Checkout',
  'Help: returns',
  'Help: delivery',
  'Account',
  'Contact form',
]
/** How often each channel is used; the sum does not matter. */
const WEIGHTS: { weight: number; value: Channel }[] = [
  { weight: 30, value: 'voice' },
  { weight: 5, value: 'callback' },
  { weight: 20, value: 'email' },
  { weight: 12, value: 'chat' },
  { weight: 6, value: 'sms' },
  { weight: 6, value: 'whatsapp' },
  { weight: 4, value: 'social' },
  { weight: 12, value: 'web' },
  { weight: 4, value: 'app' },
  { weight: 3, value: 'inPerson' },
]

/**
 * Makes the people up, giving the event loop its turn now and then.
 * @param nowMs the end of the year that is told
 */
export async function makeSample(nowMs: number): Promise<Sample> {
  const faker = new Faker({ locale: [en_AU, en], seed: SEED })
  const startMs = nowMs - 365 * DAY_MS
  const between = (from: number, to: number) => faker.number.int({ min: Math.floor(from), max: Math.floor(to) })

  const mobile = () => `+614${faker.string.numeric(8)}`
  const makePerson = (i: number): SamplePerson => {
    const firstName = faker.person.firstName()
    const lastName = faker.person.lastName()
    const handle = `${firstName}.${lastName}`
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z.]/g, '')
    const email = `${handle}${i}@example.${faker.helpers.arrayElement(['com', 'org', 'net'])}`
    const phone = mobile()
    const cookie = faker.string.uuid()
    const input: ContactInput = {
      firstName,
      lastName,
      cellPhone: { userInput: phone },
      personalEmail: email,
      address: {
        address1: faker.location.streetAddress(),
        city: faker.location.city(),
        state: faker.location.state({ abbreviated: true }),
        postalCode: faker.location.zipCode(),
        countryCode: 'AU',
      },
    }
    if (i % 7 === 0) input.middleName = faker.person.middleName()
    if (i % 4 === 0) input.externalOrganization = { name: faker.company.name() }
    if (i % 5 === 0)
      input.workPhone = { userInput: `+612${faker.helpers.arrayElement(['8', '9'])}${faker.string.numeric(7)}` }
    if (i % 6 === 0) input.externalIds = [{ externalSource: { id: 'crm' }, value: `C-${100_000 + i}` }]
    const reach: SamplePerson['reach'] = {
      voice: { type: 'Phone', value: phone },
      callback: { type: 'Phone', value: phone },
      sms: { type: 'Phone', value: phone },
      inPerson: { type: 'Phone', value: phone },
      email: { type: 'Email', value: email },
      chat: i % 6 === 1 ? { type: 'Cookie', value: cookie } : { type: 'Email', value: email },
      web: { type: 'Cookie', value: cookie },
      app: { type: 'Email', value: email },
    }
    if (i % 3 === 0) {
      input.whatsAppId = { phoneNumber: { userInput: phone } }
      reach.whatsapp = { type: 'SocialWhatsapp', value: phone.slice(1) }
    }
    if (i % 5 === 1) {
      input.twitterId = { id: faker.string.numeric(10), screenName: `${handle.replace('.', '_')}${i}` }
      reach.social = { type: 'SocialTwitter', value: input.twitterId.id ?? '' }
    }
    // Most were known before the year began; a fifth joined during it.
    const createdMs = i % 5 === 4 ? between(startMs, nowMs - 30 * DAY_MS) : startMs - between(1, 200) * DAY_MS
    return { createdMs, input, reach }
  }
  const people: SamplePerson[] = []
  for (let i = 0; i < PEOPLE; i += 1) {
    people.push(makePerson(i))
    if (i % TURN === 0) await nextTurn()
  }
  people.sort((a, b) => a.createdMs - b.createdMs)

  const interactions: Sample['interactions'] = []
  const inTurn = (some: Sample['interactions']) => some.sort((a, b) => a.atMs - b.atMs)
  const made = (atMs: number, channel: Channel, identifiers: IdentifierInput[]): Sample['interactions'][number] => {
    const session = channel === 'web' || channel === 'app'
    const minutes = between(1, 25)
    const direction = !session && faker.number.float() < 0.2 ? 'outbound' : 'inbound'
    return {
      atMs,
      input: {
        conversationId: faker.string.uuid(),
        channel,
        direction,
        startedAt: new Date(atMs).toISOString(),
        endedAt: new Date(atMs + minutes * 60_000).toISOString(),
        identifiers,
        ...(session
          ? {
              events: faker.helpers.arrayElements(PAGES, { min: 2, max: 6 }).map((name, i) => ({
                at: new Date(atMs + i * 20_000).toISOString(),
                name,
              })),
            }
          : {
              queue: faker.helpers.arrayElement(QUEUES),
              agent: faker.helpers.arrayElement(AGENTS),
              subject: faker.helpers.arrayElement(SUBJECTS),
              wrapUp: faker.helpers.arrayElement(WRAP_UPS),
            }),
      },
    }
  }
  for (const [i, person] of people.entries()) {
    if (i % TURN === 0) await nextTurn()
    // A few are in touch often, most now and then, some never: as customers are.
    const own: Sample['interactions'] = []
    const often = i % 50 === 0 ? between(40, 120) : i % 4 === 0 ? between(5, 12) : between(0, 5)
    for (let n = 0; n < often; n += 1) {
      const wanted = faker.helpers.weightedArrayElement(WEIGHTS)
      const channel = person.reach[wanted] ? wanted : 'voice'
      const identifier = person.reach[channel]
      if (!identifier) continue
      const atMs = between(Math.max(person.createdMs, startMs), nowMs)
      // A shopper who is signed in tells address and cookie at once, which is how cookies become known.
      const signedIn = channel === 'web' && person.reach.email ? [person.reach.email] : []
      own.push(made(atMs, channel, [identifier, ...signedIn]))
    }
    interactions.push(...inTurn(own))
  }
  for (let i = 0; i < STRANGERS; i += 1) {
    const channel = faker.helpers.arrayElement<Channel>(['voice', 'voice', 'sms', 'email', 'web', 'chat'])
    const identifier: IdentifierInput =
      channel === 'email'
        ? { type: 'Email', value: `visitor${i}@example.net` }
        : channel === 'web' || channel === 'chat'
          ? { type: 'Cookie', value: faker.string.uuid() }
          : { type: 'Phone', value: mobile() }
    // Strangers of the last weeks only: older ones would have aged out.
    const times = Array.from({ length: between(1, 3) }, () => between(nowMs - 50 * DAY_MS, nowMs))
    interactions.push(...inTurn(times.map((atMs) => made(atMs, channel, [identifier]))))
  }
  return { people, interactions }
}
