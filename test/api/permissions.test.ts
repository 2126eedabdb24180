// Every route with every single permission: who gets in, and that an answer tells nothing of a person to a token that may not view.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PERMISSIONS, type Permission } from '../../src-main/engine/permissions'
import { openApi, type TestApi } from '../support/api'

/** Stands in every value of the person that a token must not learn of. */
const SECRET_NAME = 'Confidentia'
const BASE = '/api/v2/externalcontacts'
const LOCAL = '/api/v2/local'
const CONTACTS = 'externalContacts:contact:'
const [VIEW, ADD, EDIT, DELETE, ENRICH] = ['view', 'add', 'edit', 'delete', 'enrich'].map((one) => CONTACTS + one) as [
  Permission,
  Permission,
  Permission,
  Permission,
  Permission,
]
const MERGE: Permission = 'externalContacts:identity:merge'
const ASSOCIATE: Permission = 'externalContacts:conversation:associate'
const VIEW_ALL: Permission = 'externalContacts:conversation:viewAll'
const SESSIONS: Permission = 'externalContacts:session:view'
const IMPORT: Permission = 'externalContacts:import:add'

let api: TestApi
let made = 0
const secrets = new Map<Permission, string>()
beforeAll(async () => {
  api = await openApi()
  for (const permission of PERMISSIONS) secrets.set(permission, await api.tokenWith(permission))
})
afterAll(async () => {
  await api.close()
  expect(api.defects).toEqual([])
})

const post = async (path: string, body: unknown) => (await api.request('POST', path, body)).body

/** A person nobody called for yet, another one, a pair of merged ones edited since, a conversation, a note. */
async function newWorld() {
  made += 1
  const value = `${SECRET_NAME}${made}@example.org`
  const person = (more: object = {}) => post(`${BASE}/contacts`, { firstName: SECRET_NAME, ...more })
  const one = await person({ workEmail: value, customFields: { [SECRET_NAME]: 1 } })
  const [two, three, four] = [await person(), await person(), await person()]
  const merged = await post(`${BASE}/contacts/merge`, { contactIds: [three.id, four.id] })
  await api.request('PUT', `${BASE}/contacts/${merged.id}`, { firstName: `${SECRET_NAME} again` })
  const { entities } = (await api.request('GET', `${LOCAL}/contacts/${merged.id}/merges`)).body
  const note = await post(`${BASE}/contacts/${one.id}/notes`, { noteText: `about ${SECRET_NAME}` })
  const told = {
    conversationId: `c${made}`,
    mediaType: 'voice',
    startedAt: '2026-06-01T09:00:00Z',
    identifiers: [{ type: 'Email', value }],
    subject: `${SECRET_NAME} calls`,
  }
  const recorded = await post(`${LOCAL}/interactions`, told)
  const auto = await post(`${LOCAL}/sessions`, {
    startedAt: told.startedAt,
    identifiers: [{ type: 'Cookie', value: `${SECRET_NAME}${made}` }],
  })
  return {
    value,
    one: one.id,
    two: two.id,
    merge: entities[0].id,
    note: note.id,
    told,
    auto: auto.contact.id,
    session: auto.interaction.conversationId,
    interaction: recorded.interaction.id,
  }
}
type World = Awaited<ReturnType<typeof newWorld>>

interface Row {
  /** What a token must have, all of it. */
  needs: readonly Permission[]
  /** The path's parameters, and a query behind it. */
  at?: (world: World) => Record<string, string>
  query?: (world: World) => string
  body?: (world: World) => unknown
  /** Permissions that may see the person besides `contact:view`: a conversation's addresses belong to it. */
  shows?: readonly Permission[]
}

const contact = { at: ({ one }: World) => ({ contactId: one }) }
const noted = { at: ({ one, note }: World) => ({ contactId: one, noteId: note }) }
const entities = (item: (world: World) => object) => ({ body: (world: World) => ({ entities: [item(world)] }) })
const email = ({ value }: World) => ({ type: 'Email', value })
const enrichment = (world: World, action = 'Update') => ({
  matchingIdentifiers: [email(world)],
  action,
  contact: { title: 'Dr' },
})
const pair = { body: ({ one, two }: World) => ({ contactIds: [one, two] }) }
const job = { at: () => ({ jobId: 'none' }) }

