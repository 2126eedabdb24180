// Who is calling, in a place of its own beside the page: what arrives waits in a queue, the one that came first is shown.
// Invariant: it covers nothing and moves nothing; it never takes the focus by itself; while the pointer is on it, no other
// arrival takes the place of the one that is shown, nor of one that was just decided.
import { ActionIcon, Badge, Box, CloseButton, Group, Kbd, Portal, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useNow } from '../components/use-now'
import { formatNumber, formatRelative } from '../format/locale'
import { personTitle } from '../format/words'
import { decidedOf, useIncomingMemory } from '../state/incoming'
import { INCOMING_KEYS } from '../state/keys'
import { useNavigation } from '../state/navigation'
import { ICON, MARK } from '../theme'
import { IncomingCard } from './IncomingCard'
import { arrivalWords, DECIDED_WORDS } from './incoming-words'
import { useIncoming } from './use-incoming'
import { useRoom } from './use-room'

export function IncomingDock() {
  const { queue, all } = useIncoming()
  const onList = useNavigation((state) => state.place.screen === 'incoming')
  const { focusAsked, decided, putAside } = useIncomingMemory()
  const { room, style } = useRoom()
  const now = useNow()
  const first = useRef<HTMLButtonElement>(null)
  const dock = useRef<HTMLDivElement>(null)
  const former = useRef<Element | null>(null)
  const [inside, setInside] = useState(false)
  const [shownId, setShownId] = useState<string>()

  useEffect(() => {
    // Not by entering and leaving: a menu that closes under the pointer tells of neither.
    const onMove = (event: PointerEvent): void =>
      setInside(event.target instanceof Node && dock.current?.contains(event.target) === true)
    window.addEventListener('pointermove', onMove)
    return () => window.removeEventListener('pointermove', onMove)
  }, [])

  const held = queue.find(({ interaction }) => interaction.id === shownId)
  const done = !held && inside ? all.find(({ interaction }) => interaction.id === shownId) : undefined
  const shown = onList || done ? undefined : (held ?? queue[0])
  const next = shown?.interaction.id
  useEffect(() => {
    if (next !== undefined) setShownId(next)
  }, [next])

  useEffect(() => {
    if (focusAsked === 0) return
    setInside(false)
    if (!dock.current?.contains(document.activeElement)) former.current = document.activeElement
    first.current?.focus()
  }, [focusAsked])

  /** Back to where one was before one came here. */
  const goBack = (): void => {
    if (former.current instanceof HTMLElement && former.current.isConnected) former.current.focus()
    former.current = null
  }
  const isDecided = shownId !== undefined && decided[shownId] != null
  useEffect(() => {
    if (!isDecided || former.current === null || !(former.current instanceof HTMLElement)) return
    if (former.current.isConnected) former.current.focus()
    former.current = null
  }, [isDecided])

  const leave = (): void => {
    if (shown) putAside(shown.interaction.id)
    goBack()
  }
  const clear = (): void => {
    putAside(...queue.map(({ interaction }) => interaction.id))
    goBack()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // A dialog that was opened from here has an Escape of its own.
    if (event.key !== 'Escape' || !(event.target instanceof Element) || !event.currentTarget.contains(event.target))
      return
    event.stopPropagation()
    if (event.shiftKey) clear()
    else leave()
  }

  const others = queue.length - (shown ? 1 : 0)
  const how = done && decidedOf(done, { decided })
  return (
    <>
      <Box ref={room} className="scv-dock-room" />
      <VisuallyHidden role="status">
        {shown
          ? `${arrivalWords(shown)}${shown.contact ? `: ${personTitle(shown.contact)}` : ''}. ${INCOMING_KEYS.keys} goes there.`
          : ''}
      </VisuallyHidden>
      {(shown || done) && !onList && (
        <Portal>
          <Box
            ref={dock}
            role="region"
            aria-label="An interaction has arrived"
            aria-keyshortcuts="Control+I"
            className="scv-dock"
            __vars={style}
            data-takes-escape
            onKeyDown={onKeyDown}
          >
            <Group px="xs" py="hair" gap="tight" wrap="nowrap" className="scv-dock-head">
              <Kbd size="xs" className="scv-fixed">
                {INCOMING_KEYS.keys}
              </Kbd>
              {others > 0 && (
                <Tooltip label={`${formatNumber(others)} more waiting`}>
                  <Badge size="sm" variant="light" className="scv-fixed">
                    +{formatNumber(others)}
                    <VisuallyHidden> more waiting</VisuallyHidden>
                  </Badge>
                </Tooltip>
              )}
              <Text size="xs" c="dimmed" flex={1} miw={0} ta="end" truncate>
                {shown && formatRelative(shown.arrivedAt, now)}
              </Text>
              {others > 0 && (
                <Tooltip label="Put all aside; they stay under Incoming">
                  <ActionIcon size={MARK.sm} variant="subtle" color="gray" aria-label="Put all aside" onClick={clear}>
                    <IconInbox size={ICON.md} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              )}
              {shown && (
                <Tooltip label="Put aside; it stays under Incoming (Esc)">
                  <CloseButton size={MARK.sm} aria-label="Put aside" onClick={leave} />
                </Tooltip>
              )}
            </Group>
            {shown && <IncomingCard key={shown.interaction.id} incoming={shown} first={first} inDock />}
            {done && (
              <Text size="sm" p="sm" role="status">
                {arrivalWords(done)}: {how ? DECIDED_WORDS[how].toLowerCase() : 'put aside'}.
              </Text>
            )}
          </Box>
        </Portal>
      )}
    </>
  )
}
