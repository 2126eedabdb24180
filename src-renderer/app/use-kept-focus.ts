// Keeps the focus when what had it goes away: a row that was dismissed, a button that a live change took off the screen.
// Invariant: an agent who works by keyboard is never thrown back to the top of the window.
import { useEffect } from 'react'

/** A dialog that closes gives the focus back by itself, a few moments after it went. */
const DIALOG_MS = 50

/** The element with the focus, and what lies around it from the inside out: lists, dialogs, the page. */
interface Held {
  element: Element
  around: Element[]
}

function held(element: Element): Held {
  const around: Element[] = []
  for (let at = element.parentElement; at; at = at.parentElement)
    if (at.hasAttribute('tabindex') || at.getAttribute('role') === 'dialog') around.push(at)
  return { element, around }
}

export function useKeptFocus(): void {
  useEffect(() => {
    let last: Held | null = null
    const onFocus = (event: FocusEvent): void => {
      if (event.target instanceof Element) last = held(event.target)
    }
    const look = (): void => {
      if (!last || last.element.isConnected || document.activeElement !== document.body) return
      const next =
        last.around.find((each) => each.isConnected) ?? document.querySelector<HTMLElement>('[data-page-title]')
      last = null
      if (next instanceof HTMLElement) next.focus({ preventScroll: true })
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const observer = new MutationObserver(() => {
      timer ??= setTimeout(() => {
        timer = undefined
        look()
      }, DIALOG_MS)
    })
    document.addEventListener('focusin', onFocus)
    observer.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusin', onFocus)
      observer.disconnect()
      clearTimeout(timer)
    }
  }, [])
}
