// From settings of an organisation to what the import desk is told of one file: which column goes where, and by what people are
// found.
// Invariant: a column that the settings do not name is left out; one that they name and the file does not have is refused.
import { ScvError } from '@shared/errors'
import type { ExternalSource } from '@shared/model/external-source'
import type { ImportFile, ImportOptions } from '@shared/model/import'
import type { CsvMapping, ImportSettings } from '@shared/model/import-settings'
import type { Caller } from './caller'

/** What the desk is told. */
export interface ImportRecipe {
  columns: { header: string; target: string }[]
  options: ImportOptions
}

type Queries = Pick<Caller['queries'], 'csvMappings' | 'importSettings'>

/** A path without its root and places in lists: `$.externalIds[0].value` is `externalIds.value`. */
const plainPath = (path: string): string =>
  path
    .trim()
    .replace(/^\$\.?/, '')
    .replace(/\[\s*(?:'([^']*)'|"([^"]*)")\s*\]/g, (_, one?: string, other?: string) => `.${one ?? other ?? ''}`)
    .replace(/\[\d*\]/g, '')
    .replace(/^\./, '')

/** Members of the reference's contact that one column fills, by the field of ours; other paths are targets as they stand. */
const PATHS: readonly [RegExp, string][] = [
  [/^((?:work|cell|home|other)Phone)(?:\.(?:display|userInput|e164))?$/, '$1'],
  [/^whatsAppId(?:\.phoneNumber(?:\.(?:display|userInput|e164))?)?$/, 'whatsAppId'],
  [/^externalOrganization(?:\.name)?$/, 'externalOrganization.name'],
  [/^twitterId(?:\.screenName)?$/, 'twitterId'],
  [/^facebookId(?:\.ids(?:\.scopedId)?)?$/, 'facebookId'],
  [/^instagramId(?:\.handle)?$/, 'instagramId'],
  [/^lineId(?:\.ids(?:\.userId)?)?$/, 'lineId'],
  [/^appleOpaqueIds(?:\.value)?$/, 'appleOpaqueId'],
  [/^externalIds(?:\.value)?$/, 'recordId'],
]
const CUSTOM = 'customFields.'

/** The target of a path: a typed field if the organisation has one of the name, else a custom field under it. */
function targetOfPath(path: string, targets: ReadonlySet<string>): string | undefined {
  const plain = plainPath(path)
  if (plain.startsWith(CUSTOM) && plain.length > CUSTOM.length) {
    const name = plain.slice(CUSTOM.length)
    return [...targets].find((target) => target.startsWith('field/') && target.endsWith(`/${name}`)) ?? `custom/${name}`
  }
  for (const [pattern, target] of PATHS) if (pattern.test(plain)) return plain.replace(pattern, target)
  return targets.has(plain) ? plain : undefined
}

/** Whether the settings take a field: those that are listed as included, else all but those that are listed as not. */
function isTaken(path: string, { fields }: Pick<ImportSettings, 'fields'>): boolean {
  const plain = plainPath(path)
  const names = (isIncluded: boolean) =>
    fields.filter((one) => one.isIncluded === isIncluded).map(({ name }) => plainPath(name))
  const within = (all: readonly string[]) => all.some((name) => plain === name || plain.startsWith(`${name}.`))
  const included = names(true)
  return (included.length === 0 || within(included)) && !within(names(false))
}

/** Targets that take as many columns as there are. */
const TAKING_MANY: ReadonlySet<string> = new Set(['skip', 'label', 'note', 'tags', 'phone', 'email', 'custom'])

/**
 * Whether an import could follow a mapping.
 * @param targets all that a column can go to
 * @throws ScvError `invalid_input` for a path that is no field, and for two columns of which only one would get into theirs
 */
export function checkCsvMapping(entries: CsvMapping['entries'], targets: ReadonlySet<string>): void {
  const taken = new Map<string, string>()
  entries.forEach(({ header, path }, i) => {
    const field = `mappings.${i}.targetField`
    const target = targetOfPath(path, targets)
    if (target === undefined)
      throw new ScvError('invalid_input', `There is no field “${path}” to put “${header}” in.`, { field })
    const other = taken.get(target)
    if (other !== undefined && !TAKING_MANY.has(target))
      throw new ScvError('invalid_input', `“${other}” goes to this field already, and it takes one column.`, { field })
    taken.set(target, header)
  })
}

/** @throws ScvError `invalid_input` for a path that is no field, or a column that is not there */
function columnsOf(
  { entries }: CsvMapping,
  settings: ImportSettings | undefined,
  file: ImportFile,
): ImportRecipe['columns'] {
  const targets = new Set(file.targets.map(({ target }) => target))
  const wanted = new Map<string, string>()
  for (const { header, path } of entries) {
    const target = targetOfPath(path, targets)
    if (target === undefined)
      throw new ScvError('invalid_input', `There is no field “${path}” to put “${header}” in.`, { field: 'mappings' })
    if (!file.columns.some((column) => column.header.toLowerCase() === header.trim().toLowerCase()))
      throw new ScvError('invalid_input', `The file has no column “${header}”.`, { field: 'mappings' })
    wanted.set(header.trim().toLowerCase(), !settings || isTaken(path, settings) ? target : 'skip')
  }
  return file.columns.map(({ header }) => ({ header, target: wanted.get(header.toLowerCase()) ?? 'skip' }))
}

/** The mapping with the settings it is for. @returns what it makes of a file @throws ScvError `not_found` */
export async function readRecipe(
  queries: Queries,
  sources: () => Promise<ExternalSource[]>,
  mappingId: string,
): Promise<(file: ImportFile) => ImportRecipe> {
  const mapping = (await queries.csvMappings()).find(({ id }) => id === mappingId)
  if (!mapping) throw new ScvError('not_found', 'There are no CSV settings with this id.', { field: 'settingsId' })
  const settings = (await queries.importSettings()).find(({ id }) => id === mapping.settingsId)
  if (mapping.settingsId !== undefined && !settings)
    throw new ScvError('not_found', 'The import settings that these are for were taken back.', {
      field: 'externalSettingsId',
    })
  const source = settings && (await sources()).find(({ id }) => id === settings.externalSourceId)
  return (file) => ({
    columns: columnsOf(mapping, settings, file),
    options: {
      onMatch: 'overwrite',
      ...(settings && settings.matchedBy.length > 0 ? { matchedBy: settings.matchedBy } : {}),
      ...(settings
        ? { source: { id: settings.externalSourceId, name: source?.name ?? settings.externalSourceId } }
        : {}),
    },
  })
}
