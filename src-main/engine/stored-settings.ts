// Settings that the organisation has several of, as the store has them: what no command is at work on.
import { listedIn, listIdOf, type SettingKind } from './derive/versioned-settings'
import type { DecisionDocument } from './documents/decision'
import type { DocumentStore } from './ports'

/** All versions of all settings of a kind. */
export async function storedSettings(
  store: Pick<DocumentStore, 'get'>,
  kind: SettingKind,
): Promise<Iterable<DecisionDocument>> {
  const id = listIdOf(kind)
  const list = (await store.get('decisions', [id])).get(id)
  return (await store.get('decisions', listedIn(list))).values()
}
