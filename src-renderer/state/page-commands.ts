// What the screen on show can do, for the command palette. Screens say it; the palette asks when it opens.
// Invariant: only what is on screen is offered, and each command does what its button would do now.
import type { IconUser } from '@tabler/icons-react'
import { useEffect, useLayoutEffect, useRef } from 'react'

export interface PageCommand {
  label: string
  description: string
  icon: typeof IconUser
  keys?: string
  /** Takes something away: it stands last, where no hasty Enter finds it. */
  harmful?: boolean
  run: () => void
}

const pages = new Set<() => readonly PageCommand[]>()

/** Offers commands for as long as the component is on screen. */
export function usePageCommands(commands: readonly PageCommand[]): void {
  const latest = useRef(commands)
  useLayoutEffect(() => {
    latest.current = commands
  })
  useEffect(() => {
    const get = () => latest.current
    pages.add(get)
    return () => {
      pages.delete(get)
    }
  }, [])
}

/** What is offered at this moment. */
export const pageCommands = (): PageCommand[] => [...pages].flatMap((get) => get())
