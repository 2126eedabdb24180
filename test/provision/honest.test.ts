// What honest devices write is taken by the server's validation: every command, in every role that permits it, and whatever
// joins of such make. `SCV_MODEL_RUNS=100` is the long run; `SCV_SEED=… SCV_MODEL_RUNS=1` repeats a failure.

import { expect, test } from 'vitest'
import { identifierId } from '../../src-main/engine/documents/ids'
import { joinRegisters } from '../../src-main/engine/documents/register'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import type { Role } from '../../src-main/engine/roles'
import { asDeviceId } from '../../src-shared/model/ids'
import { CLAIMANTS_MAX, CUSTOM_VALUE_MAX, NOTE_MAX } from '../../src-shared/model/limits'
import { carryOut, type Draft, draftsWithSplits, emptyWorld, pointAt, remember } from '../engine/model/commands'
import { triesOf } from '../support/depth'
import { type MemoryDevice, openDevice, START } from '../support/device'
import type { Bench } from '../support/engine'
import { type Draw, drawFrom } from '../support/exchange'
import { actorOf, engineOf, pull, push, type Server, type Taken, userOf } from '../support/fleet'
import { hunt, seedFromEnvironment } from '../support/hunt'
import { playEverything } from '../support/scenario'
import { seedIds } from '../support/seeded-ids'
import { openValidator } from '../support/validator'
import { mustRefuse, tampered } from './tampering'

const RUNS = triesOf('SCV_MODEL_RUNS', 12)
const HOUR = 3_600_000

const USERS = (
  [
    ['ann', 'admin'],
    ['bob', 'agent'],
    ['cara', 'field'],
    ['dan', 'supervisor'],
    ['eva', 'integration'],
  ] as const
).map(([name, role]) => userOf(name, role satisfies Role))

test('each commit of an administrator who does everything', async () => {
  const device = await openDevice()
  const validator = openValidator()
  const ann = userOf('ann', 'admin')
  const taken: Taken[] = []
  const { commit } = device.store
  device.store.commit = async (changes) => {
    validator.now = device.time.now
    for (const { kind, next, previous } of changes) {
      expect(validator.judge(kind, next, previous, ann)).toBeUndefined()
      taken.push({ kind, next, former: previous, user: ann })
    }
    await commit(changes)
  }
  try {
    await playEverything(device as unknown as Bench)
    expect(taken.length).toBeGreaterThan(80)
    expect(validator.inShort).toBeGreaterThan(30)
    const draw = drawFrom(1)
    for (const one of taken) mustRefuse(validator, one, draw)
    // The quick way never takes what the rules refuse, whatever stands anywhere in a document: `judge` compares them.
    for (const one of taken)
      for (let i = 0; i < 20; i += 1) validator.judge(one.kind, damaged(one.next, draw), undefined, ann)
  } finally {
    await device.close()
  }
})

test('what a server would call too large is refused on the device, and what is not the server takes', async () => {
  const device = await openDevice()
  const validator = openValidator()
  const ann = userOf('ann', 'admin')
  const actor = actorOf(ann)
  const { contacts, identifiers } = device.engine
  try {
    validator.now = device.time.now
    const custom = (length: number) =>
      contacts.create(actor, { firstName: 'X', customFields: { x: 'x'.repeat(length - 2) } })
    const id = await custom(CUSTOM_VALUE_MAX)
    await expect(custom(CUSTOM_VALUE_MAX + 1)).rejects.toMatchObject({ code: 'invalid_input', field: 'customFields.x' })
    const deep: unknown = JSON.parse('['.repeat(40) + ']'.repeat(40))
    await expect(contacts.create(actor, { firstName: 'X', customFields: { x: deep } as never })).rejects.toMatchObject({
      code: 'invalid_input',
    })

    // A note that has been written again and again, until its history is full.
    const note = await contacts.addNote(actor, id, 'first')
    const [previous] = (await device.store.get('notes', [note])).values()
    if (!previous) throw new Error('no note')
    const entries = Array.from({ length: 78 }, (_, i) => ({
      v: 'x'.repeat(NOTE_MAX),
      t: makeStamp(START - 9e6 + i, 0, asDeviceId('testdevice')),
      b: 'ann',
    }))
    await device.store.commit([
      { kind: 'notes', previous, next: { ...previous, text: joinRegisters(previous.text, entries) } },
    ])
    await expect(contacts.editNote(actor, note, 'y'.repeat(NOTE_MAX))).rejects.toMatchObject({ code: 'too_large' })
    await contacts.removeNote(actor, note)

    // A number that very many want.
    const phone = { type: 'Phone', value: '+61491570156' } as const
    const claims = Object.fromEntries(
      Array.from({ length: CLAIMANTS_MAX }, (_, i) => [
        `c${i}`,
        {
          testdevice: {
            since: makeStamp(START, i, asDeviceId('testdevice')),
            at: makeStamp(START, i, asDeviceId('testdevice')),
            by: 'ann',
            via: 'field' as const,
          },
        },
      ]),
    )
    const next = { id: identifierId(phone), ...phone, claims, releases: {} }
    await device.store.commit([{ kind: 'identifiers', previous: undefined, next }])
    await device.views.settle()
    await contacts.update(actor, id, { cellPhone: { userInput: phone.value } })
    await expect(identifiers.claim(actor, id, phone)).rejects.toMatchObject({ code: 'too_many' })
    expect((await device.store.get('identifiers', [next.id])).get(next.id)).toEqual(next)
    const server: Server = { documents: new Map(), taken: [] }
    await push(device, server, ann, validator)
    expect(server.taken.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['contacts', 'notes', 'identifiers']))
  } finally {
    await device.close()
  }
})

