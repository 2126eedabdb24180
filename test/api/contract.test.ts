// The vendor's SDK is the judge: every listed method of it against the local API, in success, without a token, without
// the permission, and in each error of its own.
import type { Models } from 'purecloud-platform-client-v2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Permission } from '../../src-main/engine/permissions'
import { openApi, refused, SECRET, sdkFor, type TestApi } from '../support/api'

let api: TestApi
type Sdk = ReturnType<typeof sdkFor>
let sdk: Sdk
let n = 0
const number = () => `+61421${String(300_000 + n++)}`

/** People each row may use up: made anew before each test. */
const id = { a: '', b: '', c: '', ephemeral: '', identified: '', deleted: '', merged: '', ancestor: '', note: '' }
let mail = ''
const NOBODY = '00000000-0000-4000-8000-000000000000'
/** The SDK types what it only sends as what it also receives. */
const body = <T>(value: unknown) => value as T

async function autoContact(identifier: object): Promise<string> {
  const { body: recorded } = await api.request('POST', '/api/v2/local/interactions', {
    conversationId: `c${n++}`,
    mediaType: 'voice',
    direction: 'inbound',
    startedAt: new Date().toISOString(),
    identifiers: [identifier],
  })
  return recorded.contact.id
}

async function create(contact: object): Promise<string> {
  const made = await sdk.contacts.postExternalcontactsContacts(body(contact))
  return made.id ?? ''
}

beforeAll(async () => {
  api = await openApi()
  sdk = sdkFor(api.port)
})
afterAll(async () => {
  await api.close()
  expect(api.defects).toEqual([])
})
beforeEach(async () => {
  sdk = sdkFor(api.port)
  mail = `m${n++}@example.org`
  id.a = await create({ firstName: 'Alexis', lastName: `A${n}`, workEmail: mail, workPhone: { userInput: number() } })
  id.b = await create({ firstName: 'Boris', lastName: `B${n}`, workPhone: { userInput: number() } })
  id.c = await create({ firstName: 'Chris', lastName: `C${n}` })
  id.ephemeral = await autoContact({ type: 'Cookie', value: `cookie${n++}` })
  id.identified = await autoContact({ type: 'Phone', value: number() })
  id.deleted = await create({ firstName: 'Del' })
  await sdk.contacts.deleteExternalcontactsContact(id.deleted)
  id.ancestor = await create({ firstName: 'Anna' })
  const merged = await sdk.contacts.postExternalcontactsContactsMerge({
    contactIds: [id.ancestor, await create({ firstName: 'Anne' })],
  })
  id.merged = merged.id ?? ''
  id.note = (await sdk.contacts.postExternalcontactsContactNotes(id.a, body({ noteText: 'a note' }))).id ?? ''
})

interface Row {
  method: string
  permission: Permission
  /** In success: the call, and what its answer must look like. */
  call: (sdk: Sdk) => Promise<unknown>
  answer: object
  /** Each error of its own. */
  errors?: [string, (sdk: Sdk) => Promise<unknown>, number, string][]
}

const V: Permission = 'externalContacts:contact:view'
const E: Permission = 'externalContacts:contact:edit'
const gone = (call: (contactId: string) => (sdk: Sdk) => Promise<unknown>): Row['errors'] => [
  ['an unknown id', (s) => call(NOBODY)(s), 404, 'not_found'],
  ['somebody in the bin', (s) => call(id.deleted)(s), 404, 'deleted'],
]
const enrich = (more: object = {}) =>
  body<Models.ContactEnrichRequest>({
    matchingIdentifiers: [{ type: 'Email', value: mail }],
    action: 'Upsert',
    contact: { title: 'Dr' },
    ...more,
  })