const ROWS: Record<string, Row> = {
  [`POST ${BASE}/contacts`]: { needs: [ADD], body: () => ({ firstName: 'X' }) },
  [`GET ${BASE}/contacts`]: { needs: [VIEW] },
  [`GET ${BASE}/contacts/{contactId}`]: { needs: [VIEW], ...contact },
  [`PUT ${BASE}/contacts/{contactId}`]: { needs: [EDIT], ...contact, body: () => ({ firstName: 'X' }) },
  [`PATCH ${BASE}/contacts/{contactId}`]: {
    needs: [EDIT],
    ...contact,
    body: () => ({ changes: [{ field: '$.title', action: 'Update', value: 'Dr' }] }),
  },
  [`DELETE ${BASE}/contacts/{contactId}`]: { needs: [DELETE], ...contact },
  [`GET ${BASE}/contacts/{contactId}/unresolved`]: { needs: [VIEW], ...contact },
  [`POST ${BASE}/contacts/{contactId}/promotion`]: {
    needs: ['externalContacts:identity:promote'],
    at: ({ auto }) => ({ contactId: auto }),
  },
  [`GET ${BASE}/contacts/{contactId}/identifiers`]: { needs: [VIEW], ...contact },
  [`PATCH ${BASE}/contacts/{contactId}/identifiers`]: {
    needs: [EDIT],
    at: ({ two }) => ({ contactId: two }),
    body: (world) => ({ operation: 'Claim', identifier: email(world) }),
  },
  [`POST ${BASE}/identifierlookup`]: { needs: [VIEW], body: email },
  [`POST ${BASE}/identifierlookup/contacts`]: { needs: [VIEW], body: email },
  [`POST ${BASE}/contacts/search`]: { needs: [VIEW], body: () => ({}) },
  [`GET ${BASE}/scan/contacts`]: { needs: [VIEW] },
  [`GET ${BASE}/reversewhitepageslookup`]: { needs: [VIEW], query: ({ value }) => `?lookupVal=${value}` },
  [`POST ${BASE}/contacts/merge`]: { needs: [MERGE], ...pair },
  [`POST ${BASE}/merge/contacts`]: {
    needs: [MERGE],
    body: ({ one, auto }) => ({ sourceContactId: auto, targetContactId: one }),
  },
  [`POST ${BASE}/bulk/contacts`]: { needs: [VIEW], ...entities(({ one }) => ({ id: one })) },
  [`POST ${BASE}/bulk/contacts/unresolved`]: { needs: [VIEW], ...entities(({ one }) => ({ id: one })) },
  [`POST ${BASE}/bulk/contacts/add`]: { needs: [ADD], ...entities(() => ({ firstName: 'X' })) },
  [`POST ${BASE}/bulk/contacts/update`]: { needs: [EDIT], ...entities(({ one }) => ({ id: one, firstName: 'X' })) },
  [`POST ${BASE}/bulk/contacts/remove`]: { needs: [DELETE], ...entities(({ one }) => ({ id: one })) },
  [`POST ${BASE}/contacts/enrich`]: { needs: [ENRICH, EDIT], body: enrichment },
  [`POST ${BASE}/bulk/contacts/enrich`]: { needs: [ENRICH, EDIT], ...entities(enrichment) },
  [`GET ${BASE}/contacts/{contactId}/notes`]: { needs: [VIEW], ...contact },
  [`POST ${BASE}/contacts/{contactId}/notes`]: { needs: [EDIT], ...contact, body: () => ({ noteText: 'x' }) },
  [`GET ${BASE}/contacts/{contactId}/notes/{noteId}`]: { needs: [VIEW], ...noted },
  [`PUT ${BASE}/contacts/{contactId}/notes/{noteId}`]: { needs: [EDIT], ...noted, body: () => ({ noteText: 'x' }) },
  [`DELETE ${BASE}/contacts/{contactId}/notes/{noteId}`]: { needs: [EDIT], ...noted },
  [`PATCH ${BASE}/contacts/{contactId}/notes/{noteId}`]: {
    needs: [EDIT],
    ...noted,
    body: () => ({ changes: [{ field: '$.noteText', action: 'Update', value: 'x' }] }),
  },
  [`POST ${BASE}/bulk/notes`]: { needs: [VIEW], ...entities(({ note }) => ({ id: note })) },
  [`POST ${BASE}/bulk/notes/add`]: { needs: [EDIT], ...entities(({ one }) => ({ entityId: one, noteText: 'x' })) },
  [`POST ${BASE}/bulk/notes/update`]: { needs: [EDIT], ...entities(({ note }) => ({ id: note, noteText: 'x' })) },
  [`POST ${BASE}/bulk/notes/remove`]: { needs: [EDIT], ...entities(({ note }) => ({ id: note })) },
  [`GET ${BASE}/scan/notes`]: { needs: [VIEW] },
  [`GET ${BASE}/scan/notes/divisionviews/all`]: { needs: [VIEW] },
  [`GET ${BASE}/scan/contacts/divisionviews/all`]: { needs: [VIEW] },
  [`POST ${BASE}/bulk/contacts/divisionviews`]: { needs: [VIEW], ...entities(({ one }) => ({ id: one })) },
  'GET /api/v2/users/me': { needs: [] },
  'GET /api/v2/authorization/divisions': { needs: [] },
  'GET /api/v2/authorization/divisions/{divisionId}': { needs: [], at: () => ({ divisionId: 'home' }) },
  // A grant: it is asked for before there is a token, and a bearer token is no part of it.
  'POST /oauth/token': { needs: [], body: () => ({}) },
  ...Object.fromEntries(
    ['', 'calls/', 'callbacks/', 'emails/', 'messages/'].map((media): [string, Row] => [
      `PATCH /api/v2/conversations/${media}{conversationId}/participants/{participantId}`,
      {
        needs: [ASSOCIATE],
        at: ({ told, interaction }) => ({ conversationId: told.conversationId, participantId: interaction }),
        body: () => ({ state: 'disconnected', wrapup: { code: 'done' } }),
      },
    ]),
  ),
  'GET /api/v2/journey/sessions/{sessionId}': {
    needs: [SESSIONS],
    shows: [SESSIONS],
    at: ({ session }) => ({ sessionId: session }),
  },
  'GET /api/v2/journey/sessions/{sessionId}/events': {
    needs: [SESSIONS],
    shows: [SESSIONS],
    at: ({ session }) => ({ sessionId: session }),
  },
  [`GET ${BASE}/contacts/{contactId}/journey/sessions`]: { needs: [SESSIONS], ...contact },
  [`PUT ${BASE}/conversations/{conversationId}`]: {
    needs: [ASSOCIATE],
    at: ({ told }) => ({ conversationId: told.conversationId }),
    body: ({ two }) => ({ externalContactId: two }),
  },
  'POST /api/v2/analytics/conversations/details/query': {
    needs: [VIEW_ALL],
    shows: [VIEW_ALL],
    body: ({ one }) => ({
      interval: '2026-01-01/2027-01-01',
      segmentFilters: [{ type: 'or', predicates: [{ dimension: 'externalContactId', value: one }] }],
    }),
  },
  'POST /api/v2/analytics/conversations/aggregates/query': {
    needs: [VIEW_ALL],
    body: ({ one }) => ({
      interval: '2026-01-01/2027-01-01',
      filter: { type: 'or', predicates: [{ dimension: 'externalContactId', value: one }] },
      metrics: ['nConversations'],
    }),
  },
  [`POST ${LOCAL}/interactions`]: { needs: [ASSOCIATE], body: ({ told }) => ({ ...told, subject: undefined }) },
  [`POST ${LOCAL}/sessions`]: {
    needs: [ASSOCIATE],
    body: () => ({ startedAt: '2026-06-01T09:00:00Z', identifiers: [{ type: 'Cookie', value: 'x' }] }),
  },
  [`POST ${LOCAL}/contacts/merge/preview`]: { needs: [MERGE, VIEW], ...pair },
  [`POST ${LOCAL}/merges/{mergeId}/undo/preview`]: { needs: [MERGE, VIEW], at: ({ merge }) => ({ mergeId: merge }) },
  [`POST ${LOCAL}/merges/{mergeId}/undo`]: { needs: [MERGE], at: ({ merge }) => ({ mergeId: merge }) },
  [`GET ${LOCAL}/contacts/{contactId}/merges`]: { needs: [VIEW], ...contact },
  [`POST ${LOCAL}/contacts/{contactId}/erase`]: { needs: ['externalContacts:identity:erase'], ...contact },
  [`POST ${LOCAL}/retention/run`]: { needs: [DELETE], body: () => ({ dryRun: true }) },
  [`GET ${LOCAL}/audit`]: { needs: [VIEW] },
  [`GET ${LOCAL}/health`]: { needs: [] },
  [`GET ${LOCAL}/sync`]: { needs: [] },
  [`POST ${LOCAL}/sync/pause`]: { needs: [EDIT] },
  [`POST ${LOCAL}/sync/resume`]: { needs: [EDIT] },
  [`GET ${LOCAL}/reconcile`]: { needs: [VIEW] },
  [`POST ${LOCAL}/reconcile/{itemId}`]: {
    needs: [MERGE],
    at: () => ({ itemId: 'none' }),
    body: () => ({ decision: 'merge' }),
  },
  [`GET ${LOCAL}/settings`]: { needs: [] },
  [`PUT ${LOCAL}/settings`]: { needs: ['externalContacts:settings:edit'], body: () => ({ defaultRegion: 'AU' }) },
  [`GET ${LOCAL}/import/{jobId}`]: { needs: [IMPORT], ...job },
  [`POST ${LOCAL}/import/{jobId}/cancel`]: { needs: [IMPORT], ...job },
  [`POST ${LOCAL}/import/{jobId}/undo`]: { needs: [IMPORT, EDIT, DELETE], ...job },
  [`GET ${LOCAL}/import/{jobId}/undo`]: { needs: [IMPORT], ...job },
  // A form; its permissions are tried with real files beside the other tests of imports.
  [`POST ${LOCAL}/import`]: { needs: [IMPORT], body: () => ({}) },
}

