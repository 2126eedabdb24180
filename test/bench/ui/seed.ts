// A data folder as a large organisation has it, for the app to be started on: many people, and one with a long journey.
// Invariant: made through the engine's own commands, so that the app meets what real use would have left behind.
import { join } from 'node:path'
import { base, en, Faker } from '@faker-js/faker'
import { CHANNELS, type InteractionInput } from '@shared/model/interaction'
import { openApplication } from '../../../src-main/app'
import { owner } from '../../../src-main/engine/permissions'

/** Records per commit. */
const BATCH = 500
const DAY = 86_400_000
const QUEUES = ['Sales', 'Support', 'Billing', 'Returns']
const AGENTS = ['Priya', 'Tom', 'Mei', 'Lucas', 'Aoife']
const STEPS = ['Home', 'Prices', 'Product page', 'Basket', 'Checkout']

export interface Seeded {
  /** Names to be looked up, as they are written. */
  names: string[]
  /** Whoever has the long journey. */
  traveller: { id: string; name: string }
}

/** @param userData the folder that the app is started on */
export async function seedFolder(userData: string, people: number, interactions: number): Promise<Seeded> {
  const faker = new Faker({ locale: [en, base], seed: 11 })
  const application = await openApplication({
    dataDir: join(userData, 'data'),
    version: 'bench',
    dialogs: {
      chooseImportFile: async () => undefined,
      chooseReportFile: async () => undefined,
      chooseExportFile: async () => undefined,
    },
    onDefect(error) {
      throw error
    },
  })
  try {
    const { engine, handlers } = application
    const context = { signal: new AbortController().signal }
    await handlers['app.startEmpty']({ defaultRegion: 'AU', userName: 'bench' }, context)
    const ada = owner('bench')
    const names: string[] = []
    for (let at = 0; at < people; at += BATCH) {
      const inputs = Array.from({ length: Math.min(BATCH, people - at) }, (_, n) => {
        const firstName = faker.person.firstName()
        const lastName = faker.person.lastName()
        if ((at + n) % 97 === 0) names.push(`${firstName} ${lastName}`)
        const mail = `${firstName}.${lastName}${at + n}@example.org`.toLowerCase().replace(/[^a-z0-9.@]/g, '')
        const workPhone = { userInput: `+614${String(10_000_000 + at + n)}` }
        return { input: { firstName, lastName, workPhone, workEmail: mail } }
      })
      await engine.contacts.createMany(ada, inputs)
    }
    const name = 'Zaphira Longjourney'
    const phone = '+61291234567'
    const id = await engine.contacts.create(ada, {
      firstName: 'Zaphira',
      lastName: 'Longjourney',
      workPhone: { userInput: phone },
    })
    const now = Date.now()
    for (let at = 0; at < interactions; at += BATCH) {
      const inputs = Array.from({ length: Math.min(BATCH, interactions - at) }, (_, n) => ({
        input: interactionOf(faker, at + n, phone, now),
      }))
      await engine.interactions.recordMany(ada, inputs)
    }
    return { names, traveller: { id, name } }
  } finally {
    await application.close()
  }
}

/** Three years back, busier towards the end. */
function interactionOf(faker: Faker, at: number, phone: string, now: number): InteractionInput {
  const channel = CHANNELS[at % CHANNELS.length] ?? 'voice'
  const startedMs = Math.floor(now - faker.number.float() ** 2 * 3 * 365 * DAY)
  const startedAt = new Date(startedMs).toISOString()
  const events = STEPS.map((name, step) => ({ at: new Date(startedMs + step * 45_000).toISOString(), name }))
  return {
    conversationId: `journey-${at}`,
    channel,
    direction: at % 3 === 0 ? 'outbound' : 'inbound',
    startedAt,
    endedAt: new Date(startedMs + 300_000).toISOString(),
    identifiers: [{ type: 'Phone', value: phone }],
    subject: faker.lorem.sentence({ min: 2, max: 5 }),
    ...(channel === 'web' || channel === 'app' ? { events } : {}),
    ...(at % 4 === 0 ? {} : { queue: QUEUES[at % QUEUES.length], agent: AGENTS[at % AGENTS.length] }),
  } as InteractionInput
}
