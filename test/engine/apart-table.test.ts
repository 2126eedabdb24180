// The table of the domain specification, section 6, row by row: what happened apart, what is shown after sync, what is
// listed, what each decision says it will do, and that deciding settles it on every device. With the second clock ahead
// and behind, and documents travelling in different orders.

import { afterEach, describe, expect, test } from 'vitest'
import { asContactId, asIdentifierId, type ContactId, NO_CONTACT } from '../../src-shared/model/ids'
import {
  bob,
  callFrom,
  effectsOf,
  holderOf,
  itemsOf,
  type Meeting,
  openMeeting,
  sidesOf,
  VARIANTS,
} from '../support/apart'
import { ann, DAY } from '../support/engine'
import { phone } from '../support/people'

const [N1, N2, N3] = ['+61421000001', '+61421000002', '+61421000003']
const SHOWN = '+61 421 000 001'

let meeting: Meeting | undefined
afterEach(async () => {
  for (const device of meeting?.devices ?? []) await device.close()
  meeting = undefined
})

/** Plays a row with both clocks. */
function row(name: string, play: (met: Meeting, skew: number) => Promise<void>): void {
  test.each(VARIANTS)(`${name}, $name`, async ({ skew, seed }) => {
    meeting = await openMeeting(skew, seed)
    await play(meeting, skew)
  })
}

const person = (met: Meeting, id: string) => met.there.engine.queries.person(asContactId(id))
const ids = (refs: readonly { id: string }[]) => refs.map((one) => one.id).sort()

describe('two devices create contacts with one phone number', () => {
  const create = async (met: Meeting) => {
    const alexis = await met.here.engine.contacts.create(ann, { firstName: 'Alexis', workPhone: phone(N1) })
    const david = await met.there.engine.contacts.create(bob, { firstName: 'David', cellPhone: phone(N1) })
    await met.meet()
    const item = await met.only('dispute')
    const [first, second] = met.here.time.now < met.there.time.now ? [alexis, david] : [david, alexis]
    return { alexis, david, item, first, second }
  }
  const nameOf = async (met: Meeting, id: string) => (await person(met, id)).displayName

  row('both live, the earlier claim holds, and the dispute is listed with both sides', async (met) => {
    const { alexis, david, item, first, second } = await create(met)
    for (const id of [alexis, david]) expect((await person(met, id)).status).toBe('active')
    for (const device of met.devices) expect(holderOf(device, N1)).toBe(first)
    expect(item).toMatchObject({ subject: SHOWN, field: 'Phone' })
    const by = (id: string) =>
      id === alexis ? { by: 'ann', device: 'device0000' } : { by: 'bob', device: 'device0001' }
    const [one, other] = [await nameOf(met, first), await nameOf(met, second)]
    expect(sidesOf(item)).toEqual([
      { did: 'claimed', text: SHOWN, ...by(first), stands: true, person: one },
      { did: 'claimed', text: SHOWN, ...by(second), stands: false, person: other },
    ])
    expect(effectsOf(item)).toEqual({
      merge: expect.stringMatching(/^Makes one person, “David” ?|^Makes one person, “Alexis”/),
      [`hand-over ${second}`]: `Whoever comes by “${SHOWN}” is “${other}” from now on. “${one}” gives it up, but keeps it among the details.`,
      'shared-identifier': `Both go on using “${SHOWN}”. A call or message by it counts as “${one}”, who had it first, as now. This is not listed again unless another person has it, too.`,
    })
  })

  row('merged, they are one', async (met) => {
    const { alexis, david, item } = await create(met)
    const told = effectsOf(item)['merge'] ?? ''
    const merged = await met.settle(met.there, item, 'merge')
    const page = await person(met, merged)
    expect(ids(page.mergeSet?.map((id) => ({ id })) ?? [])).toEqual([alexis, david, merged].sort())
    expect(told).toContain(`Makes one person, “${page.displayName}”, of `)
    expect(holderOf(met.here, N1)).toBe(merged)
  })

  row('handed over, the other holds and the former keeps the field', async (met) => {
    const { item, first, second } = await create(met)
    expect(await met.settle(met.there, item, 'hand-over', second)).toBe(second)
    for (const device of met.devices) expect(holderOf(device, N1)).toBe(second)
    expect(await callFrom(met.here, N1)).toBe(second)
    const former = await person(met, first)
    expect(former.fields.workPhone ?? former.fields.cellPhone).toMatchObject({ e164: N1 })
    expect(former.identifiers).toEqual([])
  })

  row('shared, nothing changes, until somebody else wants it', async (met) => {
    const { item, first } = await create(met)
    await met.settle(met.here, item, 'shared-identifier')
    for (const device of met.devices) expect(holderOf(device, N1)).toBe(first)
    const third = await met.there.engine.contacts.create(bob, { firstName: 'Third', homePhone: phone(N1) })
    await met.meet()
    const again = await met.only('dispute')
    expect(again.id).toBe(item.id)
    expect(again.sides.map((side) => side.person?.id)).toContain(third)
  })

  row('decided differently on two devices, they converge and it is settled', async (met) => {
    const { item, second } = await create(met)
    await met.here.engine.reconcile.decide(ann, { id: item.id, decision: 'shared-identifier' })
    await met.there.engine.reconcile.decide(bob, { id: item.id, decision: 'hand-over', target: second })
    await met.meet()
    expect(await met.open()).toEqual([])
    expect(holderOf(met.here, N1)).toBe(second)
  })

  row('of three, the one named holds, and who is left waits', async (met) => {
    const { item, first, second } = await create(met)
    const third = await met.here.engine.contacts.create(ann, { firstName: 'Third', homePhone: phone(N1) })
    await met.meet()
    const now = await met.only('dispute')
    expect(now.id).toBe(item.id)
    expect(effectsOf(now)[`hand-over ${third}`]).toMatch(
      /^Whoever comes by .* is “Third” from now on\. .* would be next/,
    )
    await met.settle(met.here, now, 'hand-over', third)
    const claims = met.there.views.claimsOn(met.there.views.identifiersByValue(N1)[0]?.id ?? asIdentifierId(''))
    expect(claims.map((claim) => claim.person.id)).toEqual([third, second])
    expect((await person(met, first)).identifiers).toEqual([])
  })
})

