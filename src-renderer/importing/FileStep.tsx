// The first step: a file is dropped or chosen, and opened. Nothing is written.
import { Button, Card, Group, List, Stack, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { ScvError } from '@shared/errors'
import { IconFileImport, IconFileUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { offerFile, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { ICON, MARK, WIDTH } from '../theme'
import { takeOpened } from './import-draft'

/** The files themselves, whose place on disk the window knows; handles to them, which the library prefers, have none. */
async function filesOf(event: unknown): Promise<(File | DataTransferItem)[]> {
  if (event instanceof Event || (typeof event === 'object' && event !== null && 'target' in event)) {
    const { dataTransfer, target } = event as { dataTransfer?: DataTransfer; target?: unknown }
    // While it is still dragged, a file is only announced: enough to show that it may be dropped.
    if (dataTransfer && dataTransfer.files.length === 0)
      return [...dataTransfer.items].filter((item) => item.kind === 'file')
    if (dataTransfer) return [...dataTransfer.files]
    if (target instanceof HTMLInputElement) return [...(target.files ?? [])]
  }
  return []
}

export function FileStep() {
  const choose = useCall('import.choose')
  const open = useCall('import.open')
  const [refusal, setRefusal] = useState<ScvError | null>(null)

  const openChosen = async (handle: string): Promise<void> => {
    try {
      takeOpened(await open.run({ handle }), handle)
    } catch {
      // It stands in `open.error`, which is shown below.
    }
  }
  const onChoose = async (): Promise<void> => {
    setRefusal(null)
    try {
      const chosen = await choose.run({})
      if (chosen) await openChosen(chosen.handle)
    } catch {
      // It stands in `choose.error`, which is shown below.
    }
  }
  const onDrop = async (files: File[]): Promise<void> => {
    const [file, ...others] = files
    if (others.length > 0) {
      setRefusal(new ScvError('too_many', `You dropped ${files.length} files. They are imported one at a time.`))
      return
    }
    const handle = file ? await offerFile(file) : ''
    if (handle === '') {
      setRefusal(new ScvError('file_unreadable', 'What you dropped is not a file on this device.'))
      return
    }
    setRefusal(null)
    await openChosen(handle)
  }
  const error = refusal ?? choose.error ?? open.error

  return (
    <Stack gap="md" maw={WIDTH.broad}>
      <Dropzone
        onDrop={(files) => void onDrop(files)}
        getFilesFromEvent={filesOf}
        multiple
        activateOnClick={false}
        activateOnKeyboard={false}
        enablePointerEvents
        loading={open.pending}
        p="xl"
        tabIndex={-1}
        aria-label="Drop a file here"
        inputProps={{ 'aria-label': 'File to import' }}
      >
        <Stack align="center" gap="sm" py="xl">
          <IconFileUpload size={MARK.huge} stroke={1.4} aria-hidden />
          <Text size="lg" fw={600}>
            Drop a CSV or vCard file here
          </Text>
          <Button
            leftSection={<IconFileImport size={ICON.lg} aria-hidden />}
            onClick={() => void onChoose()}
            loading={choose.pending}
          >
            Choose a file
          </Button>
        </Stack>
      </Dropzone>
      {error && <ErrorNotice error={error} />}
      <Card padding="md">
        <Group align="flex-start" gap="xl" grow>
          <Stack gap="tight">
            <Text size="sm" fw={600}>
              Recognised without your help
            </Text>
            <Text size="sm" c="dimmed">
              Exports of Google Contacts, Outlook (in seven languages), Salesforce, HubSpot, Zoho, LinkedIn and
              Thunderbird, the contact import template, and vCard files (.vcf) of phones and address books.
            </Text>
          </Stack>
          <Stack gap="tight">
            <Text size="sm" fw={600}>
              Any other table
            </Text>
            <List size="sm" c="dimmed">
              <List.Item>CSV with a first row of headings; you say where the columns go</List.Item>
              <List.Item>Separated by commas, semicolons, tabs or bars</List.Item>
              <List.Item>From Excel: “Save as”, then “CSV UTF-8”</List.Item>
            </List>
          </Stack>
        </Group>
      </Card>
    </Stack>
  )
}
