// What one user did and began to decide in this window is not another's to take back or go on with.
// Invariant: a lock and an unlock by the same user change nothing, nor does the owner of a device who takes another name.
import { notifications } from '@mantine/notifications'
import { useEffect, useRef } from 'react'
import { useUndoing } from '../merging/undoing'
import { useRejoining } from '../splitting/undoing'
import { useAccessMemory } from '../state/access'
import { useCorrecting } from '../state/correcting'
import { useLastStep } from '../state/last-step'
import { useNavigation } from '../state/navigation'

/** The owner of a device that was never connected, whatever their name is. */
const OWNER = ''

export function useUserChange(): void {
  const user = useAccessMemory(({ access }) => (access ? (access.last ?? OWNER) : null))
  const former = useRef(user)
  useEffect(() => {
    if (user === null || user === former.current) return
    if (former.current !== null) forgetFormerUser()
    former.current = user
  }, [user])
}

function forgetFormerUser(): void {
  useLastStep.getState().forgetAll()
  notifications.clean()
  useNavigation.getState().stopRecording()
  for (const dialog of [useUndoing, useRejoining, useCorrecting]) dialog.getState().close()
}
