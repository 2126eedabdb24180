// Whether the people of a merge look like one person, and what speaks for it and against it.
// Invariant: of a pair that stands among the likely doubles it says what is said there.
import { Alert, Box, Group, List, Progress, Text } from '@mantine/core'
import type { Likeness as Double } from '@shared/contract/duplicates'
import type { MergePreview } from '@shared/contract/merging'
import { IconAlertTriangle, IconCheck, IconQuestionMark } from '@tabler/icons-react'
import { useLive } from '../bridge/hooks'
import { nameOf } from '../format/field-values'
import { CERTAINTY_WORDS } from '../format/likeness-words'
import { formatChance, formatPercent } from '../format/locale'
import { listNames } from '../format/words'
import { WIDTH } from '../theme'
import { GRADE_WORDS, gradeOf, reasonWords } from './likeness-words'

const LOOKS = {
  alike: { color: 'green', icon: <IconCheck aria-hidden /> },
  unclear: { color: 'yellow', icon: <IconQuestionMark aria-hidden /> },
  unlike: { color: 'red', icon: <IconAlertTriangle aria-hidden /> },
} as const

/** What is said of two among the likely doubles; undefined where they are none, or are still being looked for. */
function useKnownDouble([a, b]: MergePreview['likeness']['between']): Double | undefined {
  const likely = useLive('duplicates.like', a && b ? { contactId: a } : null)
  return likely.value?.find(({ person }) => person.id === b)
}

export function LikenessNotice({ preview }: { preview: MergePreview }) {
  const { grade: own, percent, between, reasons } = preview.likeness
  const known = useKnownDouble(between)
  const grade = known ? gradeOf(own, known.certainty) : own
  const { title, advice } = GRADE_WORDS[grade]
  const two = preview.people.filter(({ id }) => between.includes(id))
  const several = preview.people.length > 2
  const against = reasons.filter(({ verdict }) => verdict === 'differs')
  const speaking = reasons.filter(({ verdict }) => verdict !== 'differs')
  return (
    <Alert
      variant="light"
      color={LOOKS[grade].color}
      icon={LOOKS[grade].icon}
      title={title}
      role={grade === 'alike' ? 'status' : 'alert'}
      py="xs"
      radius={0}
    >
      <Group gap="xs" wrap="nowrap" aria-hidden>
        <Progress
          value={known ? 100 * known.probability : percent}
          size="sm"
          w={WIDTH.label}
          color={LOOKS[grade].color}
          className="scv-fixed"
        />
        <Text size="xs">
          {known
            ? `${CERTAINTY_WORDS[known.certainty].label} · ${formatChance(known.probability)}`
            : `${formatPercent(percent)} alike`}
        </Text>
      </Group>
      <Box mt="tight">
        {several && (
          <Text size="sm">
            Of all of them, {listNames(two.map((person) => ({ ...person, displayName: nameOf(person) })))} have the
            least in common with each other.
          </Text>
        )}
        {reasons.length === 0 ? (
          <Text size="sm">Nothing that is known of one is known of the other.</Text>
        ) : (
          <Group gap="md" align="flex-start">
            {[speaking, against].map(
              (some) =>
                some.length > 0 && (
                  <List key={some === against ? 'against' : 'for'} size="sm" listStyleType="none">
                    {some.map((reason) => (
                      <List.Item key={`${reason.about} ${reason.values.join(' ')}`}>{reasonWords(reason)}</List.Item>
                    ))}
                  </List>
                ),
            )}
          </Group>
        )}
        {advice !== '' && <Text size="sm">{advice}</Text>}
      </Box>
    </Alert>
  )
}
