// Why two are as likely one person as they are: a line for each field, with a bar for its weight, and what they come to.
// Invariant: the bars are the weights whose sum is the chance that is shown, the longest the heaviest; none is left out.
import { Box, Group, Progress, Stack, Text } from '@mantine/core'
import type { DuplicateExplanation, DuplicatePair, DuplicateReason } from '@shared/contract/duplicates'
import { ScvError } from '@shared/errors'
import { useEffect, useState } from 'react'
import { client } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { formatChance } from '../format/locale'
import { WIDTH } from '../theme'
import { DOUBT_WORDS, SPEAKING_WORDS, sayingWords, speakingOf, whatWords } from './words'

export function Reasons({ pair }: { pair: DuplicatePair }) {
  const { a, b, probability } = pair
  const [why, setWhy] = useState<DuplicateExplanation | null>(null)
  const [error, setError] = useState<ScvError | null>(null)
  const [attempt, setAttempt] = useState(0)
  // Asked again when the pair is judged anew: the same two people have other values then.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the probability stands for what is known of the two
  useEffect(() => {
    let over = false
    void client
      .call('duplicates.explain', { a, b })
      .then((found) => {
        if (over) return
        setWhy(found)
        setError(null)
      })
      .catch((failure: unknown) => {
        if (over) return
        setWhy(null)
        setError(failure instanceof ScvError ? failure : new ScvError('internal', String(failure)))
      })
    return () => {
      over = true
    }
  }, [a, b, probability, attempt])
  const heaviest = Math.max(1, ...(why?.reasons ?? []).map(({ weight }) => Math.abs(weight)))
  return (
    <Stack gap="snug" mih={0}>
      <Text size="sm" fw={600}>
        One person with a chance of {formatChance(probability)}
      </Text>
      {pair.doubt && (
        <Text size="sm" c="dimmed">
          {DOUBT_WORDS[pair.doubt]}
        </Text>
      )}
      {error && <ErrorNotice error={error} onRetry={() => setAttempt(attempt + 1)} />}
      <Stack gap="tight" role="list" aria-label="Why">
        {why?.reasons.map((reason) => (
          <Line key={`${reason.what} ${reason.alikeness ?? ''}`} reason={reason} heaviest={heaviest} />
        ))}
      </Stack>
    </Stack>
  )
}

const COLORS = { for: 'petrol', against: 'red', neither: 'gray' } as const

function Line({ reason, heaviest }: { reason: DuplicateReason; heaviest: number }) {
  const [one, other] = reason.values
  const speaks = speakingOf(reason)
  const values = one === other ? one : [one, other].filter(Boolean).join(' · ')
  return (
    <Group gap="sm" wrap="nowrap" role="listitem">
      <Text size="sm" w={WIDTH.field} className="scv-fixed">
        {whatWords(reason)}
      </Text>
      <Progress
        w={WIDTH.cell}
        className="scv-fixed"
        value={(100 * Math.abs(reason.weight)) / heaviest}
        color={COLORS[speaks]}
        aria-label={SPEAKING_WORDS[speaks]}
      />
      <Box flex={1} miw={0}>
        <Text size="sm" className="scv-wrap">
          {values}
        </Text>
        <Text size="xs" c="dimmed">
          {[sayingWords(reason), SPEAKING_WORDS[speaks]].filter(Boolean).join(' · ')}
        </Text>
      </Box>
    </Group>
  )
}
