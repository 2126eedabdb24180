// What an import says about a file and its rows, in words.
import type { ImportCounts, ImportFormat, ImportPreviewRow, ImportReportLine } from '@shared/model/import'
import { formatNumber } from './locale'

export const FORMAT_WORDS: Readonly<Record<ImportFormat, string>> = {
  google: 'Google Contacts export',
  outlook: 'Outlook export',
  salesforce: 'Salesforce export',
  hubspot: 'HubSpot export',
  zoho: 'Zoho CRM export',
  linkedin: 'LinkedIn connections',
  thunderbird: 'Thunderbird address book',
  template: 'Contact import template',
  vcard: 'vCard file',
  custom: 'Table with its own headings',
}

/** What a separator is called, e.g. `;` → `semicolon`. */
export function separatorWords(separator: string): string {
  const names: Readonly<Record<string, string>> = {
    ',': 'commas',
    ';': 'semicolons',
    '\t': 'tabs',
    '|': 'vertical bars',
    ' ': 'spaces',
  }
  return names[separator] ?? `“${separator}”`
}

export const VERDICT_WORDS: Readonly<Record<ImportPreviewRow['verdict'], string>> = {
  create: 'New',
  update: 'Update',
  unchanged: 'No change',
  reject: 'Left out',
}

export const REPORT_KIND_WORDS: Readonly<Record<ImportReportLine['kind'], string>> = {
  rejected: 'Left out',
  warning: 'Imported in part',
  dispute: 'Someone else’s number',
  info: 'About the file',
}

const rows = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'person' : 'people'}`

/** What the button that starts an import says after a dry run. */
export function runLabel(counts: ImportCounts): string {
  const touched = counts.creates + counts.updates
  return touched === 0 ? 'Nothing to import' : `Import ${rows(touched)}`
}

/** One sentence on how an import went, or would go; what happened to no row is left out. */
export function countsSentence({ creates, updates, unchanged, rejects }: ImportCounts, dryRun: boolean): string {
  const happened = (
    [
      [creates, 'added'],
      [updates, 'updated'],
      [unchanged, 'unchanged'],
      [rejects, 'left out'],
    ] as const
  ).filter(([count]) => count > 0)
  const verb = (count: number): string => (dryRun ? 'would be' : count === 1 ? 'was' : 'were')
  const parts = happened.map(([count, what], at) =>
    at === 0 ? `${rows(count)} ${verb(count)} ${what}` : `${formatNumber(count)} ${what}`,
  )
  return parts.length === 0 ? 'There is no one in it.' : `${parts.join(', ')}.`
}
