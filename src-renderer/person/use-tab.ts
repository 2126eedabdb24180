// Which of a person's tabs is shown: the one the agent chose, else the notes where one was begun, else the journey.
import { useState } from 'react'

/**
 * @param begun a note of this person was begun and neither sent nor discarded; on a restarted page this is known only
 *   once the device's file has answered, so it may become true after the first frame
 */
export function useTab(begun: boolean): [shown: string, choose: (tab: string | null) => void] {
  const [tab, setTab] = useState<string | null>(null)
  // Held, so that discarding or sending the note does not take its tab away.
  if (begun && tab === null) setTab('notes')
  return [tab ?? 'journey', setTab]
}
