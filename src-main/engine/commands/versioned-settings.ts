// Writing settings that the organisation has several of: a further version of one, or all of one taken back.
// Invariant: a version and its place in the list are written together.
import { listedIn, listIdOf, type SettingKind } from '../derive/versioned-settings'
import { type DecisionDocument, joinSeen } from '../documents/decision'
import { decisionId, newSettingId } from '../documents/ids'
import type { JSONValue } from '../documents/json'
import { write } from '../documents/register'
import type { UnitOfWork } from '../unit-of-work'

/** All versions of all settings of a kind. */
export async function settingsIn(work: UnitOfWork, kind: SettingKind): Promise<DecisionDocument[]> {
  const list = await work.get('decisions', listIdOf(kind))
  return [...(await work.load('decisions', listedIn(list))).values()]
}

/** @param says with the `version` it is meant to be */
export async function writeSetting(work: UnitOfWork, kind: SettingKind, id: string, says: JSONValue): Promise<void> {
  const subjects = [kind.version, id, newSettingId(work.stamp)]
  const document: DecisionDocument = {
    id: decisionId('setting', subjects),
    kind: 'setting',
    subjects,
    standing: write(undefined, true, work.stamp, work.by),
    definition: { at: work.stamp, by: work.by, says },
  }
  const list = await work.get('decisions', listIdOf(kind))
  work.put('decisions', document)
  work.put('decisions', {
    ...(list ?? { id: listIdOf(kind), kind: 'setting' as const, subjects: [kind.list] }),
    standing: list?.standing ?? write(undefined, true, work.stamp, work.by),
    seen: joinSeen(list?.seen, [document.id]),
  })
}

/** Takes a setting back with all its versions, or puts it back as it was. */
export async function standSetting(work: UnitOfWork, kind: SettingKind, id: string, stands: boolean): Promise<void> {
  for (const document of await settingsIn(work, kind))
    if (document.subjects[1] === id)
      work.put('decisions', { ...document, standing: write(document.standing, stands, work.stamp, work.by) })
}
