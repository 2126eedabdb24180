// Devices that know the same, go apart, and meet again: for tests of what the rules make of it and what is left to decide.
import { expect } from 'vitest'
import { ITEM_KINDS } from '../../src-main/engine/derive/open-items'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import { identifierId } from '../../src-main/engine/documents/ids'
import { owner } from '../../src-main/engine/permissions'
import type { ReconcileView } from '../../src-main/engine/reconcile'
import type { Decision, ReconcileItem } from '../../src-shared/contract/reconcile'
import { type MemoryDevice, openDevice, START } from './device'
import { ann } from './engine'
import { drawFrom, exchange } from './exchange'

export const bob = owner('bob')
const MINUTE = 60_000

/** How far the clock of the second device is off, and in which order documents travel. */
export const VARIANTS = [
  { name: 'the second clock ahead', skew: 7 * MINUTE, seed: 1 },
  { name: 'the second clock behind', skew: -7 * MINUTE, seed: 2 },
] as const

export interface Meeting {
  devices: readonly MemoryDevice[]
  here: MemoryDevice
  there: MemoryDevice
  /** Everything travels everywhere; then all devices hold, show and list the same. */
  meet(): Promise<void>
  /** What is open, as the first device shows it: the same on all, once they have met. */
  open(): Promise<ReconcileView[]>
  /** The only open item, which must be of this kind. */
  only(kind: ReconcileItem['kind']): Promise<ReconcileView>
  /** Decides on one device, and sees that nothing is open on any device when they have met. */
  settle(device: MemoryDevice, item: ReconcileView, decision: Decision, target?: string): Promise<string>
}

export async function openMeeting(skew: number, seed: number, count = 2): Promise<Meeting> {
  const devices: MemoryDevice[] = []
  for (let i = 0; i < count; i += 1) {
    const device = await openDevice(`device000${i}`)
    device.time.now = START + i * skew
    devices.push(device)
  }
  const draw = drawFrom(seed)
  const [here, there] = devices as [MemoryDevice, MemoryDevice]
  const meeting: Meeting = {
    devices,
    here,
    there,
    async meet() {
      await exchange(devices, draw)
      for (const device of devices) device.time.now += MINUTE
      const [first, ...others] = await Promise.all(devices.map(shown))
      for (const other of others) expect(other).toEqual(first)
    },
    open: () => itemsOf(here),
    async only(kind) {
      const items = await itemsOf(here)
      expect(items.map((item) => item.kind)).toEqual([kind])
      return items[0] as ReconcileView
    },
    async settle(device, item, decision, target) {
      const decided = { id: item.id, decision, ...(target === undefined ? {} : { target }), reason: 'looked at it' }
      const { contactId } = await device.engine.reconcile.decide(bob, decided)
      await meeting.meet()
      for (const one of devices) expect(await itemsOf(one)).toEqual([])
      return contactId
    },
  }
  return meeting
}

/** Open items of a device, newest first. */
export async function itemsOf({ engine }: MemoryDevice): Promise<ReconcileView[]> {
  const { items } = engine.queries.reconcileRows(undefined, 0, 1000)
  return Promise.all(items.map((row) => engine.queries.reconcileItem(row.id)))
}

async function shown(device: MemoryDevice) {
  const lines: string[] = []
  for await (const line of device.engine.queries.exportLines()) lines.push(line)
  const items = await itemsOf(device)
  const counts = device.engine.queries.reconcileCounts()
  expect(Object.entries(counts).filter(([, n]) => n > 0)).toEqual(countsOf(items))
  return { lines, items: items.map(canonicalJson), counts }
}

/** Items by kind, counted one by one, in the order of the kinds. */
const countsOf = (items: readonly ReconcileView[]) =>
  ITEM_KINDS.map((kind) => [kind, items.filter((item) => item.kind === kind).length] as const).filter(([, n]) => n > 0)

/** Which decisions an item offers, with what each says it will do. */
export const effectsOf = (item: ReconcileView): Record<string, string> =>
  Object.fromEntries(
    item.decisions.map(({ decision, target, effect }) => [target ? `${decision} ${target}` : decision, effect]),
  )

/** Who did what on either side, and whether it stands. */
export const sidesOf = (item: ReconcileView) =>
  item.sides.map(({ did, text, by, device, stands, person }) => ({
    did,
    text,
    by,
    device,
    stands,
    ...(person ? { person: person.displayName } : {}),
  }))

export const holderOf = ({ views }: MemoryDevice, phone: string): string | undefined =>
  views.claimsOn(identifierId({ type: 'Phone', value: phone }))[0]?.person.id

/** A call from a number, now: the contact it was tied to. */
export async function callFrom({ engine, time }: MemoryDevice, phone: string, actor = ann): Promise<string> {
  const { contactId } = await engine.interactions.record(actor, {
    channel: 'voice',
    startedAt: new Date(time.now).toISOString(),
    identifiers: [{ type: 'Phone', value: phone }],
  })
  return contactId
}
