// Merging people: side by side, a choice for each field, what comes out of it, and what it touches.
// Invariant: what is confirmed is what is shown: the preview is the engine's own answer to these people and choices, and
// it follows the people as they change.
import { Badge, Button, Card, EmptyState, Group, Skeleton, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { MERGE_INPUTS_MAX } from '@shared/model/limits'
import type { PersonRef } from '@shared/model/views'
import { IconArrowsJoin2, IconUserPlus } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useLive } from '../bridge/hooks'
import { Page } from '../components/Page'
import { discard } from '../drafts/discard'
import { type DraftOf, drafts, NO_REASON, useDraft } from '../drafts/use-draft'
import { formatNumber } from '../format/locale'
import { PeoplePicker } from '../lookup/PeoplePicker'
import { useNavigation } from '../state/navigation'
import { ICON, WIDTH } from '../theme'
import { Comparison } from './Comparison'
import { LikenessNotice } from './LikenessNotice'
import { withNameRow } from './name-row'
import { ChosenPeople, Refusal } from './Refusal'
import { ResultPanel } from './ResultPanel'

/** What a merge's draft is about, whichever order the people come in. */
const subjectOf = (contactIds: readonly string[]): string => [...contactIds].sort().join(' ')

export function MergeScreen({ contactIds }: { contactIds: readonly string[] }) {
  const { replace, back } = useNavigation()
  const [adding, setAdding] = useState(contactIds.length === 0)
  const draft = useDraft('merge', subjectOf(contactIds), NO_REASON)
  const { reason: _reason, ...choices } = draft.values
  const [attempt, setAttempt] = useState(0)
  const show = (ids: readonly string[]): void => {
    drafts.move(draft.key, subjectOf(ids)) // what was chosen and typed goes along
    replace({ screen: 'merge', contactIds: ids })
  }
  const cancel = (): void => {
    discard(draft.key)
    back()
  }
  const add = (person: PersonRef): void => {
    setAdding(false)
    show([...contactIds, person.id])
  }
  const full = contactIds.length >= MERGE_INPUTS_MAX
  return (
    <Page
      title="Merge people"
      subtitle="Different records of one person become one. Nothing is lost, and it can be undone."
      actions={
        <>
          {full && (
            <Badge variant="light" color="gray" size="lg">
              At most {MERGE_INPUTS_MAX} at a time
            </Badge>
          )}
          <Button
            variant="default"
            leftSection={<IconUserPlus size={ICON.lg} aria-hidden />}
            disabled={full}
            onClick={() => setAdding(true)}
          >
            Add someone
          </Button>
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
        </>
      }
    >
      {contactIds.length < 2 ? (
        <Stack gap="md">
          <ChosenPeople contactIds={contactIds} onLeaveOut={(id) => show(contactIds.filter((one) => one !== id))} />
          <EmptyState
            pt="xl"
            icon={<IconArrowsJoin2 aria-hidden />}
            title={contactIds.length === 0 ? 'Who is one person?' : 'And who else is this person?'}
            description="Choose at least two people. They are shown side by side before anything happens."
          >
            <EmptyState.Actions>
              <Button leftSection={<IconUserPlus size={ICON.lg} aria-hidden />} onClick={() => setAdding(true)}>
                Choose someone
              </Button>
            </EmptyState.Actions>
          </EmptyState>
        </Stack>
      ) : (
        <Previewed
          // A refusal ends the live answer; after what caused it is mended, it is asked for anew.
          key={attempt}
          contactIds={contactIds}
          draft={draft}
          choices={choices}
          onChoose={draft.set}
          onPeople={show}
          onRetry={() => setAttempt((value) => value + 1)}
        />
      )}
      <PeoplePicker
        search={{ kind: 'merge', about: contactIds.join(' ') }}
        title="Add someone to merge"
        explanation="Nothing happens yet: you see everybody side by side first."
        opened={adding}
        onClose={() => setAdding(false)}
        onPick={add}
        exclude={contactIds}
      />
    </Page>
  )
}

interface PreviewedProps {
  draft: DraftOf<typeof NO_REASON>
  contactIds: readonly string[]
  choices: Readonly<Record<string, string>>
  onChoose: (choices: Readonly<Record<string, string>>) => void
  onPeople: (contactIds: readonly string[]) => void
  onRetry: () => void
}

function Previewed({ contactIds, draft, choices, onChoose, onPeople, onRetry }: PreviewedProps) {
  // The choice of a person who was left out again is void.
  const standing = Object.fromEntries(Object.entries(choices).filter(([, id]) => contactIds.includes(id)))
  const preview = useLive('merges.preview', { contactIds: [...contactIds], choices: standing }, { keepPrevious: true })
  const leaveOut = (id: string): void => onPeople(contactIds.filter((one) => one !== id))

  // A record that was merged before stands for the person it belongs to.
  const heads = preview.status === 'ready' ? preview.value.people.map((person) => person.id) : null
  const stale = heads !== null && heads.join(' ') !== contactIds.join(' ')
  useEffect(() => {
    if (!stale || heads === null) return
    if (heads.length < contactIds.length) {
      notifications.show({ message: 'Two of the records you chose are one person already; they count once.' })
    }
    onPeople(heads)
  }, [stale, heads, contactIds, onPeople])

  if (preview.status === 'error') {
    return (
      <Stack gap="md">
        <Refusal error={preview.error} contactIds={contactIds} onLeaveOut={leaveOut} onRetry={onRetry} />
        <ChosenPeople contactIds={contactIds} onLeaveOut={leaveOut} />
      </Stack>
    )
  }
  if (!preview.value) {
    return (
      <Group align="stretch" wrap="nowrap" flex={1} role="status" aria-label="Comparing these people">
        <Skeleton flex={1} h="100%" />
        <Skeleton w={WIDTH.panel} h="100%" />
      </Group>
    )
  }
  const { value } = preview
  const differing = withNameRow(value).filter((field) => field.differs).length
  return (
    <div className="scv-merge-screen">
      <Card p={0} className="scv-column scv-clip">
        <LikenessNotice preview={value} />
        <Text size="sm" c="dimmed" px="md" py="xs" role="status">
          {differing === 0
            ? 'Nothing differs.'
            : `${differing === 1 ? '1 detail differs' : `${formatNumber(differing)} details differ`}. The latest is taken unless you choose another.`}
        </Text>
        <Comparison preview={value} choices={standing} onChoose={onChoose} onLeaveOut={leaveOut} />
      </Card>
      <ResultPanel preview={value} draft={draft} choices={standing} settled={preview.status === 'ready' && !stale} />
    </div>
  )
}
