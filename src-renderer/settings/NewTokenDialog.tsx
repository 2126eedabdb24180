// Making a token for a program: a name, what it may do, and then the secret, which is told this once.
// Invariant: the form is a draft until the token is made; a secret that is on screen is not closed by a stray click.

import { Accordion, Alert, Button, Checkbox, Code, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { USER_NAME_MAX } from '@shared/model/limits'
import { isPermission } from '@shared/permissions'
import { IconKey } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { CopyValue } from '../components/CopyValue'
import { ErrorNotice } from '../components/ErrorNotice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
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

const NEW_TOKEN = {
  name: '',
  preset: TOKEN_PRESETS[0]?.id ?? CHOSEN,
  permissions: (TOKEN_PRESETS[0]?.permissions ?? []).join(' '),
}

function TokenForm({ onMade, onCancel }: { onMade: (made: Made) => void; onCancel: () => void }) {
  const create = useCall('api.createToken')
  const draft = useDraft('token', '', NEW_TOKEN)
  const [shown, setShown] = useState(false)
  const { name, preset } = draft.values
  const permissions = draft.values.permissions.split(' ').filter(isPermission)
  const nameFault = name.trim() === '' ? 'What the program is called, so that you know it later.' : undefined
  const rightsFault = shown && permissions.length === 0 ? 'Choose at least one.' : undefined
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setShown(true)
    if (nameFault !== undefined || permissions.length === 0) return
    try {
      const { secret } = await create.run({ name: name.trim(), permissions })
      draft.end()
      onMade({ name: name.trim(), secret })
    } catch {
      // It stands in `create.error`, which is shown below.
    }
  }
  const pickPreset = (id: string): void => {
    const rights = TOKEN_PRESETS.find((one) => one.id === id)?.permissions
    draft.set({ preset: id, ...(rights ? { permissions: rights.join(' ') } : {}) })
  }
  const cancel = (): void => {
    discard(draft.key)
    onCancel()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <TextInput
          label="Program"
          description="One token for each, so that you can lock out one alone."
          placeholder="e.g. Phone system"
          required
          maxLength={USER_NAME_MAX}
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => draft.set({ name: event.currentTarget.value })}
          error={shown ? nameFault : undefined}
        />
        <Radio.Group label="What it may do" value={preset} onChange={pickPreset}>
          <Stack gap="xs" mt="snug">
            {TOKEN_PRESETS.map(({ id, label, meaning }) => (
              <Radio key={id} value={id} label={label} description={meaning} />
            ))}
            {preset === CHOSEN && (
              <Radio value={CHOSEN} label="As chosen below" description="The rights that you ticked." />
            )}
          </Stack>
        </Radio.Group>
        <Accordion variant="contained" chevronPosition="left">
          <Accordion.Item value="details">
            <Accordion.Control>
              <Text size="sm">In detail: {permissions.length} rights</Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Checkbox.Group
                aria-label="Rights"
                value={permissions}
                onChange={(chosen) => draft.set({ preset: CHOSEN, permissions: chosen.join(' ') })}
                error={rightsFault}
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
        {rightsFault && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {rightsFault}
          </Text>
        )}
        {create.error && <ErrorNotice error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
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
