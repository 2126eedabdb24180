// Opens what a link or an argument asks for: a person, or a look-up, and nothing that changes anything.
// Invariant: each request is carried out once, on the first frame that is shown after it; what is being typed stays a draft.
import { useEffect } from 'react'
import { useLive } from '../bridge/hooks'
import { useLookupMemory } from '../lookup/lookup-memory'
import { useNavigation } from '../state/navigation'
import { openLookup } from './use-shortcuts'

/** Outlives the frame, which goes while the window is locked. */
let carriedOut = 0

export function useOpening(): void {
  const { value } = useLive('app.opening', {})
  useEffect(() => {
    if (!value || value.request <= carriedOut) return
    carriedOut = value.request
    const { what } = value
    if (what.open === 'person') {
      useNavigation.getState().go({ screen: 'person', contactId: what.contactId })
      return
    }
    useLookupMemory.getState().setText(what.text)
    openLookup()
  }, [value])
}
