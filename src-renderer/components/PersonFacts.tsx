// What tells a person from another of the same name, in one line: why they are listed, organisation and city, when they were
// last heard of, how much there is of them. The one place where that line is written.
import { Mark, Text } from '@mantine/core'
import type { LookupHit, PersonLine } from '@shared/model/views'
import { formatNumber, formatRelative } from '../format/locale'
import { hitDetail, matchSentence } from '../format/words'

interface PersonFactsProps {
  line: PersonLine | LookupHit
  now: number
  /** The number or address by which they are listed: marked. */
  matched?: string | undefined
  size?: 'xs' | 'sm'
}

const counted = (n: number, one: string, many: string): string => `${formatNumber(n)} ${n === 1 ? one : many}`

const digits = (text: string): string => text.replace(/\D/g, '').slice(-8)
/** Whether the two are one number or address, in whatever notation. */
const isSame = (a: string, b: string | undefined): boolean =>
  b !== undefined && (a === b || (!b.includes('@') && digits(a).length > 6 && digits(a) === digits(b)))

/** Everything but what is marked, in the order in which it tells people apart best. */
export function factsOf(line: PersonLine | LookupHit, now: number, matched?: string): string[] {
  const detail = 'match' in line ? hitDetail(line) : line.detail
  return [
    ...detail.split(' · ').filter((part) => part !== '' && !isSame(part, matched)),
    line.lastSeen ? `seen ${formatRelative(line.lastSeen, now)}` : 'never seen',
    ...(line.interactions > 0 ? [counted(line.interactions, 'interaction', 'interactions')] : []),
    ...(line.records > 1 ? [counted(line.records, 'record', 'records')] : []),
  ]
}

export function PersonFacts({ line, now, matched, size = 'sm' }: PersonFactsProps) {
  const reason = 'match' in line ? matchSentence(line) : ''
  const marked = 'match' in line ? line.matched.text : matched
  const at = marked ? reason.indexOf(marked) : -1
  return (
    <Text size={size} c="dimmed" truncate>
      {marked && at >= 0 ? (
        <>
          {reason.slice(0, at)}
          <Mark color="petrol">{marked}</Mark>
          {reason.slice(at + marked.length)} ·{' '}
        </>
      ) : reason !== '' ? (
        `${reason} · `
      ) : marked ? (
        <>
          <Mark color="petrol">{marked}</Mark> ·{' '}
        </>
      ) : null}
      {factsOf(line, now, marked).join(' · ')}
    </Text>
  )
}