row('two devices edit different fields of a contact: both edits stand, nothing is listed', async (met) => {
  const id = await met.here.engine.contacts.create(ann, { firstName: 'Robin' })
  await met.meet()
  await met.here.engine.contacts.update(ann, id, { title: 'Chief' })
  await met.there.engine.contacts.update(bob, id, { lastName: 'Gupta' })
  await met.meet()
  expect((await person(met, id)).fields).toEqual({ firstName: 'Robin', lastName: 'Gupta', title: 'Chief' })
  expect(await met.open()).toEqual([])
})

describe('two devices edit one field', () => {
  const edit = async (met: Meeting) => {
    const id = await met.here.engine.contacts.create(ann, { firstName: 'Robin', workPhone: phone(N1) })
    await met.meet()
    await met.here.engine.contacts.update(ann, id, { workPhone: phone(N2) })
    await met.there.engine.contacts.update(bob, id, { workPhone: phone(N3) })
    await met.meet()
    const [lost, stands] = met.here.time.now < met.there.time.now ? [N2, N3] : [N3, N2]
    return { id, lost, stands, item: await met.only('overwritten-value') }
  }
  const shownAs = (number: string) => `+61 421 000 00${number.at(-1)}`

  row('the later stamp stands, the other value is kept and listed', async (met) => {
    const { id, lost, stands, item } = await edit(met)
    expect((await person(met, id)).fields.workPhone).toMatchObject({ e164: stands })
    const by = (number: string) =>
      number === N2 ? { by: 'ann', device: 'device0000' } : { by: 'bob', device: 'device0001' }
    expect(item).toMatchObject({ field: 'workPhone' })
    expect(sidesOf(item)).toMatchObject([
      { did: 'wrote', ...by(stands), stands: true, person: 'Robin' },
      { did: 'wrote', ...by(lost), stands: false, person: 'Robin' },
    ])
    expect(Object.keys(effectsOf(item))).toEqual(['restore-value', 'keep'])
    expect(effectsOf(item)['restore-value']).toContain(`takes the place of`)
    expect(effectsOf(item)['restore-value']).toContain(`“${shownAs(stands)}” is given up.`)
  })

  row('one click restores it', async (met) => {
    const { id, lost, stands, item } = await edit(met)
    await met.settle(met.there, item, 'restore-value')
    const page = await person(met, id)
    expect(page.fields.workPhone).toMatchObject({ e164: lost })
    expect(page.lostValues.map(({ value }) => (value as { e164: string }).e164)).toContain(stands)
    expect(holderOf(met.here, lost)).toBe(id)
    expect(holderOf(met.here, stands)).toBeUndefined()
  })

  row('kept as it is, it is not listed again, and stays readable', async (met) => {
    const { id, lost, stands, item } = await edit(met)
    await met.settle(met.here, item, 'keep')
    const page = await person(met, id)
    expect(page.fields.workPhone).toMatchObject({ e164: stands })
    expect(page.lostValues.map(({ value }) => (value as { e164: string }).e164)).toContain(lost)
  })

  row('kept here and restored there, the value is restored and it is settled', async (met) => {
    const { id, lost, item } = await edit(met)
    await met.here.engine.reconcile.decide(ann, { id: item.id, decision: 'keep' })
    await met.there.engine.reconcile.decide(bob, { id: item.id, decision: 'restore-value' })
    await met.meet()
    expect(await met.open()).toEqual([])
    expect((await person(met, id)).fields.workPhone).toMatchObject({ e164: lost })
  })
})

