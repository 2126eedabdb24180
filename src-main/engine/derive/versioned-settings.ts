// Settings that an organisation has several of, each in versions: schemas of custom fields, external sources. Each version is a
// decision that never changes, and one decision of a fixed id lists them, which every device knows.
// Invariant: versions are counted in the order they were written, so that of two written apart both are there and the later holds.
import { asDecisionId, type DecisionId, type Stamp } from '@shared/model/ids'
import { z } from 'zod'
import type { DecisionDocument } from '../documents/decision'
import { settingId } from '../documents/ids'
import { current } from '../documents/register'
import { stampMoment } from '../documents/stamp'

/** What such settings are called: the one that lists them, and each version. */
export interface SettingKind {
  readonly list: string
  readonly version: string
}

export const CONTACT_SCHEMAS: SettingKind = { list: 'contactSchemas', version: 'contactSchema' }
export const EXTERNAL_SOURCES: SettingKind = { list: 'externalSources', version: 'externalSource' }
export const IMPORT_SETTINGS: SettingKind = { list: 'importSettings', version: 'importSetting' }
export const CSV_MAPPINGS: SettingKind = { list: 'csvMappings', version: 'csvMapping' }
export const SEGMENTS: SettingKind = { list: 'segments', version: 'segment' }

/** The versions that a decision lists. */
export const listedIn = (list: DecisionDocument | undefined): DecisionId[] => (list?.seen ?? []).map(asDecisionId)

/** The id of the decision that lists the settings of a kind. */
export const listIdOf = ({ list }: SettingKind): DecisionId => settingId(list)

export interface SettingVersion {
  /** Of the setting. */
  id: string
  /** Counted from 1. */
  version: number
  at: Stamp
  by: string
  says: unknown
}

/** Which version its writer meant it to be: the one behind those that were known. */
const meant = (says: unknown): number => {
  const { version } = (says ?? {}) as { version?: unknown }
  return typeof version === 'number' ? version : Number.MAX_SAFE_INTEGER
}

/** The versions of each setting that stands, the first one first; by the setting's id. */
export function settingVersions(documents: Iterable<DecisionDocument>): Map<string, SettingVersion[]> {
  const settings = new Map<string, SettingVersion[]>()
  for (const [id, versions] of Map.groupBy(documents, ({ subjects }) => subjects[1] ?? '')) {
    const standing = versions
      .flatMap(({ definition, standing }) => (definition && current(standing)?.v === true ? [definition] : []))
      .sort((a, b) => meant(a.says) - meant(b.says) || (a.at < b.at ? -1 : 1))
    if (standing.length > 0)
      settings.set(
        id,
        standing.map(({ at, by, says }, i) => ({ id, version: i + 1, at, by, says })),
      )
  }
  return settings
}

/** A setting as it is now. */
export type Listed<T> = T & {
  id: string
  /** Counted from 1. */
  version: number
  createdAt: string
  modifiedAt: string
}

/**
 * The settings of a kind that can be read, each in its latest version, the one made first first.
 * @param member what a version says stands under it
 */
export function latestSettings<T extends object>(
  documents: Iterable<DecisionDocument>,
  member: string,
  schema: z.ZodType<T>,
): Listed<T>[] {
  const said = z.object({ version: z.number().int().min(1), [member]: schema })
  const settings = [...settingVersions(documents)].flatMap(([id, versions]) => {
    const readable = versions.flatMap((version) => {
      const { success, data } = said.safeParse(version.says)
      return success ? [{ ...version, value: Reflect.get(data, member) as T }] : []
    })
    const latest = readable.at(-1)
    const at = readable[0]?.at
    if (!latest || !at) return []
    return [
      { ...latest.value, id, version: latest.version, createdAt: stampMoment(at), modifiedAt: stampMoment(latest.at) },
    ]
  })
  return settings.sort((a, b) => (a.id < b.id ? -1 : 1))
}
