// What the person at the window may do now, for components and for keys alike.
// Invariant: the main process decides and refuses; the window only leaves out what would be refused. While it is not known
// yet, nothing is left out.
import { notifications } from '@mantine/notifications'
import type { AccessState } from '@shared/contract/access'
import type { Permission } from '@shared/permissions'
import { create } from 'zustand'

/** A permission as the window names it. */
export type May = Permission extends `externalContacts:${infer Rest}` ? Rest : never

interface AccessMemory {
  /** Null: not known yet. */
  access: AccessState | null
  set(access: AccessState): void
}

export const useAccessMemory = create<AccessMemory>((set) => ({ access: null, set: (access) => set({ access }) }))

const allows = (access: AccessState | null, needs: May): boolean =>
  access === null || access.permissions.includes(`externalContacts:${needs}` as Permission)

/** Whether the person may do something now. */
export const mayNow = (needs: May): boolean => allows(useAccessMemory.getState().access, needs)

/** What the person may do now, asked one by one. */
export function useMay(): (needs: May) => boolean {
  const access = useAccessMemory((state) => state.access)
  return (needs) => allows(access, needs)
}

/** Whether anything may be changed now, this device's own settings included. */
export const useMayChange = (): boolean => useAccessMemory(({ access }) => access === null || access.is === 'open')

/** Why something is not offered. */
export const whyNot = (access: AccessState | null): string =>
  access?.is === 'read-only'
    ? 'You are signed out. Sign in to do this.'
    : 'Your role does not include this. Ask who manages your team’s roles.'

/** For a key: whether it may be done; where not, it says why before anything begins. */
export function mayOrSay(needs: May): boolean {
  if (mayNow(needs)) return true
  const { access } = useAccessMemory.getState()
  notifications.show({ id: 'why-not', message: whyNot(access) })
  return false
}
