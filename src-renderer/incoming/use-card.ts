// What the card of an interaction that arrived shows and can do, with its commands in the palette.
// Invariant: an agent's answer to learning holds until they change it; unsaid, what no kept person has is remembered.
import type { Incoming } from '@shared/contract/local-api'
import type { PersonRef } from '@shared/model/views'
import { IconCheck, IconLinkOff, IconUserSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { personName } from '../format/words'
import { useMay } from '../state/access'
import { decidedOf, useIncomingMemory } from '../state/incoming'
import { useNavigation } from '../state/navigation'
import { usePageCommands } from '../state/page-commands'
import { arrivalWords, isUnknown } from './incoming-words'
import { useDecisions } from './use-decisions'

export type CardState = ReturnType<typeof useCard>

/** @param inDock whether it is the one card on screen, whose decisions stand in the palette */
export function useCard(incoming: Incoming, inDock: boolean) {
  const { interaction, contact, candidates } = incoming
  const decided = useIncomingMemory((state) => decidedOf(incoming, state))
  const decisions = useDecisions(incoming)
  const may = useMay()
  const go = useNavigation((state) => state.go)
  const [picking, setPicking] = useState<'link' | 'merge' | null>(null)
  const [keeping, setKeeping] = useState(false)
  const [said, setSaid] = useState<boolean | null>(null)
  const [known] = interaction.identifiers
  const kept = candidates.some(({ type }) => type === 'Curated')
  // What no kept person has is remembered unless the agent says otherwise; what another has is shared only if the agent says so.
  const learns = known !== undefined && (said ?? !kept)
  /** A person stands on the card who may be the right one. */
  const proposed = contact !== null && !isUnknown(incoming) ? contact : undefined

  const merge = (other: PersonRef): void => {
    if (contact) go({ screen: 'merge', contactIds: [other.id, contact.id] })
  }
  const several = candidates.length > 1
  usePageCommands(
    // Of several cards on screen, a command would not say which one it means.
    !inDock || !may('conversation:associate')
      ? []
      : [
          ...(proposed && !several
            ? [
                {
                  label: 'Right person',
                  description: `${arrivalWords(incoming)}: ${personName(proposed)}`,
                  icon: IconCheck,
                  run: () => void decisions.right(),
                },
              ]
            : []),
          {
            label: proposed ? 'Someone else…' : 'Choose someone…',
            description: `${arrivalWords(incoming)}, linked to the person you choose`,
            icon: IconUserSearch,
            run: () => setPicking('link'),
          },
          ...(contact
            ? [
                {
                  label: 'Unlink the interaction',
                  description: `${arrivalWords(incoming)} is nobody’s`,
                  icon: IconLinkOff,
                  run: () => void decisions.unlink(),
                },
              ]
            : []),
        ],
  )

  return {
    incoming,
    inDock,
    decided,
    decisions,
    proposed,
    several,
    known,
    kept,
    learns,
    say: setSaid,
    merge,
    picking,
    setPicking,
    keeping,
    setKeeping,
    /** One of those who have what it came by, or `new`. */
    choose: (id: string): void => {
      const person = candidates.find((one) => one.id === id)
      if (id === 'new') void decisions.somebodyNew()
      else if (person && person.id === contact?.id) void decisions.right()
      else if (person) void decisions.someoneElse(person)
    },
    pick: (person: PersonRef): void => {
      setPicking(null)
      if (picking === 'merge') merge(person)
      else void decisions.someoneElse(person, learns)
    },
  }
}