describe('X+Y merged here, Y+Z there', () => {
  const merge = async (met: Meeting) => {
    const create = (firstName: string, number: string) =>
      met.here.engine.contacts.create(ann, { firstName, workPhone: phone(number), title: firstName })
    const [x, y, z] = [await create('Xena', N1), await create('Yves', N2), await create('Zoe', N3)]
    await met.meet()
    const one = await met.here.engine.merges.merge(ann, { contactIds: [x, y], reason: 'same voice' })
    const two = await met.there.engine.merges.merge(bob, { contactIds: [y, z] })
    await met.meet()
    const set = await person(met, x)
    return { x, y, z, one, two, set, item: await met.only('joined-merge') }
  }

  row('one set of X, Y, Z and both results, with one canonical', async (met) => {
    const { x, y, z, one, two, set, item } = await merge(met)
    expect([...(set.mergeSet ?? [])].sort()).toEqual([x, y, z, one.contactId, two.contactId].sort())
    const later = met.here.time.now < met.there.time.now ? two : one
    for (const device of met.devices)
      for (const id of [x, y, z, one.contactId, two.contactId])
        expect((await device.engine.queries.person(id)).id).toBe(later.contactId)
    expect(sidesOf(item)).toEqual(
      expect.arrayContaining(
        [
          {
            did: 'merged',
            text: '“Xena” and “Yves”',
            by: 'ann',
            device: 'device0000',
            stands: true,
            person: set.displayName,
          },
          {
            did: 'merged',
            text: '“Yves” and “Zoe”',
            by: 'bob',
            device: 'device0001',
            stands: true,
            person: set.displayName,
          },
        ].map((side) => ({ ...side, text: expect.stringContaining('“Yves”') })),
      ),
    )
    expect(Object.keys(effectsOf(item)).sort()).toEqual(
      ['keep', `undo-merge ${one.mergeId}`, `undo-merge ${two.mergeId}`].sort(),
    )
    expect(effectsOf(item)[`undo-merge ${one.mergeId}`]).toContain('“Xena” becomes a person again.')
    expect(effectsOf(item)[`undo-merge ${one.mergeId}`]).toContain('“Yves” stays one person with “Zoe”.')
    expect(effectsOf(item)[`undo-merge ${two.mergeId}`]).toContain('“Zoe” becomes a person again.')
  })

  row('kept, it is settled', async (met) => {
    const { set, item } = await merge(met)
    expect(await met.settle(met.there, item, 'keep')).toBe(set.id)
    expect((await person(met, set.id)).mergeSet).toHaveLength(5)
  })

  for (const which of ['one', 'two'] as const)
    row(
      `undo of the ${which === 'one' ? 'first' : 'second'} works, and everything goes where it belongs`,
      async (met) => {
        const made = await merge(met)
        const { x, y, z, set, item } = made
        // While they are one: a call to each number, an edit, and a number more.
        for (const number of [N1, N2, N3]) await callFrom(met.here, number)
        await met.here.engine.contacts.update(ann, set.id, { lastName: 'Typed' })
        await met.meet()
        const undone = made[which]
        const [gone, stays, number] = which === 'one' ? [x, z, N1] : [z, x, N3]
        await met.settle(met.there, item, 'undo-merge', undone.mergeId)
        const alone = await person(met, gone)
        const rest = await person(met, y)
        expect(alone).toMatchObject({ id: gone, mergeSet: null, interactions: 1 })
        expect(alone.fields).toMatchObject({ workPhone: { e164: number } })
        expect(holderOf(met.here, number)).toBe(gone)
        expect(rest.mergeSet).toHaveLength(3)
        expect(rest.mergeSet).toContain(stays)
        expect(rest.interactions).toBe(2)
        expect(rest.fields.lastName).toBe('Typed')
        for (const other of [N1, N2, N3].filter((one) => one !== number))
          expect(holderOf(met.here, other)).toBe(rest.id)
        // And the other one as well: everybody is who they were.
        const left = which === 'one' ? made.two : made.one
        const names = (await met.there.engine.merges.editsSince(bob, left.mergeId)).map(({ key }) => key)
        await met.there.engine.merges.undo(bob, left.mergeId, Object.fromEntries(names.map((key) => [key, y])))
        await met.meet()
        for (const [id, one] of [
          [x, N1],
          [y, N2],
          [z, N3],
        ] as const) {
          const page = await person(met, id)
          expect(page).toMatchObject({ id, mergeSet: null, interactions: 1 })
          expect(page.fields.workPhone).toMatchObject({ e164: one })
          expect(holderOf(met.here, one)).toBe(id)
        }
      },
    )

  row('undone here and there at once, all are people of their own', async (met) => {
    const { x, y, z, one, two, item } = await merge(met)
    await met.here.engine.reconcile.decide(ann, { id: item.id, decision: 'undo-merge', target: one.mergeId })
    await met.there.engine.reconcile.decide(bob, { id: item.id, decision: 'undo-merge', target: two.mergeId })
    await met.meet()
    expect(await met.open()).toEqual([])
    for (const id of [x, y, z]) expect(await person(met, id)).toMatchObject({ id, mergeSet: null })
  })

  row('what was merged on top comes off first, and says so', async (met) => {
    const { set, item, one, two } = await merge(met)
    const other = await met.here.engine.contacts.create(ann, { firstName: 'Other' })
    const top = await met.here.engine.merges.merge(ann, { contactIds: [set.id, other] })
    for (const merged of [one, two])
      await expect(met.here.engine.merges.undo(ann, merged.mergeId)).rejects.toMatchObject({
        code: 'merge_not_latest',
        details: { mergeId: top.mergeId },
      })
    await met.meet()
    const now = await met.only('joined-merge')
    expect(now.id).toBe(item.id)
    expect(Object.keys(effectsOf(now))).toEqual(['keep', `undo-merge ${top.mergeId}`])
    await met.there.engine.reconcile.decide(bob, { id: item.id, decision: 'undo-merge' })
    await met.meet()
    await met.settle(met.here, await met.only('joined-merge'), 'undo-merge', one.mergeId)
  })

  row('sets that grow past 52 by joining stay valid', async (met) => {
    const many = await met.here.engine.contacts.createMany(
      ann,
      Array.from({ length: 91 }, (_, n) => ({ input: { firstName: `P${n}` } })),
    )
    await met.meet()
    const [shared = NO_CONTACT, ...rest] = many
    const grow = async (device: Meeting['here'], by: typeof ann, part: ContactId[]) => {
      const first = await device.engine.merges.merge(by, { contactIds: [shared, ...part.slice(0, 24)] })
      return device.engine.merges.merge(by, { contactIds: [first.contactId, ...part.slice(24)] })
    }
    await grow(met.here, ann, rest.slice(0, 45))
    const two = await grow(met.there, bob, rest.slice(45))
    await met.meet()
    const page = await person(met, shared)
    expect(page.mergeSet).toHaveLength(95)
    await met.here.engine.contacts.update(ann, asContactId(shared), { title: 'Large' })
    await expect(
      met.here.engine.merges.merge(ann, {
        contactIds: [asContactId(shared), await met.here.engine.contacts.create(ann, { firstName: 'More' })],
      }),
    ).rejects.toMatchObject({ code: 'merge_set_too_large' })
    const item = await met.only('joined-merge')
    await met.here.engine.reconcile.decide(ann, { id: item.id, decision: 'undo-merge', target: two.mergeId })
    await met.meet()
    expect((await person(met, rest[89] ?? '')).mergeSet).toBeNull()
  })
})

