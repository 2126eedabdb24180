// A merge can be looked at without a trace, and taken back without one: whatever came before, undo(merge(x)) leaves the
// former contacts with their fields, history, claims, notes and interactions as they were.

import { ScvError } from '@shared/errors'
import { identifierId } from '../../../src-main/engine/documents/ids'
import { asContactId } from '../../../src-shared/model/ids'
import type { Device } from '../../support/device'
import { ann } from '../../support/engine'
import type { Draw } from '../../support/exchange'
import { same } from '../../support/same'
import { IDENTIFIERS, keyOf } from './universe'

/** Everything shown of some people and of the identifiers around them, but the list of their merges. */
async function portrait({ engine, views }: Device, ids: readonly string[]) {
  const pages = await Promise.all(ids.map((id) => engine.queries.person(asContactId(id))))
  return {
    pages: pages.map(({ merges: _merges, ...page }) => page),
    claims: IDENTIFIERS.map((one) => [
      keyOf(one),
      views.claimsOn(identifierId(one)).map((c) => [c.contactId, c.since]),
    ]),
    journeys: await Promise.all(
      ids.map(async (id) => (await engine.queries.journey(asContactId(id), {}, 0, 1000)).items.map((item) => item.id)),
    ),
    recent: new Set(engine.queries.recent(1000).map((one) => one.id)),
  }
}

async function exportOf({ engine }: Device): Promise<string[]> {
  const lines: string[] = []
  for await (const line of engine.queries.exportLines()) lines.push(line)
  return lines
}

/** @returns whether there were people who may be merged */
export async function checkReversible(device: Device, ids: readonly string[], draw: Draw): Promise<boolean> {
  const { engine, views } = device
  const people = [
    ...new Set(
      ids
        .flatMap((id) => views.personRow(asContactId(id)) ?? [])
        .filter((row) => row.status === 'active')
        .map((row) => row.id),
    ),
  ]
  const contactIds = people.filter(() => draw(people.length) < 3).slice(0, 5)
  if (contactIds.length < 2) return false
  const before = await portrait(device, contactIds)
  const stored = await exportOf(device)
  try {
    const preview = await engine.merges.preview(ann, { contactIds })
    same(await exportOf(device), stored, 'a preview writes nothing')
    const { contactId, mergeId } = await engine.merges.merge(ann, { contactIds })
    const { fields, displayName } = await engine.queries.person(contactId)
    same({ fields, displayName }, { fields: preview.plan.fields, displayName: preview.plan.displayName }, 'preview')
    await engine.merges.undo(ann, mergeId)
    same(await portrait(device, contactIds), before, 'merged and taken back')
    return true
  } catch (error) {
    if (!(error instanceof ScvError) || !['merge_forbidden_pair', 'merge_set_too_large'].includes(error.code))
      throw error
    same(await exportOf(device), stored, 'a refused merge writes nothing')
    return false
  }
}
