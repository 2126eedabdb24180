// The decisions an item offers: chosen first, with what each will do in words, then taken with a button of its own.
// Invariant: nothing is decided by choosing; what cannot be taken back is asked once more.

import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Decision, ReconcileItem } from '@shared/contract/reconcile'
import { ScvError } from '@shared/errors'
import { REASON_MAX } from '@shared/model/limits'
import { type FormEvent, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { useDraft } from '../drafts/use-draft'
import { useNavigation } from '../state/navigation'
import { lookBefore, takingBack } from './undoing'
import { DECISION_WORDS, decisionLabels } from './words'

/** About what sync set aside: they change no person, so there is no trail for a reason to stand in. */
const OF_SYNC: readonly Decision[] = ['retry', 'drop']

const UNDECIDED = { picked: '', reason: '' }

/** A decision among those of its item. */
const nameOf = ({ decision, target = '' }: ReconcileItem['decisions'][number]): string => `${decision} ${target}`

interface DecisionsProps {
  item: ReconcileItem
  onSettled: () => void
  /** Another agent was faster. */
  onGone: () => void
}

export function Decisions({ item, onSettled, onGone }: DecisionsProps) {
  const decide = useCall('reconcile.decide')
  const draft = useDraft('reconcile', item.id, UNDECIDED)
  const { picked, reason } = draft.values
  const [asking, setAsking] = useState(false)
  const [looking, setLooking] = useState(false)
  const chosen = item.decisions.find((one) => nameOf(one) === picked && !one.forbidden)
  const words = chosen && DECISION_WORDS[chosen.decision]
  const labels = decisionLabels(item)

  const take = async (): Promise<void> => {
    if (!chosen || !words || looking) return
    const why = reason.trim()
    setLooking(true)
    try {
      // What cannot be looked at is decided all the same, and taken back on a page.
      const before = await lookBefore(item, chosen).catch(() => ({}))
      const { contactId } = await decide.run({
        id: item.id,
        decision: chosen.decision,
        ...(chosen.target === undefined ? {} : { target: chosen.target }),
        ...(why === '' ? {} : { reason: why }),
      })
      draft.end()
      setAsking(false)
      onSettled()
      const open = (): void => {
        if (contactId !== undefined) useNavigation.getState().go({ screen: 'person', contactId })
      }
      const beside = contactId !== undefined && (
        <Button size="xs" variant="default" className="scv-fixed" onClick={open}>
          Open
        </Button>
      )
      const onUndo = takingBack(item, chosen.decision, contactId, before)
      if (onUndo) showUndo({ text: words.done, onUndo, beside })
      else
        notifications.show({
          message: (
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm">
                {words.done} {words.undo}
              </Text>
              {beside}
            </Group>
          ),
        })
    } catch (error) {
      setAsking(false)
      // Any other refusal stands in `decide.error`, which is shown below.
      if (error instanceof ScvError && error.code === 'not_found') onGone()
    }
    setLooking(false)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!words) return
    if (words.undo === null) setAsking(true)
    else void take()
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group
          label="What is right?"
          description="Nothing happens until you press the button below."
          value={picked}
          onChange={(value) => draft.set({ picked: value })}
        >
          <Stack gap="sm" mt="xs">
            {item.decisions.map((one, at) => (
              <Radio
                key={nameOf(one)}
                value={nameOf(one)}
                label={labels[at]}
                description={one.forbidden ? `${one.effect} You are not allowed to do this.` : one.effect}
                disabled={one.forbidden}
              />
            ))}
          </Stack>
        </Radio.Group>
        {decide.error && decide.error.code !== 'not_found' && <ErrorNotice error={decide.error} />}
        <Group align="flex-end" gap="xs" wrap="nowrap">
          {chosen && !OF_SYNC.includes(chosen.decision) && (
            <TextInput
              flex={1}
              label="Reason"
              placeholder="Optional, stands in the audit trail"
              value={reason}
              maxLength={REASON_MAX}
              onChange={(event) => draft.set({ reason: event.currentTarget.value })}
            />
          )}
          <Button
            type="submit"
            className="scv-fixed"
            disabled={!chosen}
            loading={decide.pending || looking}
            {...(words?.undo === null ? { color: 'red.8' } : {})}
          >
            {words?.action ?? 'Choose first'}
          </Button>
        </Group>
        {words && (
          <Text size="sm" c="dimmed" role="status">
            {words.undo ?? 'This cannot be taken back.'}
          </Text>
        )}
      </Stack>
      <Modal opened={asking} onClose={() => setAsking(false)} title="Give it up for good?">
        <Stack gap="md">
          <Text size="sm">{chosen?.effect} This cannot be taken back.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              Cancel
            </Button>
            <Button color="red.8" loading={decide.pending || looking} onClick={() => void take()}>
              Give it up
            </Button>
          </Group>
        </Stack>
      </Modal>
    </form>
  )
}