describe('merged here, ancestor edited there', () => {
  row('the edit shows on the canonical, whichever came first, and nothing is listed', async (met) => {
    const a = await met.here.engine.contacts.create(ann, { firstName: 'Ada', title: 'Chief' })
    const b = await met.here.engine.contacts.create(ann, { firstName: 'Bea', workPhone: phone(N2) })
    await met.meet()
    const { contactId } = await met.here.engine.merges.merge(ann, { contactIds: [a, b] })
    await met.there.engine.contacts.update(bob, a, { title: 'Deputy', workPhone: phone(N1) })
    await met.meet()
    const page = await person(met, contactId)
    expect(page.fields).toMatchObject({ title: 'Deputy', workPhone: { e164: N1 } })
    for (const number of [N1, N2]) expect(holderOf(met.here, number)).toBe(contactId)
    expect(await met.open()).toEqual([])
  })

  row('an edit that a choice overwrote unseen is listed; a choice that gave way to an edit is no loss', async (met) => {
    const a = await met.here.engine.contacts.create(ann, { firstName: 'Ada' })
    const b = await met.here.engine.contacts.create(ann, { firstName: 'Bea' })
    await met.meet()
    const { contactId } = await met.here.engine.merges.merge(ann, { contactIds: [a, b], choices: { firstName: b } })
    await met.there.engine.contacts.update(bob, a, { firstName: 'Adele' })
    await met.meet()
    if (met.here.time.now < met.there.time.now) {
      expect((await person(met, contactId)).displayName).toBe('Adele')
      expect(await met.open()).toEqual([])
      return
    }
    expect((await person(met, contactId)).displayName).toBe('Bea')
    await met.settle(met.there, await met.only('overwritten-value'), 'restore-value')
    expect((await person(met, contactId)).displayName).toBe('Adele')
  })
})

