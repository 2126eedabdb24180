// Adding a person by hand. What was typed into the look-up field is taken over into the field it fits.
import { Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type ContactChanges, contactInputSchema } from '@shared/model/contact'
import { normaliseEmail } from '@shared/model/email'
import type { IdentifierInput } from '@shared/model/identifier'
import { parsePhone } from '@shared/model/phone'
import { useState } from 'react'
import { client, useCall } from '../bridge/hooks'
import { useSettings } from '../components/app-info'
import { ErrorNotice } from '../components/ErrorNotice'
import { LikelyDoubles } from '../components/LikelyDoubles'
import { LineInput } from '../components/LineInput'
import { Page } from '../components/Page'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { fieldLine, remarkOn } from '../format/fields'
import { formatDay } from '../format/locale'
import { personName } from '../format/words'
import { useResolution } from '../record/use-resolution'
import { useNavigation } from '../state/navigation'
import { WIDTH } from '../theme'
import { TypedSection, useTypedFields } from './TypedSection'

const SECTIONS = [
  { title: 'Name', keys: ['salutation', 'firstName', 'middleName', 'lastName'] },
  { title: 'Phone', keys: ['cellPhone', 'workPhone', 'homePhone', 'otherPhone'] },
  { title: 'E-mail', keys: ['workEmail', 'personalEmail'] },
  { title: 'Work', keys: ['title', 'externalOrganization.name'] },
  {
    title: 'Address',
    keys: [
      'address.address1',
      'address.address2',
      'address.postalCode',
      'address.city',
      'address.state',
      'address.countryCode',
    ],
  },
] as const

const FORM_ID = 'new-contact'
const KEYS = SECTIONS.flatMap((section) => [...section.keys])

/** Keys of form values hold no dots, which the form library would read as paths. */
const formKey = (key: string): string => key.replaceAll('.', '/')

function startFrom(typed: string | undefined, region: string): Record<string, string> {
  const values = Object.fromEntries(KEYS.map((key) => [formKey(key), '']))
  const text = typed?.trim() ?? ''
  if (text === '') return values
  if (normaliseEmail(text) !== undefined) return { ...values, workEmail: text }
  if (parsePhone(text, region) || /^[+\d][\d\s()./-]*$/.test(text)) return { ...values, cellPhone: text }
  const words = text.split(/\s+/)
  return words.length === 1
    ? { ...values, firstName: text }
    : { ...values, firstName: words.slice(0, -1).join(' '), lastName: words.at(-1) ?? '' }
}

