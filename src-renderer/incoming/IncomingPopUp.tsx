// Shows a person when an interaction of theirs arrives, over whatever is on screen.
// Invariant: it never takes the focus by itself, so that no key that is being typed lands on it; who asks for it by its
// shortcut gets there, and on leaving is back where they were.
import { Affix, Badge, Box, Group, Kbd, Text, VisuallyHidden } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { formatNumber } from '../format/locale'
import { personName } from '../format/words'
import { useIncomingMemory } from '../state/incoming'
import { INCOMING_KEYS } from '../state/keys'
import { useNavigation } from '../state/navigation'
import { LAYER } from '../theme'
import { IncomingCard } from './IncomingCard'
import { arrivalWords } from './incoming-words'
import { useIncoming } from './use-incoming'

export function IncomingPopUp() {
  const { popUp, open } = useIncoming()
  const onList = useNavigation((state) => state.place.screen === 'incoming')
  const { focusAsked, putAside } = useIncomingMemory()
  const first = useRef<HTMLButtonElement>(null)
  const former = useRef<Element | null>(null)
  const shown = onList ? undefined : popUp

  useEffect(() => {
    if (!first.current || focusAsked === 0) return
    former.current = document.activeElement
    first.current.focus()
  }, [focusAsked])

  const leave = (): void => {
    if (shown) putAside(shown.interaction.id)
    if (former.current instanceof HTMLElement && former.current.isConnected) former.current.focus()
    former.current = null
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // A dialog that was opened from here has an Escape of its own.
    if (event.key !== 'Escape' || !(event.target instanceof Element) || !event.currentTarget.contains(event.target))
      return
    event.stopPropagation()
    leave()
  }

  const others = open.length - 1
  return (
    <>
      <VisuallyHidden role="status">
        {shown
          ? `${arrivalWords(shown)}${shown.contact ? `: ${personName(shown.contact)}` : ''}. ${INCOMING_KEYS.keys} goes there.`
          : ''}
      </VisuallyHidden>
      {shown && (
        <Affix position={{ top: 'md', right: 'md' }} zIndex={LAYER.popUp}>
          <Box
            role="region"
            aria-label="An interaction has arrived"
            aria-keyshortcuts="Control+I"
            className="scv-popup"
            data-takes-escape
            onKeyDown={onKeyDown}
          >
            <IncomingCard key={shown.interaction.id} incoming={shown} first={first} onClose={leave} />
            <Group justify="space-between" px="sm" py="snug" className="scv-popup-foot">
              <Text size="xs" c="dimmed">
                <Kbd size="xs">{INCOMING_KEYS.keys}</Kbd> to get here
              </Text>
              {others > 0 && (
                <Badge size="sm" variant="light" color="gray">
                  {formatNumber(others)} more waiting
                </Badge>
              )}
            </Group>
          </Box>
        </Affix>
      )}
    </>
  )
}
