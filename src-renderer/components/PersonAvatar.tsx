// A person's initials in a circle. Decoration: the name always stands beside it.
import { Avatar } from '@mantine/core'
import type { PersonRef } from '@shared/model/views'
import { IconUser, IconUserQuestion } from '@tabler/icons-react'

interface PersonAvatarProps {
  person: Pick<PersonRef, 'displayName' | 'type'>
  size?: 'md' | 'lg'
}

/** The first letters of the first and the last word, or nothing where the name is an address or a number. */
function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word))
  if (name.includes('@') || words.length === 0) return ''
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('')
}

export function PersonAvatar({ person, size = 'md' }: PersonAvatarProps) {
  const text = initials(person.displayName)
  return (
    <Avatar
      aria-hidden
      radius="xl"
      size={size}
      color={person.type === 'Curated' ? 'petrol' : 'gray'}
      className="scv-fixed"
    >
      {text !== '' ? text.toLocaleUpperCase() : person.type === 'Curated' ? <IconUser /> : <IconUserQuestion />}
    </Avatar>
  )
}