describe('merged here, deleted there', () => {
  const mergeAndDelete = async (met: Meeting) => {
    const a = await met.here.engine.contacts.create(ann, { firstName: 'Ada', workPhone: phone(N1) })
    const b = await met.here.engine.contacts.create(ann, { firstName: 'Bea', lastName: 'Brook' })
    await met.meet()
    const { contactId } = await met.here.engine.merges.merge(ann, { contactIds: [a, b] })
    await met.there.engine.contacts.remove(bob, a, 'asked for it')
    await met.meet()
    return { a, b, contactId, item: await met.only('edited-deleted') }
  }

  row('the set lives, the deletion is listed', async (met) => {
    const { a, contactId, item } = await mergeAndDelete(met)
    expect(await person(met, a)).toMatchObject({ id: contactId, status: 'active' })
    expect(holderOf(met.here, N1)).toBe(contactId)
    expect(sidesOf(item)).toMatchObject([
      { did: 'merged', by: 'ann', device: 'device0000', stands: true },
      { did: 'deleted', text: '“Ada”', by: 'bob', device: 'device0001', stands: false },
    ])
    expect(Object.keys(effectsOf(item))).toEqual(['keep', 'delete-person'])
    expect(effectsOf(item)['delete-person']).toContain('goes to the bin as a whole, 3 records')
  })

  row('kept, the person stays', async (met) => {
    const { contactId, item } = await mergeAndDelete(met)
    expect(await met.settle(met.there, item, 'keep')).toBe(contactId)
    expect((await person(met, contactId)).status).toBe('active')
  })

  row('deleted after all, the whole person is in the bin, and can be restored', async (met) => {
    const { contactId, item } = await mergeAndDelete(met)
    await met.settle(met.here, item, 'delete-person')
    expect((await person(met, contactId)).status).toBe('deleted')
    await met.there.engine.contacts.restore(bob, contactId)
    await met.meet()
    expect((await person(met, contactId)).status).toBe('active')
  })

  row('the head deleted and merged with others apart: the set lives too', async (met) => {
    const [a, b, c] = [
      await met.here.engine.contacts.create(ann, { firstName: 'Ada' }),
      await met.here.engine.contacts.create(ann, { firstName: 'Bea' }),
      await met.here.engine.contacts.create(ann, { firstName: 'Cleo' }),
    ]
    await met.meet()
    // Here it is merged and deleted as a whole; there one of them is merged with somebody else.
    const gone = await met.here.engine.merges.merge(ann, { contactIds: [a, b] })
    await met.here.engine.contacts.remove(ann, gone.contactId)
    await met.there.engine.merges.merge(bob, { contactIds: [b, c] })
    await met.meet()
    expect((await person(met, c)).status).toBe('active')
    expect((await met.open()).map(({ kind }) => kind).sort()).toEqual(['edited-deleted', 'joined-merge'])
  })
})

