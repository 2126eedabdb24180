// One field of a person as it is read: its display, when and by which user it was written. Pressed, it is edited.

import { Box, Group, Text, Tooltip, UnstyledButton } from '@mantine/core'
import type { ContactFields } from '@shared/model/contact'
import { IconPencil } from '@tabler/icons-react'
import type { Ref } from 'react'
import { Breakable } from '../components/Breakable'
import type { FieldLine } from '../format/fields'
import { formatMoment, regionName } from '../format/locale'
import { ICON, WIDTH } from '../theme'

interface ReadLineProps {
  line: FieldLine
  fields: ContactFields
  /** When the value was written, and its writer. */
  info: { at: string; by: string } | undefined
  /** Absent: it is only read. */
  onEdit?: () => void
  button?: Ref<HTMLButtonElement>
}

export function ReadLine({ line, fields, info, onEdit, button }: ReadLineProps) {
  const shown = displayOf(line, fields)
  const content = (
    <Group wrap="nowrap" gap="xs" align="baseline">
      <Text size="sm" c="dimmed" w={WIDTH.label} className="scv-fixed">
        {line.label}
      </Text>
      <Text size="sm" flex={1} miw={0} className="scv-wrap">
        <Breakable text={shown} />
        {isUnread(line, fields) && (
          <Text component="span" size="xs" c="var(--mantine-color-yellow-light-color)" display="block">
            Not a valid number, so calls from it do not find this person
          </Text>
        )}
      </Text>
      {onEdit && <IconPencil size={ICON.sm} aria-hidden className="scv-edit-mark" />}
    </Group>
  )
  if (!onEdit) return <Box py="tight">{content}</Box>
  return (
    <Tooltip
      label={info ? `Written ${formatMoment(info.at)} by ${info.by}` : 'Edit'}
      openDelay={700}
      position="top-start"
    >
      <UnstyledButton ref={button} className="scv-edit" aria-label={`Edit ${line.label}: ${shown}`} onClick={onEdit}>
        {content}
      </UnstyledButton>
    </Tooltip>
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

/** The region that its number was read in. */
export const regionOf = (line: FieldLine, fields: ContactFields): string | undefined =>
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
