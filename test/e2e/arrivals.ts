// What others do while a test looks on: interactions that arrive over the local API, and people at odds with each other.
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'

export interface Line {
  /** Tells the app of an interaction. */
  arrives(interaction: Record<string, unknown>): Promise<unknown>
  /** Sends a body to an address of the local API. */
  sends(path: string, body: object): Promise<{ id: string }>
}

const TELEPHONY = ['externalContacts:conversation:associate', 'externalContacts:contact:view']

/** Switches the local API on and gets a token for it, through the same calls that the settings make. */
export async function openLine(page: Page, permissions: readonly string[] = TELEPHONY): Promise<Line> {
  const { address, secret } = await page.evaluate(async (wanted) => {
    const call = async (name: string, input: unknown): Promise<unknown> => {
      const answer = await window.scv.invoke(name, input)
      if (!answer.ok) throw new Error(answer.error.message)
      return answer.value
    }
    // A port that no other app of this machine's tests is likely to have.
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    await call('api.enable', { enabled: true, port })
    const token = (await call('api.createToken', { name: 'Telephony', permissions: wanted })) as { secret: string }
    const status = await new Promise<string>((done) => {
      const stop = window.scv.subscribe('api.status', {}, (signal) => {
        const value = signal.type === 'next' ? (signal.value as { address: string | null }) : { address: null }
        if (value.address === null) return
        setTimeout(() => stop())
        done(value.address)
      })
    })
    return { address: status, secret: token.secret }
  }, permissions)
  async function sends(path: string, body: object): Promise<{ id: string }> {
    const response = await fetch(new URL(path, address), {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return (await response.json()) as { id: string }
  }
  return {
    sends,
    arrives: (interaction) =>
      sends('/api/v2/local/interactions', {
        conversationId: randomUUID(),
        mediaType: 'voice',
        startedAt: new Date().toISOString(),
        ...interaction,
      }),
  }
}

/** Makes a person who wants what another person has, and may not be merged with a third; answers their name. */
export function disputedPerson(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const call = async (name: string, input: unknown): Promise<{ id: string }> => {
      const answer = await window.scv.invoke(name, input)
      if (!answer.ok) throw new Error(answer.error.message)
      return answer.value as { id: string }
    }
    const workPhone = { userInput: '+1 803-123-0000' }
    await call('people.create', { input: { firstName: 'Alexis', lastName: 'Abara', workPhone } })
    const david = await call('people.create', { input: { firstName: 'David', lastName: 'Abara', workPhone } })
    const father = await call('people.create', {
      input: { firstName: 'David', lastName: 'Abara senior', personalEmail: 'abara@example.org' },
    })
    await call('merges.cannotLink', { a: david.id, b: father.id, standing: true, reason: 'father and son' })
    return 'David Abara'
  })
}