describe('deleted here, edited there', () => {
  const deleteAndEdit = async (met: Meeting) => {
    const id = await met.here.engine.contacts.create(ann, { firstName: 'Ada', workPhone: phone(N1) })
    await met.meet()
    await met.here.engine.contacts.remove(ann, id)
    await met.there.engine.contacts.update(bob, id, { lastName: 'Brook', title: 'Chief' })
    await callFrom(met.there, N1, bob)
    await met.there.engine.contacts.addNote(bob, id, 'wants a quote')
    await met.meet()
    return { id, item: await met.only('edited-deleted') }
  }

  row('the person is in the bin, and what was done meanwhile is listed', async (met) => {
    const { id, item } = await deleteAndEdit(met)
    expect(await person(met, id)).toMatchObject({ status: 'deleted', fields: { lastName: 'Brook' }, interactions: 1 })
    expect(sidesOf(item)).toMatchObject([
      { did: 'deleted', by: 'ann', device: 'device0000', stands: true },
      { did: 'edited', by: 'bob', device: 'device0001', stands: false },
    ])
    expect(item.sides[1]?.text).toBe('a note, an interaction (voice), last name and title')
    expect(Object.keys(effectsOf(item))).toEqual(['restore-person', 'keep'])
  })

  row('restored, the person is there with everything', async (met) => {
    const { id, item } = await deleteAndEdit(met)
    expect(await met.settle(met.there, item, 'restore-person')).toBe(id)
    expect(await person(met, id)).toMatchObject({ status: 'active', displayName: 'Ada Brook' })
    expect(holderOf(met.here, N1)).toBe(id)
  })

  row('kept in the bin, it comes back to the list only when more turns up', async (met) => {
    meeting = undefined
    for (const device of met.devices) await device.close()
    const three = await openMeeting(3 * 60_000, 5, 3)
    meeting = three
    const away = three.devices[2]
    if (!away) throw new Error('no third device')
    const id = await three.here.engine.contacts.create(ann, { firstName: 'Ada' })
    await three.meet()
    await three.here.engine.contacts.remove(ann, id)
    await three.there.engine.contacts.update(bob, id, { lastName: 'Brook' })
    await away.engine.contacts.update(bob, id, { title: 'Chief' })
    await exchangePair(three)
    const item = (await itemsOf(three.here))[0]
    if (!item) throw new Error('nothing is listed')
    await three.here.engine.reconcile.decide(ann, { id: item.id, decision: 'keep' })
    expect(await itemsOf(three.here)).toEqual([])
    await three.meet()
    const again = await three.only('edited-deleted')
    expect(again.id).toBe(item.id)
    await three.settle(away, again, 'keep')
  })

  row('a deletion that knew of the edits is nothing to settle, whatever the clocks said', async (met) => {
    const id = await met.here.engine.contacts.create(ann, { firstName: 'Ada' })
    await met.meet()
    await met.there.engine.contacts.update(bob, id, { lastName: 'Brook' })
    await met.meet()
    await met.here.engine.contacts.remove(ann, id)
    await met.meet()
    expect(await met.open()).toEqual([])
    expect((await person(met, id)).status).toBe('deleted')
  })
})

