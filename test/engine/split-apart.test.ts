// A person taken apart on one device, while others did something else with them: all devices show the same when they have met, and
// nothing of what was done is gone.
import { afterEach, expect, test } from 'vitest'
import { asContactId, type ContactId } from '../../src-shared/model/ids'
import { bob, callFrom, type Meeting, openMeeting, VARIANTS } from '../support/apart'
import type { MemoryDevice } from '../support/device'
import { ann } from '../support/engine'
import { phone } from '../support/people'

const NUMBER = '+61421000001'

let meeting: Meeting | undefined
afterEach(async () => {
  for (const device of meeting?.devices ?? []) await device.close()
  meeting = undefined
})

function apart(name: string, play: (met: Meeting, id: ContactId) => Promise<void>): void {
  test.each(VARIANTS)(`${name}, $name`, async ({ skew, seed }) => {
    meeting = await openMeeting(skew, seed)
    const { here } = meeting
    const id = await here.engine.contacts.create(ann, { firstName: 'Helen', cellPhone: phone(NUMBER) })
    await here.engine.contacts.update(ann, id, { firstName: 'Tim' })
    await here.engine.contacts.addNote(ann, id, 'Tim wants it sent')
    await callFrom(here, NUMBER)
    await meeting.meet()
    await play(meeting, id)
    await meeting.meet()
  })
}

/** Takes Tim out, with the number, the note and the call. */
async function takeOut({ engine }: MemoryDevice, contactId: ContactId): Promise<ContactId> {
  const { things } = await engine.splits.splitPreview(ann, { contactId, placed: [] })
  const placed = things.flatMap((one) =>
    one.kind === 'value' && one.text === 'Helen' ? [] : [{ id: one.id, side: 'moves' as const }],
  )
  return (await engine.splits.split(ann, { contactId, placed })).newContactId
}
const page = (device: MemoryDevice, id: ContactId) => device.engine.queries.person(id)

apart(
  'taken apart on both, each device’s new contact is there, and the note and the call are with one of them',
  async (met, id) => {
    const [one, other] = [await takeOut(met.here, id), await takeOut(met.there, id)]
    await met.meet()
    const [helen, first, second] = await Promise.all([id, one, other].map((each) => page(met.here, each)))
    expect(helen).toMatchObject({ displayName: 'Helen', notes: [], interactions: 0 })
    expect([first?.notes.length, second?.notes.length].sort()).toEqual([0, 1])
    expect((first?.interactions ?? 0) + (second?.interactions ?? 0)).toBe(1)
    expect([first?.displayName, second?.displayName]).toEqual(['Tim', 'Tim'])
    expect([one, other]).toContain(await callFrom(met.there, NUMBER))
  },
)

apart('taken apart here and merged there, the merged person has given away what went', async (met, id) => {
  const rosa = await met.there.engine.contacts.create(bob, { firstName: 'Rosa' })
  const { contactId } = await met.there.engine.merges.merge(bob, { contactIds: [id, rosa] })
  const tim = await takeOut(met.here, id)
  await met.meet()
  expect((await page(met.there, id)).id).toBe(contactId)
  expect(await page(met.there, tim)).toMatchObject({ displayName: 'Tim', interactions: 1, notes: [{}] })
  expect(await callFrom(met.here, NUMBER)).toBe(tim)
})

apart('taken apart here and edited there, the edit stands on the person it was made on', async (met, id) => {
  const tim = await takeOut(met.here, id)
  await met.there.engine.contacts.update(bob, id, { title: 'Dr', firstName: 'Timothy' })
  const noteId = await met.there.engine.contacts.addNote(bob, id, 'written meanwhile')
  await met.meet()
  const helen = await page(met.here, id)
  expect(helen.fields.title).toBe('Dr')
  expect(helen.notes.map((note) => note.id)).toEqual([noteId])
  const written = [helen.fields.firstName, ...helen.lostValues.map(({ value }) => value)]
  for (const name of ['Helen', 'Tim', 'Timothy']) expect(written).toContain(name)
  expect((await page(met.here, tim)).displayName).toBe('Tim')
})

apart('taken back on both, they are one person', async (met, id) => {
  const tim = await takeOut(met.here, id)
  await met.meet()
  await met.here.engine.splits.rejoin(ann, tim)
  await met.there.engine.splits.rejoin(bob, tim)
  await met.meet()
  const [one, other] = [await page(met.here, id), await page(met.there, tim)]
  expect(one.id).toBe(other.id)
  expect(one).toMatchObject({ displayName: 'Tim', interactions: 1, notes: [{}] })
  expect(one.fields.cellPhone?.e164).toBe(NUMBER)
})

apart('taken back here and worked on there, what was done is the one person’s', async (met, id) => {
  const tim = await takeOut(met.here, id)
  await met.meet()
  await met.here.engine.splits.rejoin(ann, tim)
  expect(await callFrom(met.there, NUMBER)).toBe(tim)
  await met.there.engine.contacts.update(bob, tim, { title: 'Dr' })
  await met.meet()
  expect(await page(met.there, asContactId(id))).toMatchObject({ interactions: 2, fields: { title: 'Dr' } })
})

apart('taken apart here and erased there, what went is erased as well, and comes back nowhere', async (met, id) => {
  const tim = await takeOut(met.here, id)
  await met.there.engine.erasure.erase(bob, id)
  await met.meet()
  await met.here.engine.erasure.complete(ann)
  await met.meet()
  for (const each of [id, tim]) expect((await page(met.there, each)).status).toBe('erased')
})

apart('erased by one who knew that they were taken apart, the other person stays', async (met, id) => {
  const tim = await takeOut(met.here, id)
  await met.meet()
  await met.there.engine.erasure.erase(bob, id)
  await met.meet()
  expect(await met.here.engine.erasure.complete(ann)).toEqual([])
  expect((await page(met.here, id)).status).toBe('erased')
  expect(await page(met.here, tim)).toMatchObject({ status: 'active', displayName: 'Tim', notes: [{}] })
})