export function NewContactScreen({ typed }: { typed?: string }) {
  const settings = useSettings()
  const { replace, back, past, go } = useNavigation()
  const create = useCall('people.create')
  const [start] = useState(() => startFrom(typed, settings.defaultRegion))
  const draft = useDraft<Record<string, string>>('contact', typed?.trim() ?? '', start)
  const form = useForm<Record<string, string>>({
    initialValues: { ...draft.values },
    onValuesChange: (values) => draft.set(values),
    validate: (values) =>
      Object.fromEntries(
        KEYS.flatMap((key) => {
          const remark = remarkOn(fieldLine(key).kind, values[formKey(key)] ?? '', settings.defaultRegion)
          return remark?.tone === 'error' ? [[formKey(key), remark.text]] : []
        }),
      ),
  })
  const cancel = (): void => {
    discard(draft.key)
    if (past.length > 0) back()
    else go({ screen: 'lookup' })
  }
  const custom = useTypedFields(form.values)
  const known = contactInputSchema.safeParse(typedContact(form.values))
  const nothing = KEYS.every((key) => (form.values[formKey(key)] ?? '').trim() === '') && custom.isEmpty

  const save = async (values: Record<string, string>): Promise<void> => {
    try {
      const person = await create.run({ input: contactInputSchema.parse({ ...typedContact(values), ...custom.input }) })
      draft.end()
      showUndo({
        text: `${personName(person)} was added.`,
        onUndo: () => client.call('people.delete', { contactId: person.id }),
      })
      replace({ screen: 'person', contactId: person.id })
    } catch {
      // It stands in `create.error`, and the form stays as it was typed.
    }
  }

  return (
    <Page
      title="New contact"
      subtitle="Fill in what you know; one value is enough."
      keepFocus
      scroll
      actions={
        <>
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button type="submit" form={FORM_ID} loading={create.pending} disabled={nothing || custom.hasFault}>
            Add contact
          </Button>
        </>
      }
    >
      <form id={FORM_ID} onSubmit={form.onSubmit((values) => void save(values))} noValidate>
        <Stack gap="md" maw={WIDTH.broad}>
          {create.error && <ErrorNotice error={create.error} />}
          {known.success && (
            <LikelyDoubles
              fields={known.data}
              action="Open"
              onPick={({ id }) => go({ screen: 'person', contactId: id })}
            />
          )}
          {SECTIONS.map((section) => (
            <Card key={section.title} component="section" aria-label={section.title}>
              <Title order={2} mb="xs">
                {section.title}
              </Title>
              <SimpleGrid cols={2} spacing="md" verticalSpacing="xs">
                {section.keys.map((key) => {
                  const line = fieldLine(key)
                  const value = form.values[formKey(key)] ?? ''
                  return (
                    <Stack key={key} gap="tight">
                      <LineInput
                        line={line}
                        value={value}
                        onChange={(text) => form.setFieldValue(formKey(key), text)}
                        refusal={create.error?.field?.startsWith(line.field) ? create.error.message : undefined}
                        autoFocus={key === 'firstName'}
                      />
                      {line.kind === 'phone' && <AlreadyKnown identifier={{ type: 'Phone', value }} />}
                      {line.kind === 'email' && <AlreadyKnown identifier={{ type: 'Email', value }} />}
                    </Stack>
                  )
                })}
              </SimpleGrid>
            </Card>
          ))}
          <TypedSection typed={custom} values={form.values} onChange={form.setFieldValue} />
        </Stack>
      </form>
    </Page>
  )
}

/** What was typed, as a contact. */
function typedContact(values: Readonly<Record<string, string>>): ContactChanges {
  const changes: ContactChanges = {}
  for (const key of KEYS) {
    const text = (values[formKey(key)] ?? '').trim()
    // Lines that share a field, like those of an address, build on each other.
    if (text !== '') Object.assign(changes, fieldLine(key).write(contactSoFar(changes), text))
  }
  return changes
}

/** Parts of a contact that is being put together; an emptied field is one that is not there. */
function contactSoFar(changes: ContactChanges) {
  return {
    ...(changes.address ? { address: changes.address } : {}),
    ...(changes.externalOrganization ? { externalOrganization: changes.externalOrganization } : {}),
  }
}

/** Says that a number or an address belongs to a person already, before a second record of them is made. */
function AlreadyKnown({ identifier }: { identifier: IdentifierInput }) {
  const settings = useSettings()
  const go = useNavigation((state) => state.go)
  const text = identifier.value.trim()
  const valid =
    text !== '' &&
    (identifier.type === 'Email' ? normaliseEmail(text) : parsePhone(text, settings.defaultRegion)) !== undefined
  const resolution = useResolution(valid ? { ...identifier, value: text } : null)
  if (resolution.status !== 'ready' || !resolution.value.contact) return null
  const { contact, reason } = resolution.value
  return (
    <Group gap="xs" wrap="nowrap" role="status">
      <Text size="xs" c="var(--mantine-color-yellow-light-color)">
        {reason.decidedBy
          ? `It has been ${personName(contact)}’s since ${formatDay(reason.decidedBy.claimedAt)}, and stays so.`
          : `It is ${personName(contact)}’s, and stays so.`}
      </Text>
      <Button
        variant="subtle"
        size="compact-xs"
        className="scv-fixed"
        onClick={() => go({ screen: 'person', contactId: contact.id })}
      >
        Open {personName(contact)}
      </Button>
    </Group>
  )
}