test('every route is in the table', async () => {
  const { paths } = (await api.request('GET', '/openapi.json')).body
  const routes = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(routes.sort()).toEqual(Object.keys(ROWS).sort())
})

test.each(Object.entries(ROWS))('%s', async (route, { needs, at, query, body, shows = [] }) => {
  const [method = '', template = ''] = route.split(' ')
  const world = await newWorld()
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => at?.(world)[name] ?? 'unnamed')
  const call = async (secret = '') => {
    const headers = { authorization: `Bearer ${secret}` }
    const { status, body: answer } = await api.request(method, path + (query?.(world) ?? ''), body?.(world), headers)
    const items: { status: number }[] = answer?.results ?? []
    // A bulk call that gets in is refused item by item.
    return { status: items.find((item) => item.status === 403)?.status ?? status, text: JSON.stringify(answer ?? null) }
  }
  // Refusals first: what is let in may change what the next call finds.
  const letIn = (permission: Permission) => needs.every((one) => one === permission)
  for (const permission of [...PERMISSIONS].sort((a, b) => Number(letIn(a)) - Number(letIn(b)))) {
    const { status, text } = await call(secrets.get(permission))
    expect({ permission, refused: status === 403 }).toEqual({ permission, refused: !letIn(permission) })
    if (permission !== VIEW && !shows.includes(permission)) {
      const asked = JSON.stringify(body?.(world) ?? null)
      const told = text.includes(SECRET_NAME) && !asked.includes(SECRET_NAME)
      expect({ permission, told: told ? text : false }).toEqual({ permission, told: false })
    }
  }
  if (needs.length > 1) expect((await call(await api.tokenWith(...needs))).status).not.toBe(403)
})
