// The free place in the frame that the dock fills: measured, so that the dock can stand above dialogs and cover nothing.
import { type CSSProperties, type RefCallback, useCallback, useState } from 'react'

const none = { '--dock-left': '0px', '--dock-top': '0px', '--dock-width': '0px', '--dock-height': '0px' }

export function useRoom(): { room: RefCallback<HTMLElement>; style: CSSProperties & Record<string, string> } {
  const [style, setStyle] = useState<Record<string, string>>(none)
  const room = useCallback((element: HTMLElement | null) => {
    if (!element) return
    const measure = (): void => {
      const { left, top, width, height } = element.getBoundingClientRect()
      setStyle({
        '--dock-left': `${left}px`,
        '--dock-top': `${top}px`,
        '--dock-width': `${width}px`,
        '--dock-height': `${height}px`,
      })
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { room, style }
}
