// Who may do what (domain specification, section 7): every command and query names its permission before anything else.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src-main/engine'
import type { Actor, Permission } from '../../src-main/engine/permissions'
import { asItemId, asMergeId, asNoteId } from '../../src-shared/model/ids'
import { type Bench, openBench } from '../support/engine'
import { id, makeOneOfEach, refusal, told } from '../support/one-of-each'
import { helpers, without } from '../support/people'

let bench: Bench
const { record } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
  await makeOneOfEach(bench)
})
afterAll(() => bench.close())

/** Every command with the permission it needs. */
const PERMITTED: [string, Permission, (engine: Engine, actor: Actor) => unknown][] = [
  [
    'settings.setDefaultRegion',
    'externalContacts:settings:edit',
    (engine, actor) => engine.settings.setDefaultRegion(actor, 'DE'),
  ],
  [
    'contacts.create',
    'externalContacts:contact:add',
    (engine, actor) => engine.contacts.create(actor, { firstName: 'x' }),
  ],
  [
    'contacts.createMany',
    'externalContacts:contact:add',
    (engine, actor) => engine.contacts.createMany(actor, [{ input: { firstName: 'x' } }]),
  ],
  [
    'contacts.update',
    'externalContacts:contact:edit',
    (engine, actor) => engine.contacts.update(actor, id.living, { title: 'x' }),
  ],
  [
    'contacts.replace',
    'externalContacts:contact:edit',
    (engine, actor) => engine.contacts.replace(actor, id.living, { title: 'x' }),
  ],
  [
    'contacts.promote',
    'externalContacts:identity:promote',
    (engine, actor) => engine.contacts.promote(actor, id.expired),
  ],
  [
    'contacts.promoteMany',
    'externalContacts:identity:promote',
    (engine, actor) => engine.contacts.promoteMany(actor, [{ contactId: id.expired }]),
  ],
  [
    'queue.dismiss',
    'externalContacts:identity:promote',
    (engine, actor) => engine.queue.dismiss(actor, [id.expired], true),
  ],
  [
    'contacts.patch',
    'externalContacts:contact:edit',
    (engine, actor) => engine.contacts.patch(actor, id.living, [{ field: '$.title', action: 'Remove' }]),
  ],
  [
    'contacts.enrich',
    'externalContacts:contact:enrich',
    (engine, actor) =>
      engine.contacts.enrich(actor, { matchingIdentifiers: [{ type: 'Cookie', value: 'x' }], action: 'Upsert' }),
  ],
  ['contacts.remove', 'externalContacts:contact:delete', (engine, actor) => engine.contacts.remove(actor, id.living)],
  ['contacts.restore', 'externalContacts:contact:delete', (engine, actor) => engine.contacts.restore(actor, id.binned)],
  [
    'contacts.addNote',
    'externalContacts:contact:edit',
    (engine, actor) => engine.contacts.addNote(actor, id.living, 'x'),
  ],
  [
    'contacts.editNote',
    'externalContacts:contact:edit',
    (engine, actor) => engine.contacts.editNote(actor, asNoteId(id.note), 'x'),
  ],
  [
    'contacts.removeNote',
    'externalContacts:contact:edit',
    (engine, actor) => engine.contacts.removeNote(actor, asNoteId(id.note)),
  ],
  [
    'contacts.restoreNote',
    'externalContacts:contact:edit',
    (engine, actor) => engine.contacts.restoreNote(actor, asNoteId(id.note)),
  ],
  [
    'identifiers.claim',
    'externalContacts:contact:edit',
    (engine, actor) => engine.identifiers.claim(actor, id.living, { type: 'Cookie', value: 'x' }),
  ],
  [
    'identifiers.release',
    'externalContacts:contact:edit',
    (engine, actor) => engine.identifiers.release(actor, id.holder, { type: 'Email', value: 'held@example.com' }),
  ],
  [
    'identifiers.unrelease',
    'externalContacts:contact:edit',
    (engine, actor) => engine.identifiers.unrelease(actor, id.holder, { type: 'Email', value: 'held@example.com' }),
  ],
  [
    'interactions.record',
    'externalContacts:conversation:associate',
    (engine, actor) => engine.interactions.record(actor, told({})),
  ],
  [
    'interactions.recordMany',
    'externalContacts:conversation:associate',
    (engine, actor) => engine.interactions.recordMany(actor, [{ input: told({}) }]),
  ],
  [
    'interactions.wrapUp',
    'externalContacts:conversation:associate',
    (engine, actor) => engine.interactions.wrapUp(actor, id.interaction, 'x'),
  ],
  [
    'identifiers.learn',
    'externalContacts:contact:edit',
    (engine, actor) => engine.identifiers.learn(actor, id.living, id.interaction),
  ],
  [
    'identifiers.unlearn',
    'externalContacts:contact:edit',
    (engine, actor) => engine.identifiers.unlearn(actor, id.living, []),
  ],
  [
    'identifiers.share',
    'externalContacts:contact:edit',
    (engine, actor) => engine.identifiers.share(actor, { type: 'Email', value: 'held@example.com' }, true),
  ],
  [
    'interactions.linkNew',
    'externalContacts:conversation:associate',
    (engine, actor) => engine.interactions.linkNew(actor, id.interaction),
  ],
  [
    'interactions.correct',
    'externalContacts:conversation:associate',
    (engine, actor) => engine.interactions.correct(actor, [{ interactionId: id.interaction, note: 'x' }]),
  ],
  [
    'interactions.link',
    'externalContacts:conversation:associate',
    (engine, actor) => engine.interactions.link(actor, id.interaction, id.living),
  ],
  [
    'interactions.linkConversation',
    'externalContacts:conversation:associate',
    (engine, actor) => engine.interactions.linkConversation(actor, { conversationId: 'x' }, id.living),
  ],
  [
    'merges.mergeTwo',
    'externalContacts:identity:merge',
    (engine, actor) => engine.merges.mergeTwo(actor, id.living, id.other),
  ],
  [
    'merges.preview',
    'externalContacts:identity:merge',
    (engine, actor) => engine.merges.preview(actor, { contactIds: [id.living, id.other] }),
  ],
  [
    'merges.merge',
    'externalContacts:identity:merge',
    (engine, actor) => engine.merges.merge(actor, { contactIds: [id.living, id.other] }),
  ],
  [
    'merges.editsSince',
    'externalContacts:contact:view',
    (engine, actor) => engine.merges.editsSince(actor, asMergeId(id.merge)),
  ],
  [
    'merges.undoPreview',
    'externalContacts:identity:merge',
    (engine, actor) => engine.merges.undoPreview(actor, asMergeId(id.merge)),
  ],
  ['merges.undo', 'externalContacts:identity:merge', (engine, actor) => engine.merges.undo(actor, asMergeId(id.merge))],
  [
    'merges.cannotLink',
    'externalContacts:identity:merge',
    (engine, actor) => engine.merges.cannotLink(actor, id.living, id.other, true),
  ],
  ['retention.run', 'externalContacts:contact:delete', (engine, actor) => engine.retention.run(actor)],
  [
    'retention.run dry',
    'externalContacts:contact:delete',
    (engine, actor) => engine.retention.run(actor, { dryRun: true }),
  ],
  ['erasure.erase', 'externalContacts:identity:erase', (engine, actor) => engine.erasure.erase(actor, id.living)],
  ['erasure.complete', 'externalContacts:identity:erase', (engine, actor) => engine.erasure.complete(actor)],
  ['contacts.patch', 'externalContacts:contact:edit', (engine, actor) => engine.contacts.patch(actor, id.living, [])],
  [
    'contacts.enrich',
    'externalContacts:contact:enrich',
    (engine, actor) => engine.contacts.enrich(actor, { matchingIdentifiers: [], action: 'Update' }),
  ],
  [
    'interactions.linkConversation',
    'externalContacts:conversation:associate',
    (engine, actor) => engine.interactions.linkConversation(actor, { conversationId: 'x' }, id.living),
  ],
  [
    'merges.mergeTwo',
    'externalContacts:identity:merge',
    (engine, actor) => engine.merges.mergeTwo(actor, id.living, id.other),
  ],
  [
    'reconcile.decide',
    'externalContacts:contact:edit',
    (engine, actor) => engine.reconcile.decide(actor, { id: asItemId(id.dispute), decision: 'shared-identifier' }),
  ],
  [
    'reconcile.reopen',
    'externalContacts:contact:edit',
    (engine, actor) => engine.reconcile.reopen(actor, asItemId(id.dispute)),
  ],
  [
    'reconcile.decide by merging',
    'externalContacts:identity:merge',
    (engine, actor) => engine.reconcile.decide(actor, { id: asItemId(id.dispute), decision: 'merge' }),
  ],
  [
    'reconcile.decide by undoing',
    'externalContacts:identity:merge',
    (engine, actor) => engine.reconcile.decide(actor, { id: asItemId(id.dispute), decision: 'undo-merge' }),
  ],
  [
    'reconcile.decide by handing over',
    'externalContacts:contact:edit',
    (engine, actor) => engine.reconcile.decide(actor, { id: asItemId(id.dispute), decision: 'hand-over' }),
  ],
  [
    'reconcile.decide by restoring a person',
    'externalContacts:contact:delete',
    (engine, actor) => engine.reconcile.decide(actor, { id: asItemId(id.dispute), decision: 'restore-person' }),
  ],
  [
    'reconcile.decide by deleting',
    'externalContacts:contact:delete',
    (engine, actor) => engine.reconcile.decide(actor, { id: asItemId(id.dispute), decision: 'delete-person' }),
  ],
  [
    'importer.begin',
    'externalContacts:import:add',
    (engine, actor) => engine.importer(actor).begin({ onMatch: 'fill' }),
  ],
  [
    'queries.person',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).person(id.living),
  ],
  [
    'queries.lookup',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).lookup('Living', 5),
  ],
  [
    'queries.resolved',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).resolved(id.living),
  ],
  [
    'queries.unresolved',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).unresolved(id.living),
  ],
  [
    'queries.holder',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).holder({ type: 'Email', value: 'held@example.com' }),
  ],
  ['queries.held', 'externalContacts:contact:view', (engine, actor) => engine.queriesFor(() => actor).held(id.living)],
  ['queries.found', 'externalContacts:contact:view', (engine, actor) => engine.queriesFor(() => actor).found('L', 5)],
  [
    'queries.mentions',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).mentions('held@example.com', 5),
  ],
  [
    'queries.personOf',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).personOf(id.living),
  ],
  [
    'queries.peopleAfter',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).peopleAfter('', 5),
  ],
  [
    'queries.notes',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).notes(id.living, false),
  ],
  [
    'queries.noteOn',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).noteOn(id.living, asNoteId(id.note)),
  ],
  [
    'queries.merges',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).merges(id.canonical),
  ],
  [
    'queries.conversations',
    'externalContacts:conversation:viewAll',
    (engine, actor) => engine.queriesFor(() => actor).conversations([id.living], 0, 1),
  ],
  [
    'queries.sessions',
    'externalContacts:session:view',
    (engine, actor) => engine.queriesFor(() => actor).sessions(id.living, { wholeSet: true, limit: 1 }),
  ],
  ['queries.recent', 'externalContacts:contact:view', (engine, actor) => engine.queriesFor(() => actor).recent(5)],
  [
    'queries.people',
    'externalContacts:contact:view',
    (engine, actor) =>
      engine.queriesFor(() => actor).people({ sort: 'lastName', descending: false, offset: 0, limit: 5 }),
  ],
  [
    'queries.autogenerated',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).autogenerated(0, 5),
  ],
  ['queries.bin', 'externalContacts:contact:view', (engine, actor) => engine.queriesFor(() => actor).bin(0, 5)],
  [
    'queries.suggestions',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).suggestions(id.living),
  ],
  [
    'queries.resolution',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).resolution([]),
  ],
  [
    'queries.note',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).note(asNoteId(id.note)),
  ],
  [
    'queries.auditTrail',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).auditTrail({}, 0, 5),
  ],
  [
    'queries.reconcileRows',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).reconcileRows(undefined, 0, 5),
  ],
  [
    'queries.reconcileItem',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).reconcileItem(asItemId(id.dispute)),
  ],
  [
    'queries.reconcileCounts',
    'externalContacts:contact:view',
    (engine, actor) => engine.queriesFor(() => actor).reconcileCounts(),
  ],
  ['queries.counts', 'externalContacts:contact:view', (engine, actor) => engine.queriesFor(() => actor).counts()],
  [
    'queries.interaction',
    'externalContacts:conversation:viewAll',
    (engine, actor) => engine.queriesFor(() => actor).interaction(id.interaction),
  ],
]

