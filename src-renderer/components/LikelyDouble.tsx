// One person that another one may be, with how likely, what tells them apart, and one thing to do about it.
import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import type { Likeness } from '@shared/contract/duplicates'
import { CERTAINTY_WORDS } from '../format/likeness-words'
import { formatChance } from '../format/locale'
import { personName } from '../format/words'
import { WIDTH } from '../theme'
import { PersonFacts } from './PersonFacts'

interface LikelyDoubleProps {
  likeness: Likeness
  /** Who may be them; absent where that is plain. */
  who?: string
  now: number
  /** What the button says. */
  action: string
  /** The same said in full, where a page has several of them. */
  actionInFull?: string
  /** The button was pressed, and can be again, to take it back. */
  pressed?: boolean
  disabled?: boolean
  onPick: () => void
}

export function LikelyDouble({
  likeness,
  who,
  now,
  action,
  actionInFull,
  pressed,
  disabled,
  onPick,
}: LikelyDoubleProps) {
  const { person, certainty, probability } = likeness
  const words = CERTAINTY_WORDS[certainty]
  return (
    <Group gap="tight">
      <Stack gap="hair" flex={1} miw={WIDTH.label}>
        <Group gap="tight">
          <Text size="sm" truncate>
            {who === undefined ? 'May be' : `${who} may be`} <b>{personName(person)}</b>
          </Text>
          <Badge size="sm" variant="light" color={words.color} className="scv-fixed">
            {words.label} · {formatChance(probability)}
          </Badge>
        </Group>
        <PersonFacts line={person} now={now} size="xs" />
      </Stack>
      <Button
        size="compact-xs"
        variant={pressed ? 'filled' : 'light'}
        className="scv-fixed"
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        {...(actionInFull === undefined ? {} : { 'aria-label': actionInFull })}
        disabled={disabled ?? false}
        onClick={onPick}
      >
        {action}
      </Button>
    </Group>
  )
}
