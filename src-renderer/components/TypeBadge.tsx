// What kind of contact a person is, in a word, with the meaning on hover and focus.
import { Badge, Tooltip } from '@mantine/core'
import type { ContactType } from '@shared/model/contact'
import { CONTACT_TYPE_WORDS } from '../format/words'

const COLORS: Readonly<Record<ContactType, string>> = { Curated: 'petrol', Identified: 'yellow', Ephemeral: 'gray' }

export function TypeBadge({ type }: { type: ContactType }) {
  const { label, meaning } = CONTACT_TYPE_WORDS[type]
  return (
    <Tooltip label={meaning}>
      <Badge variant="light" color={COLORS[type]} className="scv-fixed">
        {label}
      </Badge>
    </Tooltip>
  )
}
