// What taking a person apart would give, and taking that back, as both doors show it.
// Invariant: writes nothing, and shows people to those alone who may do it and view them.
import type { RejoinPreview, SplitPreview } from '@shared/contract/splitting'
import { displayNameOf } from '@shared/model/contact'
import { displayIdentifier } from '@shared/model/display'
import type { ContactId } from '@shared/model/ids'
import type { Engine } from '../engine'
import type { SplitRequest } from '../engine/commands/splitting'
import type { Person } from '../engine/derive/person'
import type { KnownThing } from '../engine/derive/split-things'
import { fieldsOf } from '../engine/documents/fields'
import { current, writerOf } from '../engine/documents/register'
import { stampMoment } from '../engine/documents/stamp'
import { interactionView } from '../engine/queries/journey'
import type { Caller } from './caller'

const moment = (ms: number): string => new Date(ms).toISOString()
const shown = ({ displayName, type, fields }: Person) => ({ displayName, type, fields })

/** @throws ScvError `forbidden`, and what the split itself would be refused for */
export async function splitPreview(engine: Engine, caller: Caller, request: SplitRequest): Promise<SplitPreview> {
  const { person, things, sides, earlier, result } = await engine.splits.splitPreview(caller.actor(), request)
  const placed = (one: KnownThing) => ({ id: one.id, side: sides.get(one.id) ?? ('stays' as const) })
  const interactions = things.filter((one) => one.kind === 'interaction').reverse()
  const came = new Map<string, number>()
  for (const { identifiers } of interactions) for (const id of identifiers) came.set(id, (came.get(id) ?? 0) + 1)
  return {
    person: lineOf(caller, person.id),
    identifiers: things.flatMap((one) => {
      if (one.kind !== 'identifier') return []
      const { type, value, source } = one.identifier
      return {
        ...placed(one),
        type,
        value,
        ...(source === undefined ? {} : { source }),
        display: displayIdentifier(one.identifier),
        claimedAt: moment(one.at),
        claimedBy: one.by,
        interactions: came.get(one.identifierId) ?? 0,
      }
    }),
    values: things.flatMap((one) =>
      one.kind === 'value'
        ? {
            ...placed(one),
            field: one.key,
            value: one.entry.v,
            at: stampMoment(one.entry.t),
            by: writerOf(one.entry),
            current: one.isCurrent,
          }
        : [],
    ),
    notes: things.flatMap((one) =>
      one.kind === 'note'
        ? {
            ...placed(one),
            noteId: one.note.id,
            text: current(one.note.text)?.v ?? '',
            at: stampMoment(one.note.created.at),
            by: one.note.created.by,
          }
        : [],
    ),
    interactions: interactions.map((one) => ({ ...placed(one), interaction: interactionView(one.interaction) })),
    earlier,
    result: result ? { stays: shown(result.stays), moves: shown(result.moves) } : null,
  }
}

function lineOf({ queries }: Caller, id: ContactId) {
  const [line] = queries.lines([id])
  if (!line) throw new Error('a person who was just found has no line')
  return line
}

/** @param contactId the contact that was taken out @throws ScvError `forbidden`, and what undoing would be refused for */
export async function rejoinPreview(
  engine: Engine,
  caller: Caller,
  contactId: ContactId,
  choices: Readonly<Record<string, ContactId>>,
): Promise<RejoinPreview> {
  const { people, plan, edits } = await engine.splits.rejoinPreview(caller.actor(), contactId, choices)
  const fields = fieldsOf([...plan.values].map(([key, { value }]) => [key, value]))
  return {
    people: people.map(({ id }) => lineOf(caller, id)),
    result: { displayName: displayNameOf(fields), type: plan.type, fields },
    edits: edits.map(({ key, at, ...edit }) => ({ ...edit, field: key, at: stampMoment(at) })),
  }
}
