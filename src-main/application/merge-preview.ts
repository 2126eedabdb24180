// What a merge would give, as both doors show it: the people side by side, the result, and where each value comes from.
// Invariant: writes nothing, and shows people to those alone who may merge and view them.

import type { MergeField, MergePreview } from '@shared/contract/merging'
import { MERGE_SET_MAX } from '@shared/model/limits'
import type { Engine } from '../engine'
import type { MergePreview as EnginePreview, MergeRequest } from '../engine/commands/merging'
import { sameJson } from '../engine/documents/canonical-json'
import { segmentOfKey } from '../engine/documents/fields'
import { stampMoment } from '../engine/documents/stamp'
import { requirePermission } from '../engine/permissions'
import type { Caller, PermittedQueries } from './caller'

/** @throws ScvError `forbidden` without `identity:merge` and `contact:view`, and what the merge itself would be refused for */
export async function mergePreview(engine: Engine, caller: Caller, request: MergeRequest): Promise<MergePreview> {
  requirePermission(caller.actor(), 'externalContacts:contact:view')
  return previewView(await engine.merges.preview(caller.actor(), request), caller.queries)
}

type Known = Pick<PermittedQueries, 'lines' | 'identifiersOf'>

function previewView({ people, plan, ...facts }: EnginePreview, known: Known): MergePreview {
  const all = new Set([...plan.values.keys(), ...people.flatMap((person) => [...person.values.keys()])])
  const keys = [...all].filter((key) => segmentOfKey(key) === undefined).sort()
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
    people: people.map(({ id, members, displayName, type, fields: own, createdAt, lastActivity }) => ({
      detail: '',
      lastSeen: lastActivity > 0 ? new Date(lastActivity).toISOString() : null,
      interactions: 0,
      ...known.lines([id])[0],
      id,
      displayName,
      type,
      records: members.length,
      fields: own,
      createdAt: stampMoment(createdAt),
      identifiers: known.identifiersOf(members),
    })),
    fields,
    result: { displayName: plan.displayName, type: plan.type, fields: plan.fields },
    losing: plan.losing.map(({ key, value, from }) => ({ field: key, value, from })),
    identifiers: facts.identifiers,
    interactions: facts.interactions,
    settledDisputes: facts.settles.length,
    setSize: facts.setSize,
    setSizeMax: MERGE_SET_MAX,
    likeness: facts.likeness,
  }
}
