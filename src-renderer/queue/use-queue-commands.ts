// What the queue offers in the palette: its two lists, and what can be done with those selected.
import type { AutoContact } from '@shared/model/views'
import { IconAddressBook, IconArrowBackUp, IconArrowsJoin2, IconEyeOff, IconUserCheck } from '@tabler/icons-react'
import { peopleWords } from '../format/queue-words'
import { usePageCommands } from '../state/page-commands'

interface QueueCommands {
  /** Those selected. */
  chosen: readonly AutoContact[]
  /** The list of those who were dismissed is shown. */
  dismissed: boolean
  onShow: (dismissed: boolean) => void
  onKeep: (contacts: readonly AutoContact[]) => void
  onMerge: (contacts: readonly AutoContact[]) => void
  /** Dismisses them, or puts them back. */
  onDismiss: (contacts: readonly AutoContact[]) => void
}

export function useQueueCommands({ chosen, dismissed, onShow, onKeep, onMerge, onDismiss }: QueueCommands): void {
  usePageCommands([
    {
      label: dismissed ? 'Show those who wait' : 'Show those who were dismissed',
      description: 'Of the people known only from their interactions',
      icon: dismissed ? IconAddressBook : IconEyeOff,
      run: () => onShow(!dismissed),
    },
    ...(chosen.length === 0
      ? []
      : [
          {
            label: 'Keep those selected…',
            description: peopleWords(chosen.length),
            icon: IconUserCheck,
            run: () => onKeep(chosen),
          },
          {
            label: 'Merge those selected into someone…',
            description: peopleWords(chosen.length),
            icon: IconArrowsJoin2,
            run: () => onMerge(chosen),
          },
          {
            label: dismissed ? 'Put those selected back' : 'Dismiss those selected',
            description: peopleWords(chosen.length),
            icon: dismissed ? IconArrowBackUp : IconEyeOff,
            run: () => onDismiss(chosen),
          },
        ]),
  ])
}
