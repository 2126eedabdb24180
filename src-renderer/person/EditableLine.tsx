// One field of a person, read until it is pressed, then edited where it stands.
// Invariant: nothing typed is lost: a field that is left is saved, and where it cannot be, or Escape was pressed, it stays
// open with what was typed, as a draft that only saving or discarding it ends.

import { ActionIcon, Badge, Box, Group, Text } from '@mantine/core'
import type { ContactFields } from '@shared/model/contact'
import type { ContactId } from '@shared/model/ids'
import { IconCheck, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { useSettings } from '../components/app-info'
import { isSavable, LineInput } from '../components/LineInput'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import type { FieldLine } from '../format/fields'
import { ICON, MARK, WIDTH } from '../theme'
import { ReadLine, regionOf } from './ReadLine'
import { useLineSaving } from './use-line-saving'

interface EditableLineProps {
  contactId: ContactId
  line: FieldLine
  fields: ContactFields
  /** When the value was written, and its writer. */
  info: { at: string; by: string } | undefined
  /** It is being added, so it begins in editing; with others at once, it stays open though it is left empty. */
  adding?: { focus: boolean; stays: boolean } | undefined
  onDone?: () => void
  readOnly?: boolean
}

export function EditableLine({ contactId, line, fields, info, adding, onDone, readOnly }: EditableLineProps) {
  const settings = useSettings()
  const saving = useLineSaving(contactId, line, fields)
  const saved = line.read(fields)
  const draft = useDraft('field', `${contactId}/${line.key}`, { text: saved })
  const typed = draft.values.text
  const [opened, setOpened] = useState(adding !== undefined)
  const [focused, setFocused] = useState(false)
  const open = !readOnly && (opened || draft.begun)
  const discardButton = useRef<HTMLButtonElement>(null)
  /** Escape leaves the field without saving it. */
  const leaving = useRef(false)
  const button = useRef<HTMLButtonElement>(null)
  const returning = useRef(false)
  const region = line.kind === 'phone' ? regionOf(line, fields) : undefined

  const close = (refocus: boolean): void => {
    setOpened(false)
    onDone?.()
    returning.current = refocus
  }
  const end = (refocus: boolean): void => {
    draft.end()
    close(refocus)
  }
  // Where the edit was, unless the person has gone on to another place while it was saved.
  useLayoutEffect(() => {
    if (open || !returning.current) return
    returning.current = false
    if (document.activeElement === document.body) button.current?.focus()
  }, [open])
  const save = async (refocus: boolean): Promise<void> => {
    if (saving.pending) return
    const text = typed.trim()
    if (text === saved) return end(refocus)
    if (!isSavable(line, text, region ?? settings.defaultRegion)) return
    try {
      const onUndo = await saving.save(text)
      end(refocus)
      showUndo({ text: text === '' ? `${line.label} is emptied.` : `${line.label} is ${text} now.`, onUndo })
    } catch {
      // It stands in `saving.error`, and the field stays open with what was typed.
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void save(true)
    else if (event.key === 'Escape') {
      leaving.current = draft.begun
      if (draft.begun) discardButton.current?.focus()
      else close(true)
    }
  }

  const onBlur = (): void => {
    setFocused(false)
    const unsaved = leaving.current
    leaving.current = false
    if (!draft.begun && adding?.stays) return
    if (!draft.begun) close(false)
    else if (!unsaved) void save(false)
  }

  if (!open)
    return (
      <ReadLine
        line={line}
        fields={fields}
        info={info}
        {...(readOnly ? {} : { button, onEdit: () => setOpened(true) })}
      />
    )

  return (
    <Group gap="snug" align="flex-start" py="hair">
      <Box w={WIDTH.label} pt="tight" className="scv-fixed">
        <Text size="sm" c="dimmed" aria-hidden>
          {line.label}
        </Text>
        {draft.begun && !focused && (
          <Badge size="xs" variant="light" color="yellow">
            Not saved
          </Badge>
        )}
      </Box>
      <Group flex={1} miw={WIDTH.field + MARK.lg} wrap="nowrap" gap="snug" align="flex-start">
        <LineInput
          line={line}
          value={typed}
          onChange={(text) => draft.set({ text })}
          region={region}
          refusal={saving.error?.message}
          bare
          size="xs"
          flex={1}
          autoFocus={opened && adding?.focus !== false}
          disabled={saving.pending}
          onKeyDown={onKeyDown}
          onFocus={() => setFocused(true)}
          onBlur={onBlur}
        />
        <ActionIcon
          variant="filled"
          size={MARK.lg}
          aria-label={`Save ${line.label}`}
          loading={saving.pending}
          // Enter does it from the field, and Tab goes on to the next one.
          tabIndex={-1}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => void save(true)}
        >
          <IconCheck size={ICON.md} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={MARK.lg}
          aria-label={draft.begun ? `Discard what was typed in ${line.label}` : `Cancel editing ${line.label}`}
          ref={discardButton}
          tabIndex={-1}
          // Before the field's blur, which would close it on its own.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            discard(draft.key)
            close(true)
          }}
        >
          <IconX size={ICON.md} aria-hidden />
        </ActionIcon>
      </Group>
    </Group>
  )
}
