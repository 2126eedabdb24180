// What the report of an import says of its file, beside what it says of rows.

import type { ImportReportLine } from '@shared/model/import'
import { LEGACY } from '../text/charsets'
import { isUnsure } from '../text/decode'
import type { OpenedFile } from './open'

/** Characters shown of a line above the header. */
const MAX_ABOVE_SHOWN = 200

/** What is to be told of the file before its first row. */
export function aboutFile({ text, dialect }: OpenedFile): ImportReportLine[] {
  const lines: ImportReportLine[] = []
  const line = (code: ImportReportLine['code'], message: string) => lines.push({ row: 0, kind: 'info', code, message })
  if (isUnsure(text))
    line(
      'uncertain_encoding',
      text.oddLines
        ? `The file is UTF-8, but some of its lines are not; those were read as ${LEGACY[text.oddLines]}. Look whether names are spelt right, or choose another encoding.`
        : `The text encoding was guessed as ${text.encoding} (${Math.round(text.confidence * 100)} % sure). Look whether names are spelt right, or choose another encoding.`,
    )
  if (dialect?.headless)
    line(
      'no_header',
      'The file has no header: its first row is a person. Look whether each column goes where it belongs.',
    )
  if (dialect?.before) {
    const { length } = dialect.before
    const texts = dialect.before.map((text) => `“${text.slice(0, MAX_ABOVE_SHOWN)}”`).join(', ')
    const many = length === 1 ? 'One line above the header was' : `${length} lines above the header were`
    line('before_header', `${many} passed over: ${texts}.`)
  }
  return lines
}

/** The last line of a report that has no room for all. */
export const moreLines = (count: number): ImportReportLine => ({
  row: 0,
  kind: 'info',
  code: 'more_lines',
  message: `The report is full: ${count.toLocaleString('en')} further lines were counted, not listed.`,
})
