// What the menu on a person's page offers beside deleting: merging, never merging, the history of changes, erasing.
// The dialogs are apart from the items, since a menu's items are gone as soon as one is chosen.
import { Menu } from '@mantine/core'
import type { PersonRef, PersonView } from '@shared/model/views'
import {
  IconArrowsJoin2,
  IconArrowsSplit2,
  IconEraser,
  IconFileDescription,
  IconHistory,
  IconUsersPlus,
} from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { personName } from '../format/words'
import { PeoplePicker } from '../lookup/PeoplePicker'
import { type May, useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { type PageCommand, usePageCommands } from '../state/page-commands'
import { ICON } from '../theme'
import { EraseDialog } from './EraseDialog'
import { HandOutDialog } from './HandOutDialog'
import { NeverMergeDialog } from './NeverMergeDialog'

/** One thing that can be done to a person: an item of the menu and a command of the palette. */
interface PersonAction extends PageCommand {
  /** Not offered where the person can only be read, nor to those who may not. */
  needs?: May
}

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
  const may = useMay()
  const [picking, setPicking] = useState<'merge' | 'never' | null>(null)
  const [never, setNever] = useState<PersonRef | null>(null)
  const [erasing, setErasing] = useState(false)
  const [handingOut, setHandingOut] = useState(false)
  const pick = (other: PersonRef): void => {
    setPicking(null)
    if (picking === 'merge') go({ screen: 'merge', contactIds: [person.id, other.id] })
    else setNever(other)
  }
  const who = personName(person)
  const actions: readonly PersonAction[] = [
    {
      label: 'Merge with…',
      description: `${who} and another record of theirs`,
      icon: IconArrowsJoin2,
      needs: 'identity:merge',
      run: () => setPicking('merge'),
    },
    {
      label: 'These are two people…',
      description: `Takes out of ${who} what is another person’s`,
      icon: IconUsersPlus,
      needs: 'identity:merge',
      run: () => go({ screen: 'split', contactId: person.id }),
    },
    {
      label: 'Never merge with…',
      description: `Settles that ${who} and another are two people`,
      icon: IconArrowsSplit2,
      needs: 'identity:merge',
      run: () => setPicking('never'),
    },
    {
      label: 'History',
      description: `Who changed what of ${who}, and how they stood on any day`,
      icon: IconHistory,
      run: () => go({ screen: 'history', contactId: person.id }),
    },
  ]
  const handOut: PersonAction = {
    label: 'Everything about this person…',
    description: `One file, for when ${who} asks what is known of them`,
    icon: IconFileDescription,
    run: () => setHandingOut(true),
  }
  const offered = [
    ...actions.filter(({ needs }) => needs === undefined || (!readOnly && may(needs))),
    ...(may('identity:disclose') ? [handOut] : []),
  ]
  const erase: PersonAction = {
    label: 'Erase for good…',
    description: `Takes every record of ${who} away, everywhere`,
    icon: IconEraser,
    harmful: true,
    run: () => setErasing(true),
  }
  const erasable = person.status !== 'erased' && may('identity:erase')
  usePageCommands(erasable ? [...offered, erase] : offered)
  return {
    items: offered.map((action) => <ActionItem key={action.label} action={action} />),
    lastItem: erasable && <ActionItem action={erase} color="var(--mantine-color-error)" />,
    dialogs: (
      <>
        <PeoplePicker
          search={{ kind: picking === 'never' ? 'never' : 'merge', about: person.id }}
          title={picking === 'never' ? 'Never merge with whom?' : 'Merge with whom?'}
          explanation={
            picking === 'never'
              ? 'Choose the person who is another one, however alike the two look.'
              : 'Nothing happens yet: you see both side by side first.'
          }
          opened={picking !== null}
          onClose={() => setPicking(null)}
          onPick={pick}
          exclude={[person.id]}
        />
        <NeverMergeDialog person={person} other={never} onClose={() => setNever(null)} />
        <HandOutDialog person={person} opened={handingOut} onClose={() => setHandingOut(false)} />
        <EraseDialog person={person} opened={erasing} onClose={() => setErasing(false)} />
      </>
    ),
  }
}

function ActionItem({ action: { label, icon: Icon, run }, color }: { action: PersonAction; color?: string }) {
  return (
    <Menu.Item
      {...(color === undefined ? {} : { c: color })}
      leftSection={<Icon size={ICON.md} aria-hidden />}
      onClick={run}
    >
      {label}
    </Menu.Item>
  )
}
