// The table of errors: what each command refuses, in which words, naming which field. Every refused command leaves the
// database as it was, byte for byte.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src-main/engine'
import type { Actor } from '../../src-main/engine/permissions'
import type { ContactChanges } from '../../src-shared/model/contact'
import { asContactId, asInteractionId, asItemId, asMergeId, asNoteId, type ContactId } from '../../src-shared/model/ids'
import { ann, type Bench, openBench } from '../support/engine'
import { id, makeOneOfEach, refusal, told } from '../support/one-of-each'

let bench: Bench

beforeAll(async () => {
  bench = await openBench()
  await makeOneOfEach(bench)
})
afterAll(() => bench.close())

interface Row {
  command: string
  call: (engine: Engine, actor: Actor) => unknown
  code: string
  message: string
  field?: string
  details?: object
}
const rows: Row[] = []
/** Adds rows of one command: code, exact message, field, and how to provoke it. */
function refuses(command: string, ...more: [Row['call'], string, string, string?, object?][]): void {
  for (const [call, code, message, field, details] of more)
    rows.push({ command, call, code, message, ...(field ? { field } : {}), ...(details ? { details } : {}) })
}

const NOBODY = asContactId('00000000-0000-4000-8000-000000000000')
const contact = (input: unknown) => input as ContactChanges

/** What every command on a contact says to ids that stand for nobody one may work with. */
const notLiving = (
  call: (engine: Engine, contactId: ContactId) => unknown,
  field = 'contactId',
): [Row['call'], string, string, string][] => [
  [(engine) => call(engine, NOBODY), 'not_found', 'There is no contact with this id.', field],
  [(engine) => call(engine, id.undoneResult), 'not_found', 'There is no contact with this id.', field],
  [(engine) => call(engine, id.binned), 'deleted', 'This contact is in the bin. Restore it first.', field],
  [(engine) => call(engine, id.erased), 'erased', 'This person was erased on request.', field],
]
const AGED = 'This contact aged out. Promote it to keep it.'
const aged = (
  call: (engine: Engine, contactId: ContactId) => unknown,
  field = 'contactId',
): [Row['call'], string, string, string] => [(engine) => call(engine, id.expired), 'expired', AGED, field]

const creating =
  (input: unknown): Row['call'] =>
  (engine) =>
    engine.contacts.create(ann, contact(input))
refuses(
  'contacts.create',
  [creating({}), 'empty_contact', 'Give at least a name, an address or a number.'],
  [
    creating({ firstName: '  ', address: { city: '' }, externalIds: [] }),
    'empty_contact',
    'Give at least a name, an address or a number.',
  ],
  [creating({ firstName: 'x'.repeat(257) }), 'invalid_input', 'firstName: at most 256 characters.', 'firstName'],
  [creating({ firstName: 7 }), 'invalid_input', 'firstName: must be a text.', 'firstName'],
  [creating({ nickName: 'x' }), 'invalid_input', 'nickName: there is no field of this name.', 'nickName'],
  [creating({ type: 'Curated', firstName: 'x' }), 'invalid_input', 'type: there is no field of this name.', 'type'],
  [creating({ workEmail: 'no address' }), 'invalid_email', '“no address” is not an e-mail address.', 'workEmail'],
  [creating({ otherEmail: 'a@b@c' }), 'invalid_email', '“a@b@c” is not an e-mail address.', 'otherEmail'],
  [creating({ workPhone: {} }), 'invalid_input', 'workPhone: a phone number is missing.', 'workPhone'],
  [
    creating({ workPhone: { userInput: '1', normalizationCountryCode: 'XX' } }),
    'invalid_input',
    '“XX” is no region phone numbers are known for.',
    'workPhone.normalizationCountryCode',
  ],
  [
    creating({ whatsAppId: { phoneNumber: { userInput: '1', normalizationCountryCode: 'ZZ' } } }),
    'invalid_input',
    '“ZZ” is no region phone numbers are known for.',
    'whatsAppId.phoneNumber.normalizationCountryCode',
  ],
  [
    creating({ externalIds: Array.from({ length: 11 }, (_, n) => ({ externalSource: { id: 's' }, value: `${n}` })) }),
    'too_many',
    'externalIds: at most 10 entries.',
    'externalIds',
  ],
  [
    creating({ externalIds: [{ externalSource: { id: '' }, value: '1' }] }),
    'invalid_input',
    'externalIds.0.externalSource.id: at least 1 character.',
    'externalIds.0.externalSource.id',
  ],
  [
    creating({ customFields: { when: new Date() } }),
    'invalid_input',
    'customFields.when: this value cannot be stored.',
    'customFields.when',
  ],
)
refuses('contacts.createMany', [
  (engine) => engine.contacts.createMany(ann, [{ input: { firstName: 'ok' } }, { input: { workEmail: '@' } }]),
  'invalid_email',
  '“@” is not an e-mail address.',
  'workEmail',
])
const update = (engine: Engine, contactId: string) =>
  engine.contacts.update(ann, asContactId(contactId), { firstName: 'X' })
