// New people of a file who are likely here already: each can be taken for the person here before anything is written.
import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { ImportDoubles } from '@shared/contract/importing'
import type { ContactId } from '@shared/model/ids'
import type { ImportCounts, ImportOptions } from '@shared/model/import'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { LikelyDouble } from '../components/LikelyDouble'
import { useNow } from '../components/use-now'
import { formatNumber } from '../format/locale'
import { personName } from '../format/words'
import { HEIGHT } from '../theme'

type Row = ImportDoubles['items'][number]

/** The counts of a dry run once some of its new people are taken for people who are here. */
export function withChosen(
  counts: ImportCounts,
  doubles: ImportDoubles | undefined,
  onMatch: ImportOptions['onMatch'],
): ImportCounts {
  const taken = doubles?.items.filter(({ chosen }) => chosen !== undefined).length ?? 0
  const [updates, unchanged] = onMatch === 'skip' ? [0, taken] : [taken, 0]
  return {
    ...counts,
    creates: counts.creates - taken,
    updates: counts.updates + updates,
    unchanged: counts.unchanged + unchanged,
  }
}

const peopleWords = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'new person' : 'new people'}`

/** How far the comparing is, and who is left out. */
function progressWords({ compared, toCompare, notCompared, items }: ImportDoubles): string {
  if (compared < toCompare)
    return `Comparing ${peopleWords(toCompare)} with those who are here: ${formatNumber(compared)} so far.`
  const rest =
    notCompared > 0
      ? ` ${formatNumber(notCompared)} further ones were not compared; Duplicates will find them once they are in.`
      : ''
  if (compared === 0)
    return 'They could not be compared with those who are here. Duplicates will find them once they are in.'
  return items.length === 0
    ? `None of ${peopleWords(compared)} is likely to be here already.${rest}`
    : `Of ${peopleWords(compared)}, ${formatNumber(items.length)} may be here already. Say which are, or leave it: they can be merged later as well.${rest}`
}

export function NewcomersHere({ importId, doubles }: { importId: string; doubles: ImportDoubles }) {
  const choose = useCall('import.choosePerson')
  const now = useNow()
  if (doubles.toCompare + doubles.notCompared === 0) return null
  const set = (row: number, contactId: ContactId | null): Promise<unknown> =>
    // A failure stands in `choose.error`, which is shown above the rows.
    choose.run({ importId, row, contactId }).catch(() => undefined)
  const open = doubles.items.flatMap(({ row, like: [best], chosen }) =>
    best?.certainty === 'veryLikely' && chosen === undefined ? [{ row, id: best.person.id }] : [],
  )
  const takeAll = async (): Promise<void> => {
    for (const { row, id } of open) await set(row, id)
  }
  return (
    <Card component="section" aria-label="New people who may be here already">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <div>
            <Title order={3}>Here already?</Title>
            <Text size="sm" c="dimmed" role="status">
              {progressWords(doubles)}
            </Text>
          </div>
          {open.length > 1 && (
            <Button
              size="xs"
              variant="default"
              className="scv-fixed"
              loading={choose.pending}
              onClick={() => void takeAll()}
            >
              Use the person here for all {formatNumber(open.length)} very likely ones
            </Button>
          )}
        </Group>
        {choose.error && <ErrorNotice error={choose.error} />}
        {doubles.items.length > 0 && (
          <Stack
            gap="sm"
            mah={HEIGHT.list}
            className="scv-scroll"
            tabIndex={0}
            role="list"
            aria-label="Rows and the people they may be"
          >
            {doubles.items.map((item) => (
              <DoubleRow key={item.row} item={item} now={now} onChoose={(contactId) => void set(item.row, contactId)} />
            ))}
          </Stack>
        )}
      </Stack>
    </Card>
  )
}

interface DoubleRowProps {
  item: Row
  now: number
  /** null: a new person after all. */
  onChoose: (contactId: ContactId | null) => void
}

function DoubleRow({ item, now, onChoose }: DoubleRowProps) {
  const who = item.displayName === '' ? `Row ${formatNumber(item.row)}` : item.displayName
  return (
    <Stack gap="tight" role="listitem">
      <Text size="xs" c="dimmed">
        Row {formatNumber(item.row)}
      </Text>
      {item.like.map((likeness) => {
        const isChosen = likeness.person.id === item.chosen
        return (
          <LikelyDouble
            key={likeness.person.id}
            likeness={likeness}
            who={who}
            now={now}
            pressed={isChosen}
            action={isChosen ? 'Taken for this person' : 'Use this person'}
            actionInFull={`Use ${personName(likeness.person)} for row ${formatNumber(item.row)}`}
            onPick={() => onChoose(isChosen ? null : likeness.person.id)}
          />
        )
      })}
    </Stack>
  )
}