const ROWS: Row[] = [
  {
    method: 'postExternalcontactsContacts',
    permission: 'externalContacts:contact:add',
    call: (s) =>
      s.contacts.postExternalcontactsContacts(body({ firstName: 'New', workEmail: `new${n++}@example.org` })),
    answer: { firstName: 'New', type: 'Curated', canonicalContact: null, mergeSet: null, mergeOperation: null },
    errors: [
      [
        'an address that is none',
        (s) => s.contacts.postExternalcontactsContacts(body({ workEmail: 'x' })),
        422,
        'invalid_email',
      ],
      ['nothing', (s) => s.contacts.postExternalcontactsContacts(body({})), 422, 'empty_contact'],
      [
        'a name too long',
        (s) => s.contacts.postExternalcontactsContacts(body({ firstName: 'x'.repeat(300) })),
        422,
        'invalid_input',
      ],
      [
        'a name that is no text',
        (s) => s.contacts.postExternalcontactsContacts(body({ firstName: 7 })),
        400,
        'malformed',
      ],
      [
        'eleven external ids',
        (s) =>
          s.contacts.postExternalcontactsContacts(
            body({
              externalIds: Array.from({ length: 11 }, (_, i) => ({ externalSource: { id: 'crm' }, value: `${i}` })),
            }),
          ),
        422,
        'too_many',
      ],
    ],
  },
  {
    method: 'getExternalcontactsContact',
    permission: V,
    call: (s) => s.contacts.getExternalcontactsContact(id.a, { expand: ['identifiers'] }),
    answer: { firstName: 'Alexis', identifiers: expect.arrayContaining([expect.objectContaining({ type: 'Email' })]) },
    errors: gone((one) => (s) => s.contacts.getExternalcontactsContact(one)) ?? [],
  },
  {
    method: 'putExternalcontactsContact',
    permission: E,
    call: (s) => s.contacts.putExternalcontactsContact(id.a, body({ firstName: 'Replaced' })),
    answer: { firstName: 'Replaced' },
    errors: [
      ...(gone((one) => (s) => s.contacts.putExternalcontactsContact(one, body({ firstName: 'x' }))) ?? []),
      [
        'an address that is none',
        (s) => s.contacts.putExternalcontactsContact(id.a, body({ workEmail: 'x' })),
        422,
        'invalid_email',
      ],
    ],
  },
  {
    method: 'patchExternalcontactsContact',
    permission: E,
    call: (s) =>
      s.contacts.patchExternalcontactsContact(id.a, {
        changes: [{ field: '$.title', action: 'Update', value: body('Dr') }],
      }),
    answer: { title: 'Dr', firstName: 'Alexis' },
    errors: [
      ...(gone(
        (one) => (s) =>
          s.contacts.patchExternalcontactsContact(one, { changes: [{ field: '$.title', action: 'Remove' }] }),
      ) ?? []),
      [
        'a field and its part',
        (s) =>
          s.contacts.patchExternalcontactsContact(id.a, {
            changes: [
              { field: '$.address', action: 'Remove' },
              { field: '$.address.city', action: 'Update', value: body('X') },
            ],
          }),
        409,
        'overlapping_changes',
      ],
      [
        'no field of a contact',
        (s) => s.contacts.patchExternalcontactsContact(id.a, { changes: [{ field: '$.nose', action: 'Remove' }] }),
        422,
        'invalid_input',
      ],
      [
        'no action',
        (s) => s.contacts.patchExternalcontactsContact(id.a, { changes: [{ field: '$.title', action: 'Paint' }] }),
        400,
        'malformed',
      ],
      [
        'a collection that is none',
        (s) =>
          s.contacts.patchExternalcontactsContact(id.a, {
            changes: [{ field: '$.firstName', action: 'AppendToCollection', value: body('x') }],
          }),
        422,
        'invalid_input',
      ],
    ],
  },
  {
    method: 'deleteExternalcontactsContact',
    permission: 'externalContacts:contact:delete',
    call: (s) => s.contacts.deleteExternalcontactsContact(id.a),
    answer: {},
    errors: gone((one) => (s) => s.contacts.deleteExternalcontactsContact(one)) ?? [],
  },
  {
    method: 'getExternalcontactsContacts',
    permission: V,
    call: (s) => s.contacts.getExternalcontactsContacts({ q: 'Alexis', pageSize: 5, sortOrder: 'lastName:desc' }),
    answer: {
      pageSize: 5,
      pageNumber: 1,
      entities: expect.arrayContaining([expect.objectContaining({ firstName: 'Alexis' })]),
    },
    errors: [
      [
        'pages past 1,000',
        (s) => s.contacts.getExternalcontactsContacts({ pageSize: 100, pageNumber: 11 }),
        400,
        'malformed',
      ],
      ['pages too large', (s) => s.contacts.getExternalcontactsContacts({ pageSize: 101 }), 400, 'malformed'],
      [
        'a sort order there is not',
        (s) => s.contacts.getExternalcontactsContacts({ sortOrder: 'nose:asc' }),
        400,
        'malformed',
      ],
    ],
  },
  {
    method: 'postExternalcontactsContactsSearch',
    permission: V,
    call: (s) =>
      s.contacts.postExternalcontactsContactsSearch({
        operation: { simpleSearch: { query: 'Alexis', ids: [id.a, id.b] } },
      }),
    answer: { total: 1, entities: [expect.objectContaining({ firstName: 'Alexis' })] },
    errors: [
      [
        'pages past 1,000',
        (s) => s.contacts.postExternalcontactsContactsSearch({ pageSize: 100, pageNumber: 11 }),
        400,
        'malformed',
      ],
    ],
  },
  {
    method: 'getExternalcontactsScanContacts',
    permission: V,
    call: (s) => s.contacts.getExternalcontactsScanContacts({ limit: 10 }),
    answer: { entities: expect.any(Array), cursors: expect.any(Object) },
    errors: [
      ['a limit too small', (s) => s.contacts.getExternalcontactsScanContacts({ limit: 9 }), 400, 'malformed'],
      ['a cursor from nowhere', (s) => s.contacts.getExternalcontactsScanContacts({ cursor: 'abc' }), 400, 'malformed'],
    ],
  },
  {
    method: 'getExternalcontactsReversewhitepageslookup',
    permission: V,
    call: (s) => s.contacts.getExternalcontactsReversewhitepageslookup(mail),
    answer: { contacts: [expect.objectContaining({ firstName: 'Alexis' })] },
    errors: [['no value', (s) => s.contacts.getExternalcontactsReversewhitepageslookup(''), 400, 'malformed']],
  },
  ...(['postExternalcontactsIdentifierlookup', 'postExternalcontactsIdentifierlookupContacts'] as const).map(
    (method): Row => ({
      method,
      permission: V,
      call: (s) => s.contacts[method]({ type: 'Email', value: mail.toUpperCase() }),
      answer: { firstName: 'Alexis' },
      errors: [
        ['nobody', (s) => s.contacts[method]({ type: 'Email', value: 'nobody@example.org' }), 404, 'not_found'],
        ['a type there is not', (s) => s.contacts[method]({ type: 'Fax', value: '1' }), 400, 'malformed'],
        [
          'a number that is none',
          (s) => s.contacts[method]({ type: 'Phone', value: 'abc' }),
          422,
          'invalid_identifier',
        ],
      ],
    }),
  ),
  {
    method: 'getExternalcontactsContactIdentifiers',
    permission: V,
    call: (s) => s.contacts.getExternalcontactsContactIdentifiers(id.a),
    answer: {
      entities: expect.arrayContaining([expect.objectContaining({ type: 'Phone', dateCreated: expect.any(String) })]),
    },
    errors: gone((one) => (s) => s.contacts.getExternalcontactsContactIdentifiers(one)) ?? [],
  },
  {
    method: 'patchExternalcontactsContactIdentifiers',
    permission: E,
    call: (s) =>
      s.contacts.patchExternalcontactsContactIdentifiers(id.a, {
        operation: 'Claim',
        identifier: { type: 'ExternalId', value: `x${n++}`, externalSource: body({ id: 'crm' }) },
      }),
    answer: { type: 'ExternalId', externalSource: { id: 'crm' }, dateCreated: expect.any(String) },
    errors: [
      ...(gone(
        (one) => (s) =>
          s.contacts.patchExternalcontactsContactIdentifiers(one, {
            operation: 'Claim',
            identifier: { type: 'Cookie', value: 'x' },
          }),
      ) ?? []),
      [
        'what another holds',
        (s) =>
          s.contacts.patchExternalcontactsContactIdentifiers(id.b, {
            operation: 'Claim',
            identifier: { type: 'Email', value: mail },
          }),
        409,
        'identifier_held',
      ],
      [
        'releasing what is not held',
        (s) =>
          s.contacts.patchExternalcontactsContactIdentifiers(id.b, {
            operation: 'Release',
            identifier: { type: 'Email', value: mail },
          }),
        409,
        'identifier_not_held',
      ],
      [
        'an operation there is not',
        (s) =>
          s.contacts.patchExternalcontactsContactIdentifiers(id.b, {
            operation: 'Paint',
            identifier: { type: 'Email', value: mail },
          }),
        400,
        'malformed',
      ],
    ],
  },
  {
    method: 'postExternalcontactsContactPromotion',
    permission: 'externalContacts:identity:promote',
    call: (s) => s.contacts.postExternalcontactsContactPromotion(id.identified),
    answer: { type: 'Curated' },
    errors: [
      ['a curated one', (s) => s.contacts.postExternalcontactsContactPromotion(id.a), 409, 'already_curated'],
      ...(gone((one) => (s) => s.contacts.postExternalcontactsContactPromotion(one)) ?? []),
    ],
  },
  {
    method: 'postExternalcontactsContactsMerge',
    permission: 'externalContacts:identity:merge',
    call: (s) =>
      s.contacts.postExternalcontactsContactsMerge({
        contactIds: [id.a, id.b, id.identified],
        valueOverride: body({ title: 'Dr' }),
      }),
    answer: {
      type: 'Curated',
      title: 'Dr',
      mergedFrom: expect.any(Array),
      mergeSet: expect.any(Array),
      mergedTo: null,
    },
    errors: [
      [
        'one contact',
        (s) => s.contacts.postExternalcontactsContactsMerge({ contactIds: [id.a] }),
        422,
        'merge_too_few',
      ],
      [
        'twenty-six',
        (s) => s.contacts.postExternalcontactsContactsMerge({ contactIds: Array(26).fill(id.a) }),
        422,
        'merge_too_few',
      ],
      [
        'one person twice',
        (s) => s.contacts.postExternalcontactsContactsMerge({ contactIds: [id.ancestor, id.merged] }),
        409,
        'merge_same_person',
      ],
      [
        'an unknown id',
        (s) => s.contacts.postExternalcontactsContactsMerge({ contactIds: [id.a, NOBODY] }),
        404,
        'not_found',
      ],
      [
        'an override that is none',
        (s) =>
          s.contacts.postExternalcontactsContactsMerge({
            contactIds: [id.a, id.b],
            valueOverride: body({ workEmail: 'x' }),
          }),
        422,
        'invalid_email',
      ],
    ],
  },
  {
    method: 'postExternalcontactsMergeContacts',
    permission: 'externalContacts:identity:merge',
    call: (s) =>
      s.contacts.postExternalcontactsMergeContacts({ sourceContactId: id.identified, targetContactId: id.a }),
    answer: { type: 'Curated', mergedFrom: expect.any(Array) },
    errors: [
      [
        'two curated',
        (s) => s.contacts.postExternalcontactsMergeContacts({ sourceContactId: id.a, targetContactId: id.b }),
        409,
        'merge_two_of_a_kind',
      ],
      [
        'one person twice',
        (s) => s.contacts.postExternalcontactsMergeContacts({ sourceContactId: id.a, targetContactId: id.a }),
        409,
        'merge_same_person',
      ],
      [
        'an unknown id',
        (s) => s.contacts.postExternalcontactsMergeContacts({ sourceContactId: NOBODY, targetContactId: id.b }),
        404,
        'not_found',
      ],
    ],
  },
  {
    method: 'getExternalcontactsContactUnresolved',
    permission: V,
    call: (s) => s.contacts.getExternalcontactsContactUnresolved(id.ancestor),
    answer: { firstName: 'Anna', mergedTo: expect.any(Object), canonicalContact: expect.any(Object) },
    errors: gone((one) => (s) => s.contacts.getExternalcontactsContactUnresolved(one)) ?? [],
  },
  {
    method: 'postExternalcontactsBulkContacts',
    permission: V,
    call: (s) =>
      s.contacts.postExternalcontactsBulkContacts({ entities: [{ id: id.a }, { id: NOBODY }, { id: id.b }] }),
    answer: {
      errorCount: 1,
      errorIndexes: [1],
      results: [
        expect.objectContaining({ success: true, status: 200 }),
        expect.objectContaining({
          id: NOBODY,
          success: false,
          status: 404,
          error: expect.objectContaining({ code: 'not_found' }),
        }),
        expect.objectContaining({ success: true }),
      ],
    },
    errors: [
      [
        'more than fifty',
        (s) => s.contacts.postExternalcontactsBulkContacts({ entities: Array(51).fill({ id: 'x' }) }),
        422,
        'too_many',
      ],
      ['none', (s) => s.contacts.postExternalcontactsBulkContacts({ entities: [] }), 422, 'invalid_input'],
    ],
  },
  {
    method: 'postExternalcontactsBulkContactsUnresolved',
    permission: V,
    call: (s) => s.contacts.postExternalcontactsBulkContactsUnresolved({ entities: [{ id: id.ancestor }] }),
    answer: {
      errorCount: 0,
      results: [expect.objectContaining({ entity: expect.objectContaining({ firstName: 'Anna' }) })],
    },
  },
  {
    method: 'postExternalcontactsBulkContactsAdd',
    permission: 'externalContacts:contact:add',
    call: (s) =>
      s.contacts.postExternalcontactsBulkContactsAdd({
        entities: body([{ firstName: 'One' }, { workEmail: 'x' }, { firstName: 7 }]),
      }),
    answer: {
      errorCount: 2,
      errorIndexes: [1, 2],
      results: [
        expect.objectContaining({ success: true, entity: expect.objectContaining({ firstName: 'One' }) }),
        expect.objectContaining({
          status: 422,
          error: expect.objectContaining({ code: 'invalid_email', entity: { workEmail: 'x' } }),
        }),
        expect.objectContaining({ status: 400 }),
      ],
    },
  },
  {
    method: 'postExternalcontactsBulkContactsUpdate',
    permission: E,
    call: (s) =>
      s.contacts.postExternalcontactsBulkContactsUpdate({
        entities: body([{ id: id.a, firstName: 'Updated' }, { firstName: 'x' }, { id: NOBODY, firstName: 'x' }]),
      }),
    answer: {
      errorIndexes: [1, 2],
      results: [
        expect.objectContaining({ entity: expect.objectContaining({ firstName: 'Updated' }) }),
        expect.objectContaining({ status: 400 }),
        expect.objectContaining({ id: NOBODY, status: 404 }),
      ],
    },
  },
  {
    method: 'postExternalcontactsBulkContactsRemove',
    permission: 'externalContacts:contact:delete',
    call: (s) => s.contacts.postExternalcontactsBulkContactsRemove({ entities: [{ id: id.a }, { id: id.a }] }),
    answer: {
      errorIndexes: [1],
      results: [
        expect.objectContaining({ id: expect.any(String), success: true }),
        expect.objectContaining({ status: 404 }),
      ],
    },
  },
  {
    method: 'postExternalcontactsContactsEnrich',
    permission: 'externalContacts:contact:enrich',
    call: (s) => s.contacts.postExternalcontactsContactsEnrich(enrich()),
    answer: { firstName: 'Alexis', title: 'Dr' },
    errors: [
      [
        'insert what is there',
        (s) => s.contacts.postExternalcontactsContactsEnrich(enrich({ action: 'Insert' })),
        409,
        'already_there',
      ],
      [
        'update what is not',
        (s) =>
          s.contacts.postExternalcontactsContactsEnrich(
            enrich({ action: 'Update', matchingIdentifiers: [{ type: 'Cookie', value: 'none' }] }),
          ),
        404,
        'not_found',
      ],
      [
        'no identifier',
        (s) => s.contacts.postExternalcontactsContactsEnrich(enrich({ matchingIdentifiers: [] })),
        422,
        'invalid_input',
      ],
      [
        'an action there is not',
        (s) => s.contacts.postExternalcontactsContactsEnrich(enrich({ action: 'Paint' })),
        400,
        'malformed',
      ],
      [
        'a rule for no field',
        (s) =>
          s.contacts.postExternalcontactsContactsEnrich(
            enrich({ fieldRules: { rules: [{ field: '$.nose', action: 'PreferExisting' }] } }),
          ),
        422,
        'invalid_input',
      ],
    ],
  },
  {
    method: 'postExternalcontactsBulkContactsEnrich',
    permission: 'externalContacts:contact:enrich',
    call: (s) =>
      s.contacts.postExternalcontactsBulkContactsEnrich(
        { entities: [enrich({ id: 'one' }), enrich({ id: 'two', action: 'Insert' })] },
        { dryRun: true },
      ),
    answer: {
      errorIndexes: [1],
      results: [
        expect.objectContaining({ id: 'one', success: true, entity: expect.objectContaining({ title: 'Dr' }) }),
        expect.objectContaining({
          id: 'two',
          status: 409,
          error: expect.objectContaining({ entity: expect.objectContaining({ id: 'two' }) }),
        }),
      ],
    },
    errors: [
      [
        'more than ten',
        (s) => s.contacts.postExternalcontactsBulkContactsEnrich({ entities: Array(11).fill(enrich()) }),
        422,
        'too_many',
      ],
    ],
  },
  {
    method: 'getExternalcontactsContactNotes',
    permission: V,
    call: (s) =>
      s.contacts.getExternalcontactsContactNotes(id.a, { expand: ['mergeset'], sortOrder: 'createDate:asc' }),
    answer: { total: 1, entities: [expect.objectContaining({ noteText: 'a note', entityType: 'contact' })] },
    errors: gone((one) => (s) => s.contacts.getExternalcontactsContactNotes(one)) ?? [],
  },
  {
    method: 'postExternalcontactsContactNotes',
    permission: E,
    call: (s) => s.contacts.postExternalcontactsContactNotes(id.a, body({ noteText: 'x'.repeat(32_000) })),
    answer: { entityId: expect.any(String), createdBy: expect.any(Object) },
    errors: [
      ...(gone((one) => (s) => s.contacts.postExternalcontactsContactNotes(one, body({ noteText: 'x' }))) ?? []),
      [
        'a note too long',
        (s) => s.contacts.postExternalcontactsContactNotes(id.a, body({ noteText: 'x'.repeat(32_001) })),
        422,
        'invalid_input',
      ],
      [
        'no text',
        (s) => s.contacts.postExternalcontactsContactNotes(id.a, body({ noteText: ' ' })),
        422,
        'invalid_input',
      ],
    ],
  },
  {
    method: 'getExternalcontactsContactNote',
    permission: V,
    call: (s) => s.contacts.getExternalcontactsContactNote(id.a, id.note),
    answer: { noteText: 'a note' },
    errors: [['of another contact', (s) => s.contacts.getExternalcontactsContactNote(id.b, id.note), 404, 'not_found']],
  },
  {
    method: 'putExternalcontactsContactNote',
    permission: E,
    call: (s) => s.contacts.putExternalcontactsContactNote(id.a, id.note, body({ noteText: 'changed' })),
    answer: { noteText: 'changed' },
    errors: [
      [
        'of another contact',
        (s) => s.contacts.putExternalcontactsContactNote(id.b, id.note, body({ noteText: 'x' })),
        404,
        'not_found',
      ],
    ],
  },
  {
    method: 'deleteExternalcontactsContactNote',
    permission: E,
    call: (s) => s.contacts.deleteExternalcontactsContactNote(id.a, id.note),
    answer: {},
    errors: [
      ['of another contact', (s) => s.contacts.deleteExternalcontactsContactNote(id.b, id.note), 404, 'not_found'],
    ],
  },
  {
    method: 'getExternalcontactsContactJourneySessions',
    permission: 'externalContacts:session:view',
    call: async (s) => {
      const cookie = { type: 'Cookie', value: `session${n++}` }
      const session = { type: 'web', startedAt: new Date().toISOString(), identifiers: [cookie] }
      const events = [{ at: session.startedAt, name: 'page_view' }]
      const { body: told } = await api.request('POST', '/api/v2/local/sessions', { ...session, events })
      return s.contacts.getExternalcontactsContactJourneySessions(told.contact.id, {
        pageSize: '200',
        includeMerged: true,
      })
    },
    answer: {
      entities: [
        expect.objectContaining({
          type: 'web',
          eventCount: 1,
          lastEvent: expect.objectContaining({ eventName: 'page_view' }),
        }),
      ],
    },
    errors: [
      ...(gone((one) => (s) => s.contacts.getExternalcontactsContactJourneySessions(one)) ?? []),
      [
        'pages too large',
        (s) => s.contacts.getExternalcontactsContactJourneySessions(id.a, { pageSize: '201' }),
        400,
        'malformed',
      ],
      [
        'a cursor from nowhere',
        (s) => s.contacts.getExternalcontactsContactJourneySessions(id.a, { after: 'abc' }),
        400,
        'malformed',
      ],
    ],
  },
  {
    method: 'putExternalcontactsConversation',
    permission: 'externalContacts:conversation:associate',
    call: async (s) => {
      await autoContact({ type: 'Cookie', value: 'associate' })
      const conversationId = `c${n - 1}`
      return s.contacts.putExternalcontactsConversation(conversationId, {
        conversationId,
        communicationId: 'x',
        mediaType: 'VOICE',
        externalContactId: id.a,
      })
    },
    answer: {},
    errors: [
      [
        'an unknown conversation',
        (s) =>
          s.contacts.putExternalcontactsConversation('none', {
            conversationId: 'none',
            communicationId: 'x',
            mediaType: 'VOICE',
          }),
        404,
        'not_found',
      ],
      [
        'another one in the body',
        (s) =>
          s.contacts.putExternalcontactsConversation('none', {
            conversationId: 'other',
            communicationId: 'x',
            mediaType: 'VOICE',
          }),
        400,
        'malformed',
      ],
    ],
  },
  ...(['analytics', 'conversations'] as const).map(
    (part): Row => ({
      method: `${part}.postAnalyticsConversationsDetailsQuery`,
      permission: 'externalContacts:conversation:viewAll',
      call: (s) =>
        s[part].postAnalyticsConversationsDetailsQuery({
          interval: '2026-01-01T00:00:00.000Z/2100-01-01T00:00:00.000Z',
          segmentFilters: [{ type: 'or', predicates: [{ dimension: 'externalContactId', value: id.ephemeral }] }],
        }),
      answer: {
        totalHits: 1,
        conversations: [expect.objectContaining({ participants: [expect.objectContaining({ purpose: 'customer' })] })],
      },
      errors: [
        [
          'no contact',
          (s) => s[part].postAnalyticsConversationsDetailsQuery({ interval: '2026-01-01/2100-01-01' }),
          400,
          'malformed',
        ],
        ['no interval', (s) => s[part].postAnalyticsConversationsDetailsQuery(body({})), 400, 'malformed'],
      ],
    }),
  ),
]

describe('the SDK', () => {
  test.each(ROWS)('$method', async ({ call, answer, permission, errors = [] }) => {
    // Refusals first: they leave what the call needs as it is.
    sdk.client.setAccessToken('wrong')
    expect(await refused(call(sdk))).toMatchObject({
      status: 401,
      code: 'unauthenticated',
      contextId: expect.any(String),
    })
    sdk.client.setAccessToken(await api.tokenWithout(permission))
    expect(await refused(call(sdk))).toMatchObject({
      status: 403,
      code: 'forbidden',
      messageParams: { permissions: permission },
    })
    sdk.client.setAccessToken(SECRET)
    for (const [what, wrong, status, code] of errors)
      expect(await refused(wrong(sdk)), what).toMatchObject({
        status,
        code,
        message: expect.any(String),
        details: expect.any(Array),
        errors: [],
      })
    sdk.client.setAccessToken(await api.tokenWith(permission))
    expect(await call(sdk)).toMatchObject(answer)
  })

  test('every method of the specification is in the table', () => {
    const external = ROWS.map(({ method }) => method).filter((method) => !method.includes('.'))
    expect(new Set(external).size).toBe(31)
    for (const method of external) expect(sdk.contacts).toHaveProperty(method, expect.any(Function))
  })
})
