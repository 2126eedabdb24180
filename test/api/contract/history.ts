// Merges, notes, sessions and conversations.
import { expect } from 'vitest'
import { autoContact, body, EDIT, gone, id, NOBODY, type Row, VIEW, webSession, world } from './world'

export const HISTORY: Row[] = [
  {
    method: 'postExternalcontactsContactsMerge',
    permission: 'externalContacts:identity:merge',
    also: [VIEW],
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
        'too_many',
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
    method: 'getExternalcontactsContactNotes',
    permission: VIEW,
    call: (s) =>
      s.contacts.getExternalcontactsContactNotes(id.a, { expand: ['mergeset'], sortOrder: 'createDate:asc' }),
    answer: { total: 1, entities: [expect.objectContaining({ noteText: 'a note', entityType: 'contact' })] },
    errors: gone((one) => (s) => s.contacts.getExternalcontactsContactNotes(one)),
  },
  {
    method: 'postExternalcontactsContactNotes',
    permission: EDIT,
    call: (s) => s.contacts.postExternalcontactsContactNotes(id.a, body({ noteText: 'x'.repeat(32_000) })),
    answer: { entityId: expect.any(String), createdBy: expect.any(Object) },
    errors: [
      ...gone((one) => (s) => s.contacts.postExternalcontactsContactNotes(one, body({ noteText: 'x' }))),
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
    permission: VIEW,
    call: (s) => s.contacts.getExternalcontactsContactNote(id.a, id.note),
    answer: { noteText: 'a note' },
    errors: [['of another contact', (s) => s.contacts.getExternalcontactsContactNote(id.b, id.note), 404, 'not_found']],
  },
  {
    method: 'putExternalcontactsContactNote',
    permission: EDIT,
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
    permission: EDIT,
    call: (s) => s.contacts.deleteExternalcontactsContactNote(id.a, id.note),
    answer: {},
    errors: [
      ['of another contact', (s) => s.contacts.deleteExternalcontactsContactNote(id.b, id.note), 404, 'not_found'],
    ],
  },
  {
    method: 'getExternalcontactsContactJourneySessions',
    permission: 'externalContacts:session:view',
    call: async (s) =>
      s.contacts.getExternalcontactsContactJourneySessions(await webSession(), {
        pageSize: '200',
        includeMerged: true,
      }),
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
      ...gone((one) => (s) => s.contacts.getExternalcontactsContactJourneySessions(one)),
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
      const conversationId = world.conversation
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
      errors: [['no interval', (s) => s[part].postAnalyticsConversationsDetailsQuery(body({})), 400, 'malformed']],
    }),
  ),
]
