// The people that the calls of the contract test are about, made anew before each row, and what a row is.
import type { Permission } from '../../../src-main/engine/permissions'
import { sdkFor, type TestApi } from '../../support/api'

export type Sdk = ReturnType<typeof sdkFor>

export interface Row {
  method: string
  permission: Permission
  /** What the call needs besides, or its answer tells of nothing without. */
  also?: Permission[]
  /** In success: the call, and what its answer must look like. */
  call: (sdk: Sdk) => Promise<unknown>
  answer: object
  /** Each error of its own: what is wrong, the call, its status and code. */
  errors?: [string, (sdk: Sdk) => Promise<unknown>, number, string][]
}

/** People each row may use up. */
export const id = {
  a: '',
  b: '',
  ephemeral: '',
  identified: '',
  deleted: '',
  merged: '',
  ancestor: '',
  note: '',
}
/** `mail` is an address that `id.a` holds; `conversation` the one recorded last. */
export const world = { mail: '', conversation: '' }

export const NOBODY = '00000000-0000-4000-8000-000000000000'
export const VIEW: Permission = 'externalContacts:contact:view'
export const ADD: Permission = 'externalContacts:contact:add'
export const EDIT: Permission = 'externalContacts:contact:edit'

let n = 0
/** A number nobody had before. */
export const unique = () => n++
/** The SDK types what it only sends as what it also receives. */
export const body = <T>(value: unknown) => value as T

let api: TestApi

export async function autoContact(identifier: object): Promise<string> {
  world.conversation = `c${unique()}`
  const { body: recorded } = await api.request('POST', '/api/v2/local/interactions', {
    conversationId: world.conversation,
    mediaType: 'voice',
    direction: 'inbound',
    startedAt: new Date().toISOString(),
    identifiers: [identifier],
  })
  return recorded.contact.id
}

/** A web session of somebody new, with one event. */
export async function webSession(): Promise<string> {
  const startedAt = new Date().toISOString()
  const { body: recorded } = await api.request('POST', '/api/v2/local/sessions', {
    type: 'web',
    startedAt,
    identifiers: [{ type: 'Cookie', value: `session${unique()}` }],
    events: [{ at: startedAt, name: 'page_view' }],
  })
  return recorded.contact.id
}

export async function makePeople(of: TestApi): Promise<void> {
  api = of
  const { contacts } = sdkFor(of.port)
  const number = () => `+61421${String(300_000 + unique())}`
  const create = async (contact: object) => (await contacts.postExternalcontactsContacts(body(contact))).id ?? ''
  world.mail = `m${unique()}@example.org`
  const workPhone = { userInput: number() }
  id.a = await create({ firstName: 'Alexis', lastName: `A${n}`, workEmail: world.mail, workPhone })
  id.b = await create({ firstName: 'Boris', lastName: `B${n}`, workPhone: { userInput: number() } })
  id.ephemeral = await autoContact({ type: 'Cookie', value: `cookie${unique()}` })
  id.identified = await autoContact({ type: 'Phone', value: number() })
  id.deleted = await create({ firstName: 'Del' })
  await contacts.deleteExternalcontactsContact(id.deleted)
  id.ancestor = await create({ firstName: 'Anna' })
  const contactIds = [id.ancestor, await create({ firstName: 'Anne' })]
  id.merged = (await contacts.postExternalcontactsContactsMerge({ contactIds })).id ?? ''
  id.note = (await contacts.postExternalcontactsContactNotes(id.a, body({ noteText: 'a note' }))).id ?? ''
}

/** What any call about one contact is refused for. */
export const gone = (call: (contactId: string) => (sdk: Sdk) => Promise<unknown>): NonNullable<Row['errors']> => [
  ['an unknown id', (sdk) => call(NOBODY)(sdk), 404, 'not_found'],
  ['somebody in the bin', (sdk) => call(id.deleted)(sdk), 404, 'deleted'],
]
