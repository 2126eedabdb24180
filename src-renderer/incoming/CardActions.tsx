// The buttons of an interaction that arrived: the right person or another one, keeping them, and what is seldom needed.
import { ActionIcon, Button, Group, Menu } from '@mantine/core'
import {
  IconArrowsJoin2,
  IconCheck,
  IconDots,
  IconLinkOff,
  IconUser,
  IconUserCheck,
  IconUserSearch,
} from '@tabler/icons-react'
import type { ReactNode, Ref } from 'react'
import { personName } from '../format/words'
import { useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { ICON, MARK } from '../theme'
import type { CardState } from './use-card'

interface CardActionsProps {
  card: CardState
  /** Receives the focus when the agent asks for the pop-up. */
  first: Ref<HTMLButtonElement> | undefined
}

export function CardActions({ card, first }: CardActionsProps) {
  const { incoming, inDock, proposed, several, decided, decisions } = card
  const { contact } = incoming
  const may = useMay()
  const mayLink = may('conversation:associate')
  const face = (icon: ReactNode) => (inDock ? { size: 'compact-sm', fz: 'xs' } : { size: 'xs', leftSection: icon })
  return (
    <Group gap={inDock ? 'tight' : 'snug'} wrap={inDock ? 'wrap' : 'nowrap'}>
      {proposed && !several && mayLink && (
        <Button
          ref={first}
          {...face(<IconCheck size={ICON.md} aria-hidden />)}
          disabled={decisions.pending || decided === 'right'}
          onClick={() => void decisions.right()}
        >
          Right person
        </Button>
      )}
      {mayLink && (
        <Button
          variant="default"
          {...(proposed || several ? {} : { ref: first })}
          {...face(<IconUserSearch size={ICON.md} aria-hidden />)}
          disabled={decisions.pending}
          onClick={() => card.setPicking('link')}
        >
          {proposed ? 'Someone else…' : 'Choose someone…'}
        </Button>
      )}
      {contact && contact.type !== 'Curated' && may('identity:promote') && (
        <Button
          variant="default"
          {...face(<IconUserCheck size={ICON.md} aria-hidden />)}
          onClick={() => card.setKeeping(true)}
        >
          Add to contacts…
        </Button>
      )}
      {contact && <More card={card} name={personName(contact)} contactId={contact.id} />}
    </Group>
  )
}

function More({ card, name, contactId }: { card: CardState; name: string; contactId: string }) {
  const go = useNavigation((state) => state.go)
  const may = useMay()
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={card.inDock ? MARK.md : MARK.lg}
          ml="auto"
          aria-label="More about this interaction"
        >
          <IconDots size={ICON.md} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUser size={ICON.md} aria-hidden />}
          onClick={() => go({ screen: 'person', contactId })}
        >
          Open {name}
        </Menu.Item>
        {may('identity:merge') && (
          <Menu.Item
            leftSection={<IconArrowsJoin2 size={ICON.md} aria-hidden />}
            onClick={() => card.setPicking('merge')}
          >
            Merge into…
          </Menu.Item>
        )}
        {may('conversation:associate') && (
          <Menu.Item
            leftSection={<IconLinkOff size={ICON.md} aria-hidden />}
            onClick={() => void card.decisions.unlink()}
          >
            Unlink: it is not theirs
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
