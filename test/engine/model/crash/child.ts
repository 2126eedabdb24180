// A device that will be killed. Opens the folder, checks what the last crash left, then carries out random commands and
// tells of each before and after, until it dies. Usage: child FOLDER LEDGER [check]
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { say } from '../../../storage/durability/say'
import { openRealDevice } from '../../../support/real-device'
import { type Command, carryOut, draft, emptyWorld, pointAt, remember } from '../commands'
import { drawDecision } from '../deciding'
import { checkInvariants } from '../invariants'
import { checkLedger, type Ledger } from './ledger'

const [folder = '', ledgerFile = '', only] = process.argv.slice(2)
const ledger = JSON.parse(readFileSync(ledgerFile, 'utf8')) as Ledger

/** One row at a time, so that what became of a row can be told after a crash. */
const oneRow = (command: Command): Command =>
  command.kind === 'import' ? { ...command, rows: command.rows.slice(0, 1) } : command

async function main(): Promise<void> {
  const device = await openRealDevice(folder, ledger.now)
  const kept = await checkLedger(device, ledger)
  await checkInvariants(device)
  const entries = kept ? [...ledger.entries, kept] : ledger.entries
  say(`sound ${JSON.stringify(kept ?? null)}`)
  if (only === 'check') return

  const world = emptyWorld()
  const drafts = fc.sample(fc.noBias(draft), { seed: ledger.seed, numRuns: 2000 })
  for (const [i, { command, outcome }] of entries.entries()) {
    const place = drafts[i % drafts.length]?.place ?? i
    remember(world, { pauseMs: 0, place, draw: { kind: 'retention' } }, command, outcome)
  }
  for (const one of drafts) {
    device.time.now += one.pauseMs
    const drawn = pointAt(one, world, device.time.now)
    if (!drawn) continue
    const command = oneRow(drawn)
    const decided =
      command.kind === 'decide' ? (await drawDecision(device.engine, command.item, command.choice))?.decided : undefined
    say(`begin ${JSON.stringify({ command, now: device.time.now, decided })}`)
    if (command.kind === 'restart') await device.restart()
    const outcome = await carryOut(device.engine, command)
    say(`done ${JSON.stringify(outcome)}`)
    remember(world, one, command, outcome)
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    say(`fault ${JSON.stringify(error instanceof Error ? (error.stack ?? error.message) : String(error))}`)
    process.exit(1)
  },
)
