// Lists, searches, bulk calls and enriching.

import type { Models } from 'purecloud-platform-client-v2'
import { expect } from 'vitest'
import { ADD, body, EDIT, id, NOBODY, type Row, VIEW, world } from './world'

const enrich = (more: object = {}) =>
  body<Models.ContactEnrichRequest>({
    matchingIdentifiers: [{ type: 'Email', value: world.mail }],
    action: 'Upsert',
    contact: { title: 'Dr' },
    ...more,
  })

export const MANY_CONTACTS: Row[] = [
  {
    method: 'getExternalcontactsContacts',
    permission: VIEW,
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
    permission: VIEW,
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
    permission: VIEW,
    call: (s) => s.contacts.getExternalcontactsScanContacts({ limit: 10 }),
    answer: { entities: expect.any(Array), cursors: expect.any(Object) },
    errors: [
      ['a limit too small', (s) => s.contacts.getExternalcontactsScanContacts({ limit: 9 }), 400, 'malformed'],
      ['a cursor from nowhere', (s) => s.contacts.getExternalcontactsScanContacts({ cursor: 'abc' }), 400, 'malformed'],
    ],
  },
  {
    method: 'getExternalcontactsReversewhitepageslookup',
    permission: VIEW,
    call: (s) => s.contacts.getExternalcontactsReversewhitepageslookup(world.mail),
    answer: { contacts: [expect.objectContaining({ firstName: 'Alexis' })] },
    errors: [['no value', (s) => s.contacts.getExternalcontactsReversewhitepageslookup(''), 400, 'malformed']],
  },
  {
    method: 'postExternalcontactsBulkContacts',
    permission: VIEW,
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
    permission: VIEW,
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
    permission: EDIT,
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
    also: [EDIT, ADD, VIEW],
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
    also: [EDIT, ADD, VIEW],
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
]
