// Shortcuts that work on every screen.
// Invariant: a key that is being typed, or that closes a dialog or a list, never navigates.
import { useHotkeys } from '@mantine/hooks'
import { useEffect } from 'react'
import { useLookupMemory } from '../state/lookup'
import { useNavigation } from '../state/navigation'
import { NEW_CONTACT_KEYS, RECORD_KEYS, SCREENS } from './screens'

/** Goes to the look-up field from anywhere. */
export function openLookup(): void {
  useNavigation.getState().go({ screen: 'lookup' })
  useLookupMemory.getState().askFocus()
}

const dialogOpen = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null

/** Whether Escape belongs to what has the focus: a field, a list that is open, a dialog. */
function escapeIsTaken(target: EventTarget | null): boolean {
  if (dialogOpen()) return true
  return target instanceof HTMLElement && target.closest('input, textarea, select, [aria-expanded="true"]') !== null
}

export function useShortcuts(): void {
  const unlessDialog = (action: () => void) => () => {
    if (!dialogOpen()) action()
  }
  useHotkeys([['/', unlessDialog(openLookup)]])
  useHotkeys(
    [
      ...SCREENS.map(({ hotkey, place }): [string, () => void] => [
        hotkey,
        unlessDialog(() => (place.screen === 'lookup' ? openLookup() : useNavigation.getState().go(place))),
      ]),
      [RECORD_KEYS.hotkey, unlessDialog(() => recordHere())],
      [NEW_CONTACT_KEYS.hotkey, unlessDialog(() => useNavigation.getState().go({ screen: 'newContact' }))],
      ['alt+ArrowLeft', unlessDialog(() => useNavigation.getState().back())],
    ],
    [], // also while a field has the focus
  )

  useEffect(() => {
    // In the capture phase, before a dialog or a list has closed because of this very key.
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !escapeIsTaken(event.target)) useNavigation.getState().back()
    }
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [])
}

/** Opens the record form for the person on screen, if there is one. */
export function recordHere(): void {
  const { place, record } = useNavigation.getState()
  record(place.screen === 'person' ? { contactId: place.contactId } : {})
}
