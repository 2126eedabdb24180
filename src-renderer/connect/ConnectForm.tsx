// Connecting this device with an organisation's server: where it is, which organisation, who signs in.
// Invariant: what was typed stays whatever is refused, and a refusal stands beside what it is about. All but the password is
// a draft until the device is connected; a password is written nowhere.

import { Button, Group, PasswordInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { NOTE_MAX, PASSWORD_MAX, USER_NAME_MAX } from '@shared/model/limits'
import { useLayoutEffect, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { ForSession } from '../sync/ForSession'
import { KeepPlain } from '../sync/KeepPlain'
import { UnsentNotice } from '../sync/UnsentNotice'
import { readRefusal, useAsked } from '../sync/use-refusal'
import { addressProblem, addressRemark, certificateProblem } from './address'
import { Certificate } from './Certificate'

interface ConnectFormProps {
  initial?: { url: string; org: string; user: string }
  /** Who is signed in now, if this device is connected. */
  former?: string
  cancelLabel: string
  onCancel: () => void
  onConnected: (user: string) => Promise<void> | void
}

const NOWHERE = { url: '', org: '', user: '', ca: '', forSession: '' }

export function ConnectForm({ initial, former, cancelLabel, onCancel, onConnected }: ConnectFormProps) {
  const connect = useCall('sync.connect')
  const { unsent, field, asksForPlain } = readRefusal(connect.error)
  const offerPlain = useAsked(connect.error)
  const draft = useDraft('connect', '', { ...NOWHERE, ...initial })
  const { url, org, user, ca, forSession } = draft.values
  const form = useForm({
    initialValues: { url, org, user, ca, forSession: forSession === 'yes', password: '', insistOnPlain: false },
    onValuesChange: (now) =>
      draft.set({
        url: now.url,
        org: now.org,
        user: now.user,
        forSession: now.forSession ? 'yes' : '',
        ca: now.ca.length > NOTE_MAX ? '' : now.ca, // longer than a draft holds; a certificate is not
      }),
    validate: {
      url: addressProblem,
      org: (org) => (org.trim() === '' ? 'What your organisation is called on the server.' : null),
      user: (user) => (user.trim() === '' ? 'The name you have on the server.' : null),
      password: (password) => (password === '' ? 'Your password on the server.' : null),
      ca: certificateProblem,
    },
  })
  const [askCa, setAskCa] = useState(ca !== '')
  // To the field at fault, in the frame that shows the refusal: later it would take what is being typed elsewhere by then.
  useLayoutEffect(() => {
    if (!field || !connect.error) return
    const toField = (): void => form.getInputNode(field)?.focus()
    if (field !== 'ca') return toField()
    setAskCa(true)
    requestAnimationFrame(toField) // It has to unfold first.
  }, [field, connect.error, form.getInputNode])

  const submit = async (values: typeof form.values, leaveUnsent: boolean): Promise<void> => {
    const { password, insistOnPlain } = values
    const trusted = values.ca.trim() === '' ? {} : { ca: values.ca.trim() }
    const name = values.user.trim()
    try {
      await connect.run({
        url: values.url.trim(),
        org: values.org.trim(),
        user: name,
        password,
        insistOnPlain,
        forSession: values.forSession,
        leaveUnsent,
        ...trusted,
      })
    } catch {
      return // It stands in `connect.error`, which is shown below.
    }
    draft.end()
    await onConnected(name)
  }
  const takeFile = async (file: File | null): Promise<void> => {
    if (!file) return
    form.setFieldValue('ca', file.size > 100_000 ? '' : await file.text())
    form.setFieldError('ca', file.size > 100_000 ? 'This file is too large to be a certificate.' : null)
  }
  const cancel = (): void => {
    discard(draft.key)
    onCancel()
  }
  const remark = addressRemark(form.values.url)
  return (
    <form onSubmit={form.onSubmit((values) => void submit(values, false))} noValidate>
      <Stack gap="md">
        <TextInput
          label="Server address"
          description="From your administrator."
          placeholder="https://sync.example.org"
          required
          autoFocus
          maxLength={2048}
          autoComplete="off"
          spellCheck={false}
          inputMode="url"
          {...form.getInputProps('url')}
          error={form.errors['url'] ?? (field === 'url' ? true : undefined)}
        />
        {remark && (
          <Text size="xs" c="var(--mantine-color-yellow-light-color)" mt="-snug">
            {remark}
          </Text>
        )}
        <TextInput
          label="Organisation"
          description="As it is called on the server."
          required
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('org')}
          error={form.errors['org'] ?? (field === 'org' ? true : undefined)}
        />
        <SimpleGrid cols={2} spacing="md">
          <TextInput
            label="User name"
            required
            maxLength={USER_NAME_MAX}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('user')}
          />
          <PasswordInput
            label="Password"
            required
            maxLength={PASSWORD_MAX}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            {...form.getInputProps('password')}
            error={form.errors['password'] ?? (field === 'password' ? true : undefined)}
          />
        </SimpleGrid>
        <ForSession {...form.getInputProps('forSession', { type: 'checkbox' })} />
        <Certificate
          opened={askCa}
          onToggle={() => setAskCa(!askCa)}
          input={form.getInputProps('ca')}
          onFile={takeFile}
        />
        {offerPlain && (
          <KeepPlain
            checked={form.values.insistOnPlain}
            onChange={(checked) => form.setFieldValue('insistOnPlain', checked)}
          />
        )}
        {unsent !== undefined ? (
          <UnsentNotice
            count={unsent}
            former={former}
            pending={connect.pending}
            onGoOn={() => void submit(form.values, true)}
          />
        ) : (
          connect.error && !asksForPlain && <ErrorNotice error={connect.error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            {cancelLabel}
          </Button>
          <Button type="submit" loading={connect.pending}>
            Connect
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