refuses('contacts.update', ...notLiving(update), aged(update), [
  (engine) => engine.contacts.update(ann, id.living, { personalEmail: 'x@' }),
  'invalid_email',
  '“x@” is not an e-mail address.',
  'personalEmail',
])
refuses(
  'contacts.replace',
  ...notLiving((engine, contactId) => engine.contacts.replace(ann, asContactId(contactId), { firstName: 'X' })),
)
refuses('contacts.promote', ...notLiving((engine, contactId) => engine.contacts.promote(ann, asContactId(contactId))), [
  (engine) => engine.contacts.promote(ann, id.living),
  'already_curated',
  'This contact is a curated one already.',
  'contactId',
])
refuses('contacts.remove', ...notLiving((engine, contactId) => engine.contacts.remove(ann, asContactId(contactId))))
refuses(
  'contacts.restore',
  [(engine) => engine.contacts.restore(ann, NOBODY), 'not_found', 'There is no contact with this id.', 'contactId'],
  [(engine) => engine.contacts.restore(ann, id.living), 'not_deleted', 'This contact is not in the bin.', 'contactId'],
  [
    (engine) => engine.contacts.restore(ann, id.longBinned),
    'not_found',
    'This contact left the bin: 30 days are over.',
    'contactId',
  ],
  [(engine) => engine.contacts.restore(ann, id.erased), 'erased', 'This person was erased on request.'],
)
const NOTE = 'A note has 1 to 32,000 characters.'
const addNote = (engine: Engine, contactId: string) => engine.contacts.addNote(ann, asContactId(contactId), 'text')
refuses(
  'contacts.addNote',
  ...notLiving(addNote),
  aged(addNote),
  [(engine) => engine.contacts.addNote(ann, id.living, ' \n '), 'invalid_input', NOTE, 'text'],
  [(engine) => engine.contacts.addNote(ann, id.living, 'x'.repeat(32_001)), 'invalid_input', NOTE, 'text'],
)
refuses(
  'contacts.editNote',
  [
    (engine) => engine.contacts.editNote(ann, asNoteId(NOBODY), 'x'),
    'not_found',
    'There is no note with this id.',
    'noteId',
  ],
  [
    (engine) => engine.contacts.editNote(ann, asNoteId(id.erasedNote), 'x'),
    'not_found',
    'There is no note with this id.',
    'noteId',
  ],
  [(engine) => engine.contacts.editNote(ann, asNoteId(id.note), ''), 'invalid_input', NOTE, 'text'],
)
refuses('contacts.removeNote', [
  (engine) => engine.contacts.removeNote(ann, asNoteId(NOBODY)),
  'not_found',
  'There is no note with this id.',
  'noteId',
])
const claim = (engine: Engine, contactId: string) =>
  engine.identifiers.claim(ann, asContactId(contactId), { type: 'Cookie', value: 'new' })
