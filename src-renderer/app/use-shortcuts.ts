// Shortcuts that work on every screen.
// Invariant: a key that is being typed, or that closes a dialog or a list, never navigates.
import { useHotkeys } from '@mantine/hooks'
import { useEffect } from 'react'
import { lockNow } from '../access/WhoIsHere'
import { lookedUp, useLookupMemory } from '../lookup/lookup-memory'
import { mayOrSay } from '../state/access'
import { useHelp } from '../state/help'
import { useIncomingMemory } from '../state/incoming'
import { HELP_KEYS, INCOMING_KEYS, LOCK_KEYS, NEW_CONTACT_KEYS, RECORD_KEYS, UNDO_KEYS } from '../state/keys'
import { takeBackLast } from '../state/last-step'
import { useNavigation } from '../state/navigation'
import { SCREENS } from './screens'

/** Goes to the look-up field from anywhere. */
export function openLookup(): void {
  useNavigation.getState().go({ screen: 'lookup' })
  useLookupMemory.getState().askFocus()
}

/** To what has just arrived: the dock where it shows one, from dialogs, too; else the list of them. */
function openIncoming(): void {
  if (document.querySelector('.scv-dock')) useIncomingMemory.getState().askFocus()
  else if (!dialogOpen()) useNavigation.getState().go({ screen: 'incoming' })
}

const dialogOpen = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null
const within = (target: EventTarget | null, selector: string): boolean =>
  target instanceof HTMLElement && target.closest(selector) !== null

/** Whether Escape belongs to what has the focus: a field, a list that is open, a dialog, the pop-up. */
const escapeIsTaken = (target: EventTarget | null): boolean =>
  dialogOpen() || within(target, 'input, textarea, select, [aria-expanded="true"], [data-takes-escape]')

/** By the character that comes out, not by where a keyboard has it: `/` and `?` are elsewhere in every country. */
const BY_CHARACTER: Readonly<Record<string, () => void>> = {
  '/': openLookup,
  [HELP_KEYS.hotkey]: () => useHelp.getState().open(),
}

export function useShortcuts(): void {
  const unlessDialog = (action: () => unknown) => () => {
    if (!dialogOpen()) action()
  }
  useHotkeys(
    [
      ...SCREENS.map(({ hotkey, place, needs }): [string, () => void] => [
        hotkey,
        unlessDialog(() =>
          needs !== undefined && !mayOrSay(needs)
            ? undefined
            : place.screen === 'lookup'
              ? openLookup()
              : useNavigation.getState().go(place),
        ),
      ]),
      [RECORD_KEYS.hotkey, unlessDialog(() => recordHere())],
      [NEW_CONTACT_KEYS.hotkey, unlessDialog(newContact)],
      [INCOMING_KEYS.hotkey, openIncoming],
      [LOCK_KEYS.hotkey, lockNow],
      ['alt+ArrowLeft', unlessDialog(() => useNavigation.getState().back())],
    ],
    [], // also while a field has the focus
  )

  useHotkeys([[UNDO_KEYS.hotkey, unlessDialog(takeBackLast)]]) // a field takes its own letters back

  useEffect(() => {
    // In the capture phase, before a dialog or a list has closed because of this very key.
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !escapeIsTaken(event.target)) useNavigation.getState().back()
      const action = Object.hasOwn(BY_CHARACTER, event.key) ? BY_CHARACTER[event.key] : undefined
      const typing = within(event.target, 'input, textarea, select, [contenteditable]')
      if (!action || typing || dialogOpen() || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [])
}

/** Opens the form for a new contact. */
export function newContact(): void {
  if (mayOrSay('contact:add')) useNavigation.getState().go({ screen: 'newContact' })
}

/** Opens the record form for the person on screen if there is one, or with the number or address that is being looked up. */
export function recordHere(): void {
  if (!mayOrSay('conversation:associate')) return
  const { place, record } = useNavigation.getState()
  const here = place.screen === 'person' || place.screen === 'journey'
  const typed = place.screen === 'lookup' ? lookedUp().trim() : ''
  record(here ? { contactId: place.contactId } : isIdentifier(typed) ? { typed } : {})
}

/** Whether what was typed to look a person up can be what an interaction comes by: a number or an address, no name. */
const isIdentifier = (text: string): boolean => text.includes('@') || /^[^\p{L}]*\d[^\p{L}]*$/u.test(text)
