// Making a token for a program: a name, what it may do, and then the secret, which is told this once.
// Invariant: a secret that is on screen is not closed by a stray click.

import { Accordion, Alert, Button, Checkbox, Code, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { USER_NAME_MAX } from '@shared/model/limits'
import { isPermission } from '@shared/permissions'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { CopyValue } from '../components/CopyValue'
import { ErrorNotice } from '../components/ErrorNotice'
import { PERMISSION_WORDS, TOKEN_PRESETS } from '../format/roles'

interface Made {
  name: string
  secret: string
}

export function NewTokenDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [made, setMade] = useState<Made | null>(null)
  const close = (): void => {
    onClose()
    setMade(null)
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={made ? `Token for ${made.name}` : 'New token'}
      size="lg"
      closeOnClickOutside={made === null}
    >
      {made ? <Secret made={made} onDone={close} /> : <TokenForm onMade={setMade} onCancel={close} />}
    </Modal>
  )
}

/** The presets’ own, until the administrator picks rights one by one. */
const CHOSEN = 'chosen'

function TokenForm({ onMade, onCancel }: { onMade: (made: Made) => void; onCancel: () => void }) {
  const create = useCall('api.createToken')
  const form = useForm({
    initialValues: {
      name: '',
      preset: TOKEN_PRESETS[0]?.id ?? CHOSEN,
      permissions: [...(TOKEN_PRESETS[0]?.permissions ?? [])],
    },
    validate: {
      name: (name) => (name.trim() === '' ? 'What the program is called, so that you know it later.' : null),
      permissions: (permissions) => (permissions.length === 0 ? 'Choose at least one.' : null),
    },
  })
  const submit = async ({ name, permissions }: typeof form.values): Promise<void> => {
    try {
      const { secret } = await create.run({ name: name.trim(), permissions })
      onMade({ name: name.trim(), secret })
    } catch {
      // It stands in `create.error`, which is shown below.
    }
  }
  const pickPreset = (id: string): void => {
    const preset = TOKEN_PRESETS.find((one) => one.id === id)
    form.setValues({ preset: id, ...(preset ? { permissions: [...preset.permissions] } : {}) })
  }
  return (
    <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
      <Stack gap="md">
        <TextInput
          label="Program"
          description="One token for each, so that you can lock out one alone."
          placeholder="e.g. Phone system"
          required
          maxLength={USER_NAME_MAX}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Radio.Group label="What it may do" value={form.values.preset} onChange={pickPreset}>
          <Stack gap="xs" mt="snug">
            {TOKEN_PRESETS.map(({ id, label, meaning }) => (
              <Radio key={id} value={id} label={label} description={meaning} />
            ))}
            {form.values.preset === CHOSEN && (
              <Radio value={CHOSEN} label="As chosen below" description="The rights that you ticked." />
            )}
          </Stack>
        </Radio.Group>
        <Accordion variant="contained" chevronPosition="left">
          <Accordion.Item value="details">
            <Accordion.Control>
              <Text size="sm">In detail: {form.values.permissions.length} rights</Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Checkbox.Group
                aria-label="Rights"
                value={form.values.permissions}
                onChange={(chosen) => form.setValues({ preset: CHOSEN, permissions: chosen.filter(isPermission) })}
                error={form.errors['permissions']}
              >
                <Stack gap="xs">
                  {Object.entries(PERMISSION_WORDS).map(([permission, words]) => (
                    <Checkbox key={permission} value={permission} label={words} />
                  ))}
                </Stack>
              </Checkbox.Group>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        {form.errors['permissions'] && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {form.errors['permissions']}
          </Text>
        )}
        {create.error && <ErrorNotice error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.pending}>
            Make the token
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Secret({ made, onDone }: { made: Made; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light" icon={<IconKey aria-hidden />} title="Copy it now" role="alert">
        It is shown this once and kept nowhere. Enter it in the program; whoever has it can do what it allows.
      </Alert>
      <Group gap="xs" wrap="nowrap">
        <Code block flex={1} className="scv-text scv-select-all">
          {made.secret}
        </Code>
        <CopyValue value={made.secret} what="the token" />
      </Group>
      <Group justify="flex-end">
        <Button onClick={onDone} data-autofocus>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
