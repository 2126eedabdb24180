// What the menu on a person's page offers beside deleting: merging, never merging, the history of changes, erasing.
// The dialogs are apart from the items, since a menu's items are gone as soon as one is chosen.
import { Menu } from '@mantine/core'
import type { PersonRef, PersonView } from '@shared/model/views'
import { IconArrowsJoin2, IconArrowsSplit2, IconEraser, IconHistory } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { personName } from '../format/words'
import { EraseDialog } from '../keeping/EraseDialog'
import { useNavigation } from '../state/navigation'
import { usePageCommands } from '../state/page-commands'
import { NeverMergeDialog } from './NeverMergeDialog'
import { PeoplePicker } from './PeoplePicker'

interface PersonActions {
  /** Harmless ones. */
  items: ReactNode
  /** To stand last, below what can still be taken back. */
  lastItem: ReactNode
  dialogs: ReactNode
}

/** @param readOnly the person is in the bin or gone: only reading is offered */
export function usePersonActions(person: PersonView, readOnly: boolean): PersonActions {
  const go = useNavigation((state) => state.go)
  const [picking, setPicking] = useState<'merge' | 'never' | null>(null)
  const [never, setNever] = useState<PersonRef | null>(null)
  const [erasing, setErasing] = useState(false)
  const pick = (other: PersonRef): void => {
    setPicking(null)
    if (picking === 'merge') go({ screen: 'merge', contactIds: [person.id, other.id] })
    else setNever(other)
  }
  const history = () => go({ screen: 'audit', contactId: person.id })
  const erasable = person.status !== 'erased'
  const who = personName(person)
  usePageCommands([
    ...(readOnly
      ? []
      : [
          {
            label: 'Merge with…',
            description: `${who} and another record of theirs`,
            icon: IconArrowsJoin2,
            run: () => setPicking('merge'),
          },
          {
            label: 'Never merge with…',
            description: `Settles that ${who} and another are two people`,
            icon: IconArrowsSplit2,
            run: () => setPicking('never'),
          },
        ]),
    { label: 'History of changes', description: `Everything that was done to ${who}`, icon: IconHistory, run: history },
    ...(erasable
      ? [
          {
            label: 'Erase for good…',
            description: `Takes every record of ${who} away, everywhere`,
            icon: IconEraser,
            run: () => setErasing(true),
          },
        ]
      : []),
  ])
  return {
    items: (
      <>
        {!readOnly && (
          <>
            <Menu.Item leftSection={<IconArrowsJoin2 size={16} aria-hidden />} onClick={() => setPicking('merge')}>
              Merge with…
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowsSplit2 size={16} aria-hidden />} onClick={() => setPicking('never')}>
              Never merge with…
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={history}>
          History of changes
        </Menu.Item>
      </>
    ),
    lastItem: erasable && (
      <Menu.Item
        c="var(--mantine-color-error)"
        leftSection={<IconEraser size={16} aria-hidden />}
        onClick={() => setErasing(true)}
      >
        Erase for good…
      </Menu.Item>
    ),
    dialogs: (
      <>
        <PeoplePicker
          title={picking === 'never' ? 'Never merge with whom?' : 'Merge with whom?'}
          explanation={
            picking === 'never'
              ? 'Choose the person who is somebody else, however alike they look.'
              : 'Nothing happens yet: you see both side by side first.'
          }
          opened={picking !== null}
          onClose={() => setPicking(null)}
          onPick={pick}
          exclude={[person.id]}
        />
        <NeverMergeDialog person={person} other={never} onClose={() => setNever(null)} />
        <EraseDialog person={person} opened={erasing} onClose={() => setErasing(false)} />
      </>
    ),
  }
}
