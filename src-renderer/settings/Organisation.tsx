// What all devices of the organisation share: how phone numbers without a country code are read.
// Invariant: what was chosen and is not saved is a draft; a reader without the permission to change it sees what it is, and who says so.
import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { client, useCall } from '../bridge/hooks'
import { useAppInfo } from '../components/app-info'
import { ErrorNotice } from '../components/ErrorNotice'
import { RegionSelect } from '../components/RegionSelect'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { formatDay, regionName } from '../format/locale'

export function Organisation() {
  const { defaultRegion, mayChangeOrganisation } = useAppInfo()
  const { organisation, device } = defaultRegion
  const save = useCall('app.saveOrganisation')
  const known = organisation?.region ?? null
  const draft = useDraft('settings', 'organisation', { defaultRegion: known ?? '' })
  const chosen = draft.values.defaultRegion === '' ? null : draft.values.defaultRegion
  const submit = async (): Promise<void> => {
    try {
      await save.run({ defaultRegion: chosen })
      draft.end()
      showUndo({
        text: 'Settings of the organisation saved.',
        onUndo: () => client.call('app.saveOrganisation', { defaultRegion: known }),
      })
    } catch {
      // It stands in `save.error`, and what was chosen stays.
    }
  }
  const says = organisation
    ? `Set to ${regionName(organisation.region)} by ${organisation.by} on ${formatDay(organisation.at)}.`
    : `Not set: each device reads them by its own country (this one: ${regionName(device)}).`
  return (
    <Card component="section" aria-label="Your organisation">
      <Title order={2} mb="sm" id="settings-organisation">
        Your organisation
      </Title>
      <Stack gap="md">
        {mayChangeOrganisation ? (
          <RegionSelect
            label="Country of the organisation"
            description="Phone numbers without a country code are read as numbers of this country on all devices. What is stored stays as it is."
            placeholder="Each device by its own country"
            clearable
            value={chosen}
            onChange={(region) => draft.set({ defaultRegion: region ?? '' })}
          />
        ) : (
          <Text fw={500}>Country of the organisation</Text>
        )}
        <Text size="sm" c="dimmed">
          {says}
          {mayChangeOrganisation ? '' : ' Administrators may change it.'}
        </Text>
        {save.error && <ErrorNotice error={save.error} />}
        {mayChangeOrganisation && (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => discard(draft.key)} disabled={!draft.begun}>
              Undo changes
            </Button>
            <Button onClick={() => void submit()} loading={save.pending} disabled={!draft.begun}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  )
}
