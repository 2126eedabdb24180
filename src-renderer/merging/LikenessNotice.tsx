// Whether the people of a merge look like one person, and what speaks for it and against it.
import { Alert, Box, Group, List, Progress, Text } from '@mantine/core'
import type { MergePreview } from '@shared/contract/merging'
import { IconAlertTriangle, IconCheck, IconQuestionMark } from '@tabler/icons-react'
import { nameOf } from '../format/field-values'
import { formatNumber } from '../format/locale'
import { listNames } from '../format/words'
import { WIDTH } from '../theme'
import { GRADE_WORDS, reasonWords } from './likeness-words'

const LOOKS = {
  alike: { color: 'green', icon: <IconCheck aria-hidden /> },
  unclear: { color: 'yellow', icon: <IconQuestionMark aria-hidden /> },
  unlike: { color: 'red', icon: <IconAlertTriangle aria-hidden /> },
} as const

export function LikenessNotice({ preview }: { preview: MergePreview }) {
  const { grade, percent, between, reasons } = preview.likeness
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
        <Progress value={percent} size="sm" w={WIDTH.label} color={LOOKS[grade].color} className="scv-fixed" />
        <Text size="xs">{formatNumber(percent)} % alike</Text>
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
          <Group gap="xl" align="flex-start">
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
