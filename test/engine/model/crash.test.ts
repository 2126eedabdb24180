// Kills a device at random moments during commands of every kind and opens its folder again: everything acknowledged is
// there, of the command under way all or nothing, every invariant holds, and the views equal a rebuild.
// `SCV_KILLS=300` is the full run; `SCV_SEED` repeats the commands of one (not the moments of the kills).

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asContactId } from '../../../src-shared/model/ids'
import { start } from '../../storage/durability/children'
import { bundled } from '../../support/bundled'
import { triesOf } from '../../support/depth'
import { openDevice, START } from '../../support/device'
import { seedFromEnvironment } from '../../support/hunt'
import { carryOut } from './commands'
import { checkLedger, type Entry, type Ledger } from './crash/ledger'
import { checkInvariants } from './invariants'

const KILLS = triesOf('SCV_KILLS', 20, 2 / 5)
const SEED = seedFromEnvironment()
/** Kills on one folder before a new one is begun: later opens meet a file with a history, checks stay quick. */
const KILLS_A_FOLDER = 4
let place = ''
let child = ''
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'scv-crash-'))
  child = await bundled('model-child')
}, 120_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

interface Tally {
  kills: number
  acknowledged: number
  whole: number
  early: number
  kinds: Map<string, number>
}

/** One life of the device. @returns what the next one must find */
async function live(folder: string, ledger: Ledger, delayMs: number | undefined, tally: Tally): Promise<Ledger> {
  const ledgerFile = join(place, 'ledger.json')
  writeFileSync(ledgerFile, JSON.stringify(ledger))
  const device = start(child, folder, ledgerFile, ...(delayMs === undefined ? ['check'] : []))
  if (delayMs === undefined) await device.gone
  else {
    // Most die among their commands, some while they open, catch up or rebuild.
    if (Math.random() < 0.85) await Promise.race([device.says('done'), device.gone])
    await new Promise((done) => setTimeout(done, delayMs))
    await device.kill()
    tally.kills += 1
  }
  const fault = device.lines.find((line) => line.startsWith('fault '))
  if (fault) throw new Error(`SCV_SEED=${SEED}: ${JSON.parse(fault.slice(6))}`)
  const sound = device.lines.find((line) => line.startsWith('sound '))
  if (!sound) {
    if (delayMs === undefined) throw new Error(`the check ended without a word: ${device.lines.at(-1) ?? ''}`)
    tally.early += 1
    return ledger
  }
  const kept = JSON.parse(sound.slice(6)) as Entry | null
  const next: Ledger = { entries: [...ledger.entries, ...(kept ? [kept] : [])], now: ledger.now, seed: ledger.seed + 1 }
  if (kept) tally.whole += 1
  for (const line of device.lines) {
    if (line.startsWith('begin ')) {
      next.pending = JSON.parse(line.slice(6)) as NonNullable<Ledger['pending']>
      next.now = next.pending.now
    } else if (line.startsWith('done ') && next.pending) {
      const { command, now } = next.pending
      next.entries.push({ command, now, outcome: JSON.parse(line.slice(5)) as Entry['outcome'] })
      tally.kinds.set(command.kind, (tally.kinds.get(command.kind) ?? 0) + 1)
      tally.acknowledged += 1
      delete next.pending
    }
  }
  return next
}

test('the check notices what is lost, and half a command', async () => {
  const device = await openDevice()
  const typed = { fields: { firstName: 'Alexis', workPhone: '+61421856397' } }
  const now = device.time.now
  const create = { kind: 'create', typed } as const
  const outcome = await carryOut(device.engine, create)
  const ledger: Ledger = { entries: [{ command: create, outcome, now }], now, seed: 1 }
  await expect(checkLedger(device, ledger)).resolves.toBeUndefined()
  await expect(checkLedger(device, { ...ledger, entries: [] })).rejects.toThrow()
  await expect(
    checkLedger(device, { ...ledger, entries: [], pending: { command: create, now } }),
  ).resolves.toMatchObject({
    outcome,
  })
  const lost = { command: create, outcome: { ...outcome, id: 'lost' }, now }
  await expect(checkLedger(device, { ...ledger, entries: [...ledger.entries, lost] })).rejects.toThrow()

  // A contact without its claims, of whom the audit trail does not know, is half a create.
  const other = { ...create, typed: { fields: { firstName: 'Dmitri', workPhone: '+61430000111' } } }
  const [contact] = (await device.store.get('contacts', [asContactId(outcome.id ?? '')])).values()
  if (!contact) throw new Error('no contact')
  const { alone: _, ...created } = contact.created
  const half = {
    ...contact,
    id: asContactId('half'),
    created,
    fields: { firstName: [{ v: 'Dmitri', t: contact.created.at, b: 'ann' }] },
  }
  await device.store.commit([{ kind: 'contacts', previous: undefined, next: half }])
  await device.views.settle()
  await expect(checkLedger(device, { ...ledger, pending: { command: other, now } })).rejects.toThrow('Half a command')
  await expect(checkInvariants(device)).rejects.toThrow('in the trail')
  await device.close()
})

test(
  `nothing acknowledged is lost and nothing is done by half: ${KILLS} kills`,
  async () => {
    const tally: Tally = { kills: 0, acknowledged: 0, whole: 0, early: 0, kinds: new Map() }
    for (let folders = 0; tally.kills < KILLS; folders += 1) {
      const folder = join(place, `device-${folders}`)
      let ledger: Ledger = { entries: [], now: START, seed: SEED + folders * 1000 }
      for (let i = 0; i < KILLS_A_FOLDER && tally.kills < KILLS; i += 1)
        ledger = await live(folder, ledger, Math.random() * 400, tally)
      await live(folder, ledger, undefined, tally)
      if (existsSync(folder)) rmSync(folder, { recursive: true })
    }
    const kinds = [...tally.kinds].map(([kind, n]) => `${kind} ${n}`).join(', ')
    console.log(
      `${tally.kills} kills (${tally.early} before the device was ready), ${tally.acknowledged} commands acknowledged ` +
        `(${kinds}); the command under way was there whole ${tally.whole} times`,
    )
    expect(tally.acknowledged).toBeGreaterThan(0)
  },
  KILLS * 20_000 + 60_000,
)