describe('permissions', () => {
  test.each(PERMITTED)('%s needs %s, and says so before anything else', async (_command, permission, call) => {
    const before = await bench.export()
    const body = await refusal(() => call(bench.engine, without(permission)))
    expect(body).toMatchObject({
      code: 'forbidden',
      message: `This needs the permission ${permission}.`,
      details: { permission },
    })
    expect(await bench.export()).toBe(before)
  })

  test('every command of the engine stands in the table', () => {
    const { contacts, identifiers, interactions, merges, retention, queue, erasure, reconcile } = bench.engine
    const groups = { contacts, identifiers, interactions, merges, retention, queue, erasure, reconcile }
    const commands = Object.entries(groups).flatMap(([group, members]) =>
      Object.keys(members).map((name) => `${group}.${name}`),
    )
    // For shells that put many writes into one work of their own; it has no actor and is not reachable from outside.
    const inner = ['interactions.recordIn']
    const listed = new Set(PERMITTED.map(([command]) => command))
    expect(commands.filter((command) => !listed.has(command) && !inner.includes(command))).toEqual([])
  })

  // In an order in which each still finds what it needs.
  test.each(PERMITTED.filter(([command]) => command.startsWith('queries.') || command === 'merges.preview'))(
    '%s works with nothing but %s',
    async (_command, permission, call) => {
      await call(bench.engine, { id: 'bob', permissions: new Set([permission]) })
    },
  )

  test('a journey shows conversations, sessions, or both, as permitted', async () => {
    const cookie = [{ type: 'Cookie' as const, value: 'sessions' }]
    const { contactId } = await record(cookie)
    await record(cookie, { channel: 'web' })
    const journey = async (...permissions: Permission[]) => {
      const queries = bench.engine.queriesFor(() => ({ id: 'bob', permissions: new Set(permissions) }))
      const seen = (await queries.journey(contactId, {}, 0, 10)).items.map((item) => item.channel).sort()
      const drawn = queries.journeyPicture(contactId, {}, 100).marks.map((mark) => mark.channel)
      expect([...new Set(drawn)].sort()).toEqual(seen)
      expect(Object.keys(queries.journeyFacets(contactId).byChannel).sort()).toEqual(seen)
      return seen
    }
    expect(await journey('externalContacts:conversation:viewAll')).toEqual(['voice'])
    expect(await journey('externalContacts:session:view')).toEqual(['web'])
    expect(await journey('externalContacts:conversation:viewAll', 'externalContacts:session:view')).toEqual([
      'voice',
      'web',
    ])
    await expect(journey('externalContacts:contact:view')).rejects.toMatchObject({ code: 'forbidden' })
  })
})
