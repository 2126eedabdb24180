// Single contacts and their identifiers.
import { expect } from 'vitest'
import { body, EDIT, gone, id, type Row, unique, VIEW, world } from './world'

export const ONE_CONTACT: Row[] = [
  {
    method: 'postExternalcontactsContacts',
    permission: 'externalContacts:contact:add',
    call: (s) =>
      s.contacts.postExternalcontactsContacts(body({ firstName: 'New', workEmail: `new${unique()}@example.org` })),
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
    permission: VIEW,
    call: (s) => s.contacts.getExternalcontactsContact(id.a, { expand: ['identifiers'] }),
    answer: { firstName: 'Alexis', identifiers: expect.arrayContaining([expect.objectContaining({ type: 'Email' })]) },
    errors: gone((one) => (s) => s.contacts.getExternalcontactsContact(one)),
  },
  {
    method: 'putExternalcontactsContact',
    permission: EDIT,
    call: (s) => s.contacts.putExternalcontactsContact(id.a, body({ firstName: 'Replaced' })),
    answer: { firstName: 'Replaced' },
    errors: [
      ...gone((one) => (s) => s.contacts.putExternalcontactsContact(one, body({ firstName: 'x' }))),
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
    permission: EDIT,
    also: [VIEW],
    call: (s) =>
      s.contacts.patchExternalcontactsContact(id.a, {
        changes: [{ field: '$.title', action: 'Update', value: body('Dr') }],
      }),
    answer: { title: 'Dr', firstName: 'Alexis' },
    errors: [
      ...gone(
        (one) => (s) =>
          s.contacts.patchExternalcontactsContact(one, { changes: [{ field: '$.title', action: 'Remove' }] }),
      ),
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
    errors: gone((one) => (s) => s.contacts.deleteExternalcontactsContact(one)),
  },
  ...(['postExternalcontactsIdentifierlookup', 'postExternalcontactsIdentifierlookupContacts'] as const).map(
    (method): Row => ({
      method,
      permission: VIEW,
      call: (s) => s.contacts[method]({ type: 'Email', value: world.mail.toUpperCase() }),
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
    permission: VIEW,
    call: (s) => s.contacts.getExternalcontactsContactIdentifiers(id.a),
    answer: {
      entities: expect.arrayContaining([expect.objectContaining({ type: 'Phone', dateCreated: expect.any(String) })]),
    },
    errors: gone((one) => (s) => s.contacts.getExternalcontactsContactIdentifiers(one)),
  },
  {
    method: 'patchExternalcontactsContactIdentifiers',
    permission: EDIT,
    call: (s) =>
      s.contacts.patchExternalcontactsContactIdentifiers(id.a, {
        operation: 'Claim',
        identifier: { type: 'ExternalId', value: `x${unique()}`, externalSource: body({ id: 'crm' }) },
      }),
    answer: { type: 'ExternalId', externalSource: { id: 'crm' }, dateCreated: expect.any(String) },
    errors: [
      ...gone(
        (one) => (s) =>
          s.contacts.patchExternalcontactsContactIdentifiers(one, {
            operation: 'Claim',
            identifier: { type: 'Cookie', value: 'x' },
          }),
      ),
      [
        'what another holds',
        (s) =>
          s.contacts.patchExternalcontactsContactIdentifiers(id.b, {
            operation: 'Claim',
            identifier: { type: 'Email', value: world.mail },
          }),
        409,
        'identifier_held',
      ],
      [
        'releasing what is not held',
        (s) =>
          s.contacts.patchExternalcontactsContactIdentifiers(id.b, {
            operation: 'Release',
            identifier: { type: 'Email', value: world.mail },
          }),
        409,
        'identifier_not_held',
      ],
      [
        'an operation there is not',
        (s) =>
          s.contacts.patchExternalcontactsContactIdentifiers(id.b, {
            operation: 'Paint',
            identifier: { type: 'Email', value: world.mail },
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
      ...gone((one) => (s) => s.contacts.postExternalcontactsContactPromotion(one)),
    ],
  },
  {
    method: 'getExternalcontactsContactUnresolved',
    permission: VIEW,
    call: (s) => s.contacts.getExternalcontactsContactUnresolved(id.ancestor),
    answer: { firstName: 'Anna', mergedTo: expect.any(Object), canonicalContact: expect.any(Object) },
    errors: gone((one) => (s) => s.contacts.getExternalcontactsContactUnresolved(one)),
  },
]
