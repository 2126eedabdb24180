// A field of several short texts, each ended by Enter or a comma.
// Invariant: the one that is being typed counts already: leaving the page in the middle of it loses nothing.
import { TagsInput, type TagsInputProps } from '@mantine/core'
import { useRef, useState } from 'react'

interface TagsFieldProps extends Omit<TagsInputProps, 'value' | 'onChange' | 'searchValue' | 'onSearchChange'> {
  value: readonly string[]
  onChange: (texts: string[]) => void
}

export function TagsField({ value, onChange, ...rest }: TagsFieldProps) {
  const [typing, setTyping] = useState('')
  /** The field clears what is typed once it has taken it. */
  const isTaken = useRef(false)
  const unfinished = typing.trim()
  const finished = unfinished !== '' && value.at(-1) === unfinished ? value.slice(0, -1) : [...value]
  const type = (text: string): void => {
    setTyping(text)
    if (text === '' && isTaken.current) return
    isTaken.current = false
    onChange(text.trim() === '' ? finished : [...finished, text.trim()])
  }
  return (
    <TagsInput
      {...rest}
      value={finished}
      onChange={(texts) => {
        isTaken.current = true
        onChange(texts)
      }}
      searchValue={typing}
      onSearchChange={type}
    />
  )
}