refuses(
  'identifiers.claim',
  ...notLiving(claim),
  aged(claim),
  [
    (engine) => engine.identifiers.claim(ann, id.living, { type: 'Phone', value: '0421000000' }),
    'identifier_held',
    'Another contact holds this identifier already.',
    'identifier.value',
  ],
  [
    (engine) => engine.identifiers.claim(ann, id.living, { type: 'Phone', value: '12' }),
    'invalid_identifier',
    '“12” is not a valid Phone identifier.',
    'identifier.value',
  ],
  [
    (engine) => engine.identifiers.claim(ann, id.living, { type: 'SocialWhatsapp', value: 'x' }),
    'invalid_identifier',
    '“x” is not a valid SocialWhatsapp identifier.',
    'identifier.value',
  ],
  [
    (engine) => engine.identifiers.claim(ann, id.living, { type: 'Email', value: 'a b' }),
    'invalid_email',
    '“a b” is not an e-mail address.',
    'identifier.value',
  ],
  [
    (engine) => engine.identifiers.claim(ann, id.living, { type: 'Cookie', value: '  ' }),
    'invalid_identifier',
    '“  ” is not a valid Cookie identifier.',
    'identifier.value',
  ],
)
const release = (engine: Engine, contactId: string) =>
  engine.identifiers.release(ann, asContactId(contactId), { type: 'Cookie', value: 'new' })
refuses('identifiers.release', ...notLiving(release), [
  (engine) => release(engine, id.living),
  'identifier_not_held',
  'This contact does not claim the identifier.',
  'identifier.value',
])
const recording =
  (more: object): Row['call'] =>
  (engine) =>
    engine.interactions.record(ann, told(more))
