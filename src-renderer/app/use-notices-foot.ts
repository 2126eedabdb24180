// Tells the style sheet how much of the window's foot notices take, so that pages and dialogs end above them.
// Invariant: a notice covers no control; what it stands over is free for as long as it is shown.
import { useEffect } from 'react'

/** From the foot of the window to the lowest notice and from the uppermost to the page, in pixels. */
const MARGIN = 16

export function useNoticesFoot(): void {
  useEffect(() => {
    const notices = document.querySelector<HTMLElement>('.mantine-Notifications-root[data-position="bottom-center"]')
    if (!notices) return
    const { style } = document.documentElement
    const seen = new ResizeObserver(() => {
      const height = notices.offsetHeight
      style.setProperty('--scv-foot', height === 0 ? '0px' : `${height + 2 * MARGIN}px`)
    })
    seen.observe(notices)
    return () => {
      seen.disconnect()
      style.removeProperty('--scv-foot')
    }
  }, [])
}