/** The first two meet; the third stays away. */
async function exchangePair({ here, there }: Meeting): Promise<void> {
  const { drawFrom, exchange } = await import('../support/exchange')
  await exchange([here, there], drawFrom(9))
}

row('promoted here, expired there: promoted', async (met) => {
  const id = await callFrom(met.here, N1)
  await met.meet()
  for (const device of met.devices) device.time.now += 61 * DAY
  await met.here.engine.contacts.promote(ann, asContactId(id), { firstName: 'Kept' })
  expect((await met.there.engine.retention.run(bob)).expired).toEqual([id])
  await met.meet()
  for (const device of met.devices)
    expect(await device.engine.queries.person(asContactId(id))).toMatchObject({ id, type: 'Curated', status: 'active' })
  expect(holderOf(met.here, N1)).toBe(id)
  expect(await met.open()).toEqual([])
})

row('released here, claimed there: the claim holds', async (met) => {
  const id = await met.here.engine.contacts.create(ann, { firstName: 'Ada', workPhone: phone(N1) })
  await met.meet()
  await met.here.engine.identifiers.release(ann, id, { type: 'Phone', value: N1 })
  await met.there.engine.identifiers.claim(bob, id, { type: 'Phone', value: N1 })
  await met.meet()
  for (const device of met.devices) expect(holderOf(device, N1)).toBe(id)
  expect(await met.open()).toEqual([])
})

row('erased here, edited there: erased, and nothing is listed', async (met) => {
  const id = await met.here.engine.contacts.create(ann, { firstName: 'Ada', workPhone: phone(N1) })
  await met.meet()
  await met.here.engine.erasure.erase(ann, id)
  await met.there.engine.contacts.update(bob, id, { lastName: 'Brook', cellPhone: phone(N2) })
  await met.there.engine.contacts.create(bob, { firstName: 'Bea', cellPhone: phone(N2) })
  await met.meet()
  for (const device of met.devices) {
    expect(await device.engine.queries.person(id)).toMatchObject({ status: 'erased', fields: {}, identifiers: [] })
    expect(holderOf(device, N1)).toBeUndefined()
  }
  expect(await met.open()).toEqual([])
})
