// What a crashed device must still know: the commands it acknowledged, replayed on the model.
import type { Device } from '../../../support/device'
import { same } from '../../../support/same'
import type { Command, Outcome } from '../commands'
import { compareAll } from '../compare'
import type { Decided } from '../deciding'
import { DomainModel } from '../domain-model'
import { contentOf } from '../invariants'

/** A command that was acknowledged, and when it ran by the device's clock. */
export interface Entry {
  command: Command
  outcome: Outcome
  now: number
}

interface Pending {
  command: Command
  now: number
  /** What was decided about what was open. */
  decided?: Decided
}

/** What the parent hands to the child that opens a folder next. */
export interface Ledger {
  entries: Entry[]
  /** The command that was under way when the device died. */
  pending?: Pending
  now: number
  seed: number
}

function replay(entries: readonly Entry[]): DomainModel {
  const model = new DomainModel()
  for (const { command, outcome, now } of entries) {
    model.now = now
    const { ids: _ids, ...expected } = model.apply(command, outcome)
    const { ids: _made, ...got } = outcome
    same(got, expected, command.kind)
  }
  return model
}

/** What a command must have come to, told from what is there and was not. */
async function outcomeOf(device: Device, model: DomainModel, { command, decided }: Pending): Promise<Outcome> {
  const { contacts, merges, interactions } = await contentOf(device.store)
  const [id] = [...contacts.keys()].filter((one) => !model.contacts.has(one))
  const [merge] = [...merges.values()].filter((one) => !model.merges.some((known) => known.id === one.id))
  const [interaction] = [...interactions.keys()].filter((one) => !model.interactions.some((known) => known.id === one))
  const made = id === undefined ? {} : { id }
  if (command.kind === 'mergeAll') {
    const all = [...merges.values()].filter((one) => !model.merges.some((known) => known.id === one.id))
    const inOrder = all.sort((a, b) => (a.id < b.id ? -1 : 1))
    return { merged: inOrder.map(({ id: mergeId, result, inputs }) => ({ id: result, mergeId, ids: [...inputs] })) }
  }
  return {
    ...made,
    ...(decided ? { decided } : {}),
    ...(merge ? { mergeId: merge.id, ids: merge.inputs } : {}),
    ...(interaction === undefined ? {} : { ids: [interaction] }),
    ...(command.kind === 'import' ? { rows: [{ verdict: '', created: true, disputes: 0, ...made }] } : {}),
  }
}

/**
 * The device shows what its acknowledged commands come to, and of the one under way all or nothing.
 * @returns the entry of the command under way if it was carried out
 * @throws Error with the difference otherwise
 */
export async function checkLedger(device: Device, { entries, pending }: Ledger): Promise<Entry | undefined> {
  const model = replay(entries)
  if (!pending) {
    await compareAll(device, model)
    return undefined
  }
  const given = await outcomeOf(device, model, pending)
  let nothing: unknown
  try {
    await compareAll(device, model)
    return undefined
  } catch (error) {
    nothing = error
  }
  const whole = replay(entries)
  whole.now = pending.now
  const outcome = whole.apply(pending.command, given)
  try {
    await compareAll(device, whole)
  } catch (error) {
    const texts = [nothing, error].map((one) => (one instanceof Error ? one.message : String(one)))
    throw new Error(
      `Half a command: ${JSON.stringify(pending.command)}\nif not done: ${texts[0]}\nif done: ${texts[1]}`,
    )
  }
  return { command: pending.command, outcome, now: pending.now }
}
