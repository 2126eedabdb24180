// The merging part of the contract, carried out by the engine.
import type { MergeField, MergePreview, mergeContract } from '@shared/contract/merging'
import type { Handlers } from '@shared/ipc/contract'
import { type MergePreview as EnginePreview, MERGE_SET_MAX } from '../engine/commands/merging'
import { sameJson } from '../engine/documents/canonical-json'
import { stampMoment } from '../engine/documents/stamp'
import type { AppContext } from '.'
import { follow } from './follow'

export function mergeHandlers({ engine, actor }: AppContext): Handlers<typeof mergeContract> {
  const queries = engine.queriesFor(actor)
  return {
    'merges.preview': (request) =>
      follow(
        engine.changes$,
        ({ kinds }) => kinds.has('contacts') || kinds.has('merges') || kinds.has('identifiers'),
        async () => previewView(await engine.merges.preview(actor(), request), queries),
      ),
    'merges.merge': ({ reason, ...request }) =>
      engine.merges.merge(actor(), { ...request, ...(reason ? { reason } : {}) }),
    'merges.editsSince': async ({ mergeId }) =>
      (await engine.merges.editsSince(actor(), mergeId)).map(({ key, value, at, by }) => ({
        field: key,
        value,
        at: stampMoment(at),
        by,
      })),
    'merges.records': ({ contactIds }) =>
      contactIds.map((id) => ({ ...queries.recordRef(id), identifiers: queries.identifiersOf([id]) })),
    'merges.undo': async ({ mergeId, assignments, reason }) =>
      (await engine.merges.undo(actor(), mergeId, assignments, reason)).map(queries.refOf),
    'merges.cannotLink': async ({ a, b, standing, reason }) => {
      await engine.merges.cannotLink(actor(), a, b, standing, reason)
      return {}
    },
  }
}

type Known = Pick<ReturnType<AppContext['engine']['queriesFor']>, 'interactionsOf' | 'identifiersOf'>

export function previewView({ people, plan, ...facts }: EnginePreview, known: Known): MergePreview {
  const keys = [...new Set([...plan.values.keys(), ...people.flatMap((person) => [...person.values.keys()])])].sort()
  const fields = keys.map((key): MergeField => {
    const planned = plan.values.get(key)
    const values = people.flatMap((person) => {
      const value = person.values.get(key)?.v ?? null
      return value === null ? [] : [[person.id, value] as const]
    })
    return {
      field: key,
      values: Object.fromEntries(values),
      from: planned && planned.value !== null ? planned.from : null,
      ...(planned?.movedFrom === undefined ? {} : { movedFrom: planned.movedFrom }),
      differs: values.some(([, value]) => !sameJson(value, values[0]?.[1])),
    }
  })
  return {
    people: people.map(({ id, members, displayName, type, fields: own, createdAt }) => ({
      id,
      displayName,
      type,
      fields: own,
      createdAt: stampMoment(createdAt),
      identifiers: known.identifiersOf(members),
      interactions: known.interactionsOf(id),
    })),
    fields,
    result: { displayName: plan.displayName, type: plan.type, fields: plan.fields },
    losing: plan.losing.map(({ key, value, from }) => ({ field: key, value, from })),
    identifiers: facts.identifiers,
    interactions: facts.interactions,
    settledDisputes: facts.settles.length,
    setSize: facts.setSize,
    setSizeMax: MERGE_SET_MAX,
  }
}
