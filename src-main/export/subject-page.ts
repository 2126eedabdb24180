// The pages that are printed: everything about one person, and the certificate of an erasure.
// Invariant: no script, nothing loaded; every text that comes from data is escaped, so it is text and nothing else.
import type { HistoryEvent } from '@shared/model/history'
import type { Certificate, ErasedCounts, SubjectFile } from '@shared/model/subject'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** Any value as text of a page. Marks that turn the direction of writing stay within their own text. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => ESCAPES[mark] ?? '')
const text = (value: unknown): string =>
  `<bdi>${escaped(typeof value === 'string' ? value : value === null || value === undefined ? '' : readable(value))}</bdi>`

/** A value with parts, such as an address: its parts in a row. */
function readable(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (Array.isArray(value)) return value.map(readable).join(', ')
  if (typeof value !== 'object' || value === null) return String(value ?? '')
  if ('display' in value && ('e164' in value || 'userInput' in value)) return String(value.display)
  if ('externalSource' in value && 'value' in value) return `${readable(value.externalSource)}: ${String(value.value)}`
  return Object.values(value).map(readable).filter(Boolean).join(', ')
}

/** `cellPhone` as `Cell phone`, `customFields/Loyalty` as `Loyalty`. */
function label(key: string): string {
  if (key.startsWith('externalIds/')) return 'Id in another system'
  if (key.startsWith('tags/')) return 'Tag'
  const name = key.startsWith('customFields/') ? key.slice('customFields/'.length) : key
  const words = name.replace(/([a-z])([A-Z])/g, (_all, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

type Cell = string
/** Cells are pieces of a page already. */
const table = (headers: readonly string[], rows: readonly (readonly Cell[])[], kind = ''): string =>
  rows.length === 0
    ? '<p>None.</p>'
    : `<table class="${kind}"><thead><tr>${headers.map((one) => `<th scope="col">${escaped(one)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`

const STYLE = `
  @page { size: A4; margin: 18mm 16mm; }
  body { font: 10pt/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; color: #1c2024; }
  h1 { font-size: 18pt; margin: 0 0 2mm; } h2 { font-size: 12pt; margin: 8mm 0 2mm; break-after: avoid; }
  p { margin: 0 0 2mm; } .meta { color: #545b64; }
  table { width: 100%; border-collapse: collapse; table-layout: fixed; }
  th { text-align: start; font-weight: 600; border-bottom: 1pt solid #868e96; padding: 1.2mm 2mm 1.2mm 0; }
  td { vertical-align: top; border-bottom: 0.4pt solid #dde1e5; padding: 1.2mm 2mm 1.2mm 0; overflow-wrap: anywhere; white-space: pre-wrap; }
  .log th:nth-child(1) { width: 22%; } .log th:nth-child(2) { width: 16%; }
  tr { break-inside: avoid; } thead { display: table-header-group; }`

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>${body}</body></html>`

const madeOf = ({ reference, at, by }: Pick<SubjectFile, 'reference' | 'at' | 'by'>): string =>
  `<p class="meta">Reference ${text(reference)}. Made on ${moment(at)} by ${text(by)}.</p>`

const change = ({ key, before, after, isBeforeLost }: HistoryEvent['changes'][number]): string => {
  const was = isBeforeLost ? '<em>not kept</em>' : before === null ? '<em>empty</em>' : text(before)
  return `${text(label(key))}: ${was} → ${after === null ? '<em>empty</em>' : text(after)}`
}

/** What was done, in words of the person the page is for. */
const ACTION_WORDS: Readonly<Record<HistoryEvent['action'], string>> = {
  create: 'Added',
  update: 'Changed',
  claim: 'Number or address added',
  release: 'Number or address taken away',
  promote: 'Kept as a contact',
  merge: 'Records joined',
  'undo-merge': 'Joining of records undone',
  delete: 'Put in the bin',
  restore: 'Restored from the bin',
  expire: 'Aged out',
  erase: 'Erased',
  import: 'Imported',
  link: 'Conversation given to a person',
  'cannot-link': 'Settled whether two records are one person',
  dismiss: 'Taken off a list of work',
  note: 'Note written or changed',
  reconcile: 'Settled what was done apart',
}
const actionWords = ({ action, details }: HistoryEvent): string =>
  details['change'] === 'disclose'
    ? `Everything handed out (reference ${String(details['reference'])})`
    : ACTION_WORDS[action]

/** All that is known of a person, to be read by them. */
export function subjectPage(file: SubjectFile): string {
  const { person, identifiers, notes, interactions, history } = file
  const details = Object.entries(person.fields).flatMap(([key, value]) =>
    key === 'customFields'
      ? Object.entries(value as object).map(([name, one]) => [text(name), text(one)])
      : [[text(label(key)), text(value)]],
  )
  return page(
    `Everything about one person (${file.reference})`,
    `<h1>${text(person.displayName || 'A person without a name')}</h1>${madeOf(file)}
    <p>This is everything that is kept about this person: details, numbers and addresses, notes, conversations, and what was changed.</p>
    <p class="meta">Known since ${moment(person.createdAt)}, added by ${text(person.createdBy)}. Last changed on ${moment(person.modifiedAt)}.
    ${person.lastSeen ? `Last in touch on ${moment(person.lastSeen)}.` : 'Never in touch.'} Kept in ${person.records.length} ${person.records.length === 1 ? 'record' : 'records'}.</p>
    <h2>Details</h2>${table(['Detail', 'Value'], details)}
    <h2>Recognised by</h2>${table(
      ['Kind', 'Value', 'Since', 'Added by'],
      identifiers.map((one) => [text(one.type), text(one.display), moment(one.claimedAt), text(one.claimedBy)]),
    )}
    <h2>Notes</h2>${table(
      ['Note', 'Written', 'By'],
      notes.flatMap((note) => [
        [
          `${text(note.text)}${note.removed ? ' <em>(taken back)</em>' : ''}`,
          moment(note.modifiedAt),
          text(note.editedBy ?? note.by),
        ],
        ...note.earlier.map((former) => [
          `${text(former.text)} <em>(earlier)</em>`,
          moment(former.at),
          text(former.by),
        ]),
      ]),
    )}
    <h2>Conversations and visits</h2>${table(
      ['When', 'How', 'Came by', 'What was recorded'],
      interactions.map((one) => [
        moment(one.startedAt),
        text(`${one.channel}, ${one.direction}`),
        text(
          [...one.identifiers.map(({ display }) => display), ...(one.unread ?? []).map(({ value }) => value)].join(
            ', ',
          ),
        ),
        [one.queue, one.agent, one.subject, one.note, one.wrapUp]
          .flatMap((part) => (part ? [text(part)] : []))
          .join('<br>') +
          (one.events ?? []).map((step) => `<br>${moment(step.at)} ${text(step.name)} ${text(step.detail)}`).join(''),
      ]),
    )}
    <h2>What was changed</h2>${
      file.isHistoryWithoutValues
        ? '<p>For a while these records held another person’s data as well. What was done is told here without the values.</p>'
        : ''
    }${table(
      ['When', 'By', 'What'],
      history.map((event) => [
        moment(event.at),
        text(event.by),
        [
          `<strong>${text(actionWords(event))}</strong>`,
          ...event.changes.map(change),
          event.reason ? text(event.reason) : '',
        ]
          .filter(Boolean)
          .join('<br>'),
      ]),
      'log',
    )}`,
  )
}

const COUNT_WORDS: Readonly<Record<keyof ErasedCounts, string>> = {
  records: 'Records of the person, with all details and their earlier values',
  identifiers: 'Numbers and addresses that recognised them',
  interactions: 'Conversations and visits, of which only time and channel remain',
  notes: 'Notes',
  merges: 'Merges, of which only the fact remains',
}

/** That a person was erased. It names them by the reference alone. */
export function certificatePage(certificate: Certificate): string {
  const { erased, device } = certificate
  const rows = Object.entries(COUNT_WORDS).flatMap(([name, words]) => {
    const count = erased[name as keyof ErasedCounts]
    return count === undefined ? [] : [[escaped(words), String(count)]]
  })
  return page(
    `Certificate of erasure (${certificate.reference})`,
    `<h1>Certificate of erasure</h1>
    <p class="meta">Reference ${text(certificate.reference)}.</p>
    <p>On ${moment(certificate.at)} a person was erased at their request by ${text(certificate.by)}, on the device ${text(device)}.
    It cannot be undone. The same is done on every device and server of the organisation that has these records, as soon as it learns of it.</p>
    <h2>What was erased</h2>${table(['What', 'How many'], rows)}
    <p class="meta">This certificate holds nothing about the person. The reference stands in the audit trail.</p>`,
  )
}
