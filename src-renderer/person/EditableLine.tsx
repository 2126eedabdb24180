// One field of a person, read until it is pressed, then edited where it stands.
// Invariant: nothing typed is lost by a click elsewhere: an edit ends by saving or by cancelling, or when nothing changed.
import { ActionIcon, Box, Group, Text, Tooltip, UnstyledButton } from '@mantine/core'
import type { ContactFields } from '@shared/model/contact'
import { IconCheck, IconPencil, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { useSettings } from '../components/app-info'
import { isSavable, LineInput } from '../components/LineInput'
import type { FieldLine } from '../format/fields'
import { formatMoment, regionName } from '../format/locale'
import { ICON, MARK, WIDTH } from '../theme'

interface EditableLineProps {
  contactId: string
  line: FieldLine
  fields: ContactFields
  /** When and by whom the value was written. */
  info: { at: string; by: string } | undefined
  /** Begins in editing, for a field that is being added. */
  adding?: boolean
  onDone?: () => void
  readOnly?: boolean
}

export function EditableLine({ contactId, line, fields, info, adding = false, onDone, readOnly }: EditableLineProps) {
  const settings = useSettings()
  const update = useCall('people.update')
  const saved = line.read(fields)
  const [typed, setTyped] = useState<string | null>(adding ? saved : null)
  const button = useRef<HTMLButtonElement>(null)
  const returning = useRef(false)
  const region = line.kind === 'phone' ? regionOf(line, fields) : undefined

  const close = (refocus: boolean): void => {
    setTyped(null)
    onDone?.()
    returning.current = refocus
  }
  // Where the edit was, unless the person has gone on to another place while it was saved.
  useLayoutEffect(() => {
    if (typed !== null || !returning.current) return
    returning.current = false
    if (document.activeElement === document.body) button.current?.focus()
  }, [typed])
  const save = async (): Promise<void> => {
    if (typed === null || update.pending) return
    const text = typed.trim()
    if (text === saved) return close(true)
    if (!isSavable(line, text, region ?? settings.defaultRegion)) return
    try {
      await update.run({ contactId, changes: line.write(fields, text) })
      close(true)
    } catch {
      // It stands in `update.error`, and the field stays open with what was typed.
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void save()
    else if (event.key === 'Escape') close(true)
  }

  if (typed === null) {
    const shown = displayOf(line, fields)
    const content = (
      <Group wrap="nowrap" gap="xs" align="baseline">
        <Text size="sm" c="dimmed" w={WIDTH.label} className="scv-fixed">
          {line.label}
        </Text>
        <Text size="sm" flex={1} miw={0} className="scv-wrap">
          {shown}
          {isUnread(line, fields) && (
            <Text component="span" size="xs" c="var(--mantine-color-yellow-light-color)" display="block">
              Not a valid number, so calls from it do not find this person
            </Text>
          )}
        </Text>
        {!readOnly && <IconPencil size={ICON.sm} aria-hidden className="scv-edit-mark" />}
      </Group>
    )
    if (readOnly) return <Box py="tight">{content}</Box>
    return (
      <Tooltip
        label={info ? `Written ${formatMoment(info.at)} by ${info.by}` : 'Edit'}
        openDelay={700}
        position="top-start"
      >
        <UnstyledButton
          ref={button}
          className="scv-edit"
          aria-label={`Edit ${line.label}: ${shown}`}
          onClick={() => setTyped(saved)}
        >
          {content}
        </UnstyledButton>
      </Tooltip>
    )
  }

  return (
    <Group wrap="nowrap" gap="snug" align="flex-start" py="hair">
      <Text size="sm" c="dimmed" w={WIDTH.label} pt="tight" className="scv-fixed" aria-hidden>
        {line.label}
      </Text>
      <LineInput
        line={line}
        value={typed}
        onChange={setTyped}
        region={region}
        refusal={update.error?.message}
        bare
        size="xs"
        flex={1}
        data-autofocus
        autoFocus
        disabled={update.pending}
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (typed.trim() === saved) close(false)
        }}
      />
      <ActionIcon
        variant="filled"
        size={MARK.lg}
        aria-label={`Save ${line.label}`}
        loading={update.pending}
        onClick={() => void save()}
      >
        <IconCheck size={ICON.md} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={MARK.lg}
        aria-label={`Cancel editing ${line.label}`}
        // Before the field's blur, which would close it on its own.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => close(true)}
      >
        <IconX size={ICON.md} aria-hidden />
      </ActionIcon>
    </Group>
  )
}

function phoneOf(line: FieldLine, fields: ContactFields) {
  if (line.field === 'whatsAppId') return fields.whatsAppId?.phoneNumber
  if (
    line.field === 'workPhone' ||
    line.field === 'cellPhone' ||
    line.field === 'homePhone' ||
    line.field === 'otherPhone'
  )
    return fields[line.field]
  return undefined
}

const regionOf = (line: FieldLine, fields: ContactFields): string | undefined =>
  phoneOf(line, fields)?.normalizationCountryCode
const displayOf = (line: FieldLine, fields: ContactFields): string => {
  const text = line.read(fields)
  if (line.key === 'address.countryCode' && /^[A-Z]{2}$/.test(text)) return regionName(text)
  return phoneOf(line, fields)?.display ?? text
}
const isUnread = (line: FieldLine, fields: ContactFields): boolean => {
  const phone = phoneOf(line, fields)
  return phone !== undefined && phone.e164 === undefined
}