refuses(
  'interactions.record',
  [
    recording({ channel: 'pigeon' }),
    'invalid_input',
    'channel: must be one of voice, callback, email, chat, sms, whatsapp, social, web, app, inPerson.',
    'channel',
  ],
  [
    recording({ startedAt: 'yesterday' }),
    'invalid_input',
    'startedAt: must be a moment such as 2026-06-01T09:00:00Z.',
    'startedAt',
  ],
  [
    recording({ endedAt: '2026-07-31T10:00:00Z' }),
    'invalid_input',
    'An interaction cannot end before it starts.',
    'endedAt',
  ],
  [recording({ events: [] }), 'invalid_input', 'Only web and app sessions have events.', 'events'],
  [
    recording({ identifiers: [{ type: 'Fax', value: '1' }] }),
    'invalid_input',
    'identifiers.0.type: must be one of Phone, Email, Cookie, ExternalId, SocialLine, SocialFacebook, SocialTwitter, SocialWhatsapp, SocialInstagram, SocialWhatsappBsuid, AppleOpaqueId.',
    'identifiers.0.type',
  ],
  [
    recording({ identifiers: Array.from({ length: 26 }, (_, n) => ({ type: 'Cookie', value: `${n}` })) }),
    'too_many',
    'identifiers: at most 25 entries.',
    'identifiers',
  ],
)
refuses('interactions.recordMany', [
  (engine) => engine.interactions.recordMany(ann, [{ input: told({}) }, { input: told({ channel: '' }) }]),
  'invalid_input',
  'channel: must be one of voice, callback, email, chat, sms, whatsapp, social, web, app, inPerson.',
  'channel',
])
refuses(
  'interactions.wrapUp',
  [
    (engine) => engine.interactions.wrapUp(ann, asInteractionId(NOBODY), 'x'),
    'not_found',
    'There is no interaction with this id.',
    'id',
  ],
  [
    (engine) => engine.interactions.wrapUp(ann, id.erasedInteraction, 'x'),
    'not_found',
    'There is no interaction with this id.',
    'id',
  ],
  [
    (engine) => engine.interactions.wrapUp(ann, id.interaction, 'x'.repeat(1025)),
    'invalid_input',
    'A wrap-up has at most 1,024 characters.',
    'wrapUp',
  ],
)
refuses(
  'interactions.link',
  [
    (engine) => engine.interactions.link(ann, asInteractionId(NOBODY), id.living),
    'not_found',
    'There is no interaction with this id.',
    'id',
  ],
  [
    (engine) => engine.interactions.link(ann, id.interaction, NOBODY),
    'not_found',
    'There is no contact with this id.',
    'contactId',
  ],
  [
    (engine) => engine.interactions.link(ann, id.interaction, id.undoneResult),
    'not_found',
    'There is no contact with this id.',
    'contactId',
  ],
  [
    (engine) => engine.interactions.link(ann, id.interaction, id.erased),
    'erased',
    'This person was erased on request.',
    'contactId',
  ],
)
for (const command of ['merge', 'preview'] as const) {
  const run = (engine: Engine, contactIds: ContactId[], choices?: Record<string, ContactId>) =>
    engine.merges[command](ann, { contactIds, ...(choices ? { choices } : {}) })
  const FEW = 'A merge joins 2 to 25 contacts.'
  refuses(
    `merges.${command}`,
    ...notLiving((engine, contactId) => run(engine, [id.living, contactId]), 'contactIds.1'),
    aged((engine, contactId) => run(engine, [contactId, id.living]), 'contactIds.0'),
    [(engine) => run(engine, []), 'merge_too_few', FEW, 'contactIds'],
    [(engine) => run(engine, [id.living]), 'merge_too_few', FEW, 'contactIds'],
    [
      (engine) =>
        run(
          engine,
          Array.from({ length: 26 }, () => id.living),
        ),
      'too_many',
      FEW,
      'contactIds',
    ],
    [
      (engine) => run(engine, [id.living, id.living]),
      'merge_same_person',
      'These contacts are one person already.',
      'contactIds',
    ],
    [
      (engine) => run(engine, [id.ancestor, id.canonical]),
      'merge_same_person',
      'These contacts are one person already.',
      'contactIds',
    ],
    [
      (engine) => run(engine, [id.large, id.other]),
      'merge_set_too_large',
      'A person can be made of at most 52 records.',
      'contactIds',
      { setSize: 53 },
    ],
    [
      (engine) => run(engine, [id.living, id.other, id.forbidden]),
      'merge_forbidden_pair',
      'Someone recorded that these two must never be merged.',
      'contactIds',
    ],
    [
      (engine) => run(engine, [id.living, id.other], { firstName: id.holder }),
      'merge_choice_unknown',
      'A chosen value comes from none of these contacts.',
      'choices.firstName',
    ],
    [
      (engine) => run(engine, [id.living, id.other], { shoeSize: id.other }),
      'merge_choice_unknown',
      'A choice names no field of a contact.',
      'choices.shoeSize',
    ],
  )
}
const NO_MERGE = 'There is no merge with this id.'
const split = (engine: Engine, contactId: ContactId) => engine.splits.split(ann, { contactId, placed: [] })
refuses('splits.split', ...notLiving(split), aged(split), [
  (engine) => split(engine, id.living),
  'invalid_input',
  'Nothing goes to the other person. Choose what is theirs.',
  'placed',
])
refuses('splits.rejoin', [
  (engine) => engine.splits.rejoin(ann, id.living),
  'not_found',
  'This contact was not taken out of another one.',
  'contactId',
])
refuses('merges.editsSince', [
  (engine) => engine.merges.editsSince(ann, asMergeId(NOBODY)),
  'not_found',
  NO_MERGE,
  'mergeId',
])
refuses(
  'merges.undo',
  [(engine) => engine.merges.undo(ann, asMergeId(NOBODY)), 'not_found', NO_MERGE, 'mergeId'],
  [
    (engine) => engine.merges.undo(ann, asMergeId(id.undoneMerge)),
    'merge_not_standing',
    'This merge was undone already.',
  ],
  [
    (engine) => engine.merges.undo(ann, asMergeId(id.innerMerge)),
    'merge_not_latest',
    'A later merge builds on this one. Undo that one first.',
  ],
  [
    (engine) => engine.merges.undo(ann, asMergeId(id.editedMerge)),
    'undo_needs_assignment',
    'This person was edited since. Say who gets each edit and note.',
    'assignments',
    { fields: ['title'] },
  ],
  [
    (engine) => engine.merges.undo(ann, asMergeId(id.editedMerge), { title: id.living }),
    'undo_needs_assignment',
    'This person was edited since. Say who gets each edit and note.',
    'assignments',
  ],
)
const cannotLink = (engine: Engine, a: ContactId, b: ContactId) => engine.merges.cannotLink(ann, a, b, true)
refuses(
  'merges.cannotLink',
  ...notLiving((engine, contactId) => cannotLink(engine, contactId, id.living), 'a'),
  ...notLiving((engine, contactId) => cannotLink(engine, id.living, contactId), 'b'),
  [(engine) => cannotLink(engine, id.ancestor, id.canonical), 'merge_same_person', 'These are one person already.'],
)
refuses(
  'erasure.erase',
  [(engine) => engine.erasure.erase(ann, NOBODY), 'not_found', 'There is no contact with this id.', 'contactId'],
  [(engine) => engine.erasure.erase(ann, id.erased), 'erased', 'This person was erased already.'],
)
refuses(
  'reconcile.decide',
  [
    (engine) => engine.reconcile.decide(ann, { id: asItemId('r-nothing'), decision: 'keep' }),
    'not_found',
    'This was settled already.',
    'id',
  ],
  [
    (engine) => engine.reconcile.decide(ann, { id: asItemId(id.settled), decision: 'merge' }),
    'not_found',
    'This was settled already.',
    'id',
  ],
  [
    (engine) => engine.reconcile.decide(ann, { id: asItemId(id.dispute), decision: 'keep' }),
    'invalid_input',
    'This cannot be decided so.',
    'decision',
  ],
  [
    (engine) => engine.reconcile.decide(ann, { id: asItemId(id.dispute), decision: 'drop' }),
    'invalid_input',
    'This is decided where sync set it aside.',
    'decision',
  ],
  [
    (engine) => engine.reconcile.decide(ann, { id: asItemId(id.dispute), decision: 'hand-over', target: NOBODY }),
    'invalid_input',
    'Say which of those offered it is about.',
    'target',
  ],
)
const drafts = Array.from({ length: 501 }, (_, row) => ({ row, input: { firstName: 'x' } }))
refuses(
  'importer',
  [
    (engine) => engine.importer(ann).begin({ onMatch: 'fill' }).plan(drafts),
    'too_many',
    'At most 500 rows at a time.',
    'drafts',
  ],
  [
    (engine) => engine.importer(ann).begin({ onMatch: 'fill' }).apply(drafts),
    'too_many',
    'At most 500 rows at a time.',
    'drafts',
  ],
)
refuses(
  'queries',
  [(engine) => engine.queries.reconcileItem(asItemId(id.settled)), 'not_found', 'This was settled already.', 'id'],
  [(engine) => engine.queries.person(NOBODY), 'not_found', 'There is no contact with this id.', 'contactId'],
  [(engine) => engine.queries.person(id.undoneResult), 'not_found', 'There is no contact with this id.', 'contactId'],
  [(engine) => engine.queries.journey(NOBODY, {}, 0, 1), 'not_found', 'There is no contact with this id.', 'contactId'],
  [
    (engine) => engine.queries.interaction(asInteractionId(NOBODY)),
    'not_found',
    'There is no interaction with this id.',
    'id',
  ],
  [(engine) => engine.queries.note(asNoteId(NOBODY)), 'not_found', 'There is no note with this id.', 'noteId'],
)

describe('the table of errors', () => {
  test.each(rows.map((row, n) => ({ ...row, n })))(
    '$n $command: $code $field',
    async ({ call, code, message, field, details }) => {
      const before = await bench.export()
      const body = await refusal(() => call(bench.engine, ann))
      expect({ code: body['code'], message: body['message'], field: body['field'] }).toEqual({ code, message, field })
      if (details) expect(body['details']).toMatchObject(details)
      expect(await bench.export()).toBe(before)
    },
  )
})