/** A copy with something else somewhere. */
function damaged<T>(document: T, draw: Draw): T {
  const copy = JSON.parse(JSON.stringify(document)) as T
  let place = copy as Record<string, unknown>
  for (;;) {
    const names = Object.keys(place).filter((name) => name !== 'id')
    const name = names[draw(Math.max(1, names.length))] ?? 'more'
    const inner = place[name]
    if (inner !== null && typeof inner === 'object' && Object.keys(inner).length > 0 && draw(4) > 0) {
      place = inner as Record<string, unknown>
      continue
    }
    place[name] = [undefined, null, 1.5, true, '', 'x', [], {}, [1], { at: 1 }, '0'.repeat(23), -1, 'bob'][draw(13)]
    return copy
  }
}

async function playFleet(sequence: readonly Draft[], seed: number, tally: { taken: number; tampered: number }) {
  const genuine = seedIds(seed)
  const draw = drawFrom(seed)
  const validator = openValidator()
  const server: Server = { documents: new Map(), taken: [] }
  const devices: { device: MemoryDevice; user: ReturnType<typeof userOf>; skew: number }[] = []
  try {
    const users = [USERS[0], USERS[1 + draw(4)], USERS[1 + draw(4)]].map((user, i) => ({
      ...user,
      name: `${user?.name}${i}`,
    }))
    for (const [i, user] of users.entries()) {
      const device = await openDevice(`device000${i}`)
      const skew = (draw(5) - 2) * HOUR
      device.time.now = START + skew
      devices.push({ device, user: { name: user.name, roles: user.roles ?? [] }, skew })
    }
    const world = emptyWorld()
    let now = START
    const exchange = async (which: (typeof devices)[number]) => {
      validator.now = now
      await push(which.device, server, which.user, validator)
      await pull(which.device, server)
    }
    for (const draft of sequence) {
      now += draft.pauseMs
      const one = devices[draft.place % devices.length]
      if (!one) continue
      one.device.time.now = now + one.skew
      const command = pointAt(draft, world, one.device.time.now)
      if (!command || command.kind === 'restart') continue
      const outcome = await carryOut(engineOf(one.device.engine, actorOf(one.user)), command)
      remember(world, draft, command, outcome)
      if (draw(3) === 0) await exchange(one)
    }
    for (let round = 0; round < 2; round += 1) {
      for (const one of devices) await exchange(one)
      const [administrator] = devices
      if (administrator) await administrator.device.engine.erasure.complete(actorOf(administrator.user))
    }
    validator.now = now
    for (const one of server.taken) tally.tampered += mustRefuse(validator, one, draw)
    tally.taken += server.taken.length
  } finally {
    for (const { device } of devices) await device.close()
    genuine()
  }
}

test(
  'devices of several people and roles that work apart, and nothing of it once it is tampered with',
  async () => {
    const seed = seedFromEnvironment()
    const tally = { taken: 0, tampered: 0 }
    const played = await hunt(draftsWithSplits(120), (sequence, run) => playFleet(sequence, run, tally), {
      runs: RUNS,
      seed,
    })
    expect(played).toBe(RUNS)
    console.log(
      `${played} fleets from seed ${seed}: ${tally.taken} writes taken, ${tally.tampered} tampered ones refused`,
    )
    expect(tally.taken).toBeGreaterThan(20) // a fleet of one run writes some 50, and chance is wide
    expect(tally.tampered).toBeGreaterThan(tally.taken)
    expect(tampered.length).toBeGreaterThan(10)
  },
  60_000 + RUNS * 20_000,
)
