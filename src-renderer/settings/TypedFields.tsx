// The sets of fields that the organisation types: what there is, and for administrators defining, changing and taking back.
// Invariant: a reader without the permission to change them sees what they are.
import { Badge, Button, Card, Group, Modal, Stack, Text, Title } from '@mantine/core'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { client, useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { useBegun } from '../drafts/use-draft'
import { formatDay, formatNumber } from '../format/locale'
import { useMay } from '../state/access'
import { ICON } from '../theme'
import { FieldsForm, NEW_SET } from './FieldsForm'
import { TYPE_WORDS } from './schema-form'

export function TypedFields() {
  const answer = useLive('people.schemas', {})
  const mayEdit = useMay()('settings:edit')
  const begun = useBegun().flatMap(({ form, subject }) => (form === 'schema' ? subject : []))
  /** The id of the set that is edited, or `NEW_SET`. */
  const [edited, setEdited] = useState<string | null>(null)
  const schemas = answer.status === 'ready' ? answer.value.flatMap((versions) => versions.at(-1) ?? []) : []
  const former = schemas.find(({ id }) => id === edited)
  const isNewBegun = begun.includes(NEW_SET)
  return (
    <Card component="section" aria-label="Fields of the organisation">
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={2} id="settings-fields">
          Fields of the organisation
        </Title>
        {mayEdit && (
          <Button
            size="xs"
            variant="default"
            className="scv-fixed"
            leftSection={<IconPlus size={ICON.md} aria-hidden />}
            onClick={() => setEdited(NEW_SET)}
          >
            {isNewBegun ? 'New set of fields (unfinished)' : 'New set of fields'}
          </Button>
        )}
      </Group>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          What else your organisation wants to know about a contact, beside names, numbers and addresses. A set of
          fields reaches every device. When it is changed, contacts keep what was filled in before.
          {mayEdit ? '' : ' Administrators may change it.'}
        </Text>
        {answer.error && <ErrorNotice error={answer.error} />}
        {answer.status === 'ready' && schemas.length === 0 && (
          <Text size="sm" c="dimmed">
            There is none yet.
          </Text>
        )}
        {schemas.length > 0 && (
          <Stack gap="sm" role="list" aria-label="Sets of fields">
            {schemas.map((schema) => (
              <OneSet
                key={schema.id}
                schema={schema}
                isBegun={begun.includes(schema.id)}
                onEdit={mayEdit ? () => setEdited(schema.id) : undefined}
              />
            ))}
          </Stack>
        )}
      </Stack>
      <Modal
        opened={edited === NEW_SET || former !== undefined}
        onClose={() => setEdited(null)}
        title={former ? `Fields of ${former.name}` : 'New set of fields'}
        size="xl"
      >
        <FieldsForm key={edited} former={former} onClose={() => setEdited(null)} />
      </Modal>
    </Card>
  )
}

interface OneSetProps {
  schema: ContactSchemaVersion
  isBegun: boolean
  onEdit: (() => void) | undefined
}

function OneSet({ schema, isBegun, onEdit }: OneSetProps) {
  const remove = useCall('schemas.remove')
  const { id, name, fields, version, createdAt, createdBy, isEnabled } = schema
  const takeBack = async (): Promise<void> => {
    try {
      await remove.run({ id })
      showUndo({
        text: `${name} is taken back. Contacts that have it keep what stands in it.`,
        onUndo: () => client.call('schemas.restore', { id }),
      })
    } catch {
      // It stands in `remove.error`.
    }
  }
  const words = fields.map(
    ({ title, type, isRequired }) => `${title} (${TYPE_WORDS[type].toLowerCase()}${isRequired ? ', required' : ''})`,
  )
  return (
    <Stack gap="tight" role="listitem" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap="hair" miw={0}>
          <Group gap="xs">
            <Text size="sm" fw={600} className="scv-wrap">
              {name}
            </Text>
            {!isEnabled && (
              <Badge size="sm" variant="light" color="gray">
                not in use
              </Badge>
            )}
            {isBegun && (
              <Badge size="sm" variant="light" color="yellow">
                unfinished
              </Badge>
            )}
          </Group>
          <Text size="sm" className="scv-wrap">
            {words.length === 0 ? 'No fields' : words.join(' · ')}
          </Text>
          <Text size="xs" c="dimmed">
            Version {formatNumber(version)}, by {createdBy} on {formatDay(createdAt)}
          </Text>
        </Stack>
        {onEdit && (
          <Group gap="xs" wrap="nowrap" className="scv-fixed">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPencil size={ICON.sm} aria-hidden />}
              aria-label={`Change ${name}`}
              onClick={onEdit}
            >
              Change
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-label={`Take ${name} back`}
              loading={remove.pending}
              onClick={() => void takeBack()}
            >
              Take back
            </Button>
          </Group>
        )}
      </Group>
      {remove.error && <ErrorNotice error={remove.error} />}
    </Stack>
  )
}
