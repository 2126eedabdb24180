// People for the table of permissions over HTTP, with what hangs on them, so that an answer could tell of them.
import type { TestApi } from '../support/api'

/** Stands in every value of theirs that a token must not learn of. */
export const CONFIDENTIAL = 'Confidentia'
const BASE = '/api/v2/externalcontacts'
const LOCAL = '/api/v2/local'
const startedAt = '2026-06-01T09:00:00Z'

let made = 0

/** By the names that paths and bodies of the table have for them. */
export type World = Readonly<Record<string, string>>

/** A person nobody called for yet, another one, a pair of merged ones edited since, a conversation, a session, a note. */
export async function newWorld(api: TestApi): Promise<World> {
  made += 1
  const post = async (path: string, body: unknown) => (await api.request('POST', path, body)).body
  const value = `${CONFIDENTIAL}${made}@example.org`
  const person = async (more: object = {}) =>
    (await post(`${BASE}/contacts`, { firstName: CONFIDENTIAL, ...more })).id as string
  const one = await person({ workEmail: value, customFields: { [CONFIDENTIAL]: 1 } })
  const [two, three, four] = [await person(), await person(), await person()]
  const merged = await post(`${BASE}/contacts/merge`, { contactIds: [three, four] })
  await api.request('PUT', `${BASE}/contacts/${merged.id}`, { firstName: `${CONFIDENTIAL} again` })
  const { entities } = (await api.request('GET', `${LOCAL}/contacts/${merged.id}/merges`)).body
  const note = await post(`${BASE}/contacts/${one}/notes`, { noteText: `about ${CONFIDENTIAL}` })
  const conversation = `told ${made}`
  const recorded = await post(`${LOCAL}/interactions`, {
    conversationId: conversation,
    mediaType: 'voice',
    startedAt,
    identifiers: [{ type: 'Email', value }],
    subject: `${CONFIDENTIAL} calls`,
  })
  const cookie = { type: 'Cookie', value: `${CONFIDENTIAL}${made}` }
  const auto = await post(`${LOCAL}/sessions`, { startedAt, identifiers: [cookie] })
  const ids = {
    one,
    two,
    auto: auto.contact.id,
    note: note.id,
    merge: entities[0].id,
    interaction: recorded.interaction.id,
  }
  const session = auto.interaction.conversationId
  const params = { contactId: one, noteId: ids.note, mergeId: ids.merge, participantId: ids.interaction }
  return {
    ...ids,
    ...params,
    value,
    conversation,
    conversationId: conversation,
    session,
    sessionId: session,
    divisionId: 'home',
  }
}

const NOWHERE = '00000000-0000-4000-8000-000000000000'

/** A path or a body of the table in a world. */
export const inWorld = (text: string, world: World, write: (value: string) => string = (value) => value): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => write(world[name] ?? NOWHERE))
