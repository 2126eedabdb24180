// The settings' part about what is seen of this application outside its window.
import { Card, Checkbox, Radio, Stack, Title } from '@mantine/core'
import type { Settings } from '@shared/contract/app'
import { useCall } from '../bridge/hooks'
import { useSettings } from '../components/app-info'
import { ErrorNotice } from '../components/ErrorNotice'

const ANNOUNCE: readonly { value: Settings['announce']; label: string; description: string }[] = [
  {
    value: 'channel',
    label: 'Say that there is a call, a mail or a message',
    description: 'Nothing about the person.',
  },
  { value: 'person', label: 'Say who it is', description: 'Their name or number, for all who see this screen.' },
  { value: 'nothing', label: 'Say nothing', description: 'They wait in the window.' },
]

export function Outside() {
  const { announce, badge, tray } = useSettings()
  const save = useCall('app.saveSettings')
  // A failure stands in `save.error`, which is shown below.
  const change = (settings: Partial<Settings>): void => void save.run(settings).catch(() => undefined)
  return (
    <Card component="section" aria-label="Outside the window">
      <Title order={2} mb="sm">
        Outside the window
      </Title>
      <Stack gap="md">
        <Radio.Group
          label="When a person gets in touch while you work in another window"
          value={announce}
          onChange={(value) => change({ announce: value as Settings['announce'] })}
        >
          <Stack gap="xs" mt="xs">
            {ANNOUNCE.map((one) => (
              <Radio key={one.value} {...one} />
            ))}
          </Stack>
        </Radio.Group>
        <Checkbox
          label="Show how many wait on the taskbar’s icon"
          checked={badge}
          onChange={(event) => change({ badge: event.currentTarget.checked })}
        />
        <Checkbox
          label="Show an icon beside the clock"
          description="It brings the window to the front, locks it or quits."
          checked={tray}
          onChange={(event) => change({ tray: event.currentTarget.checked })}
        />
        {save.error && <ErrorNotice error={save.error} />}
      </Stack>
    </Card>
  )
}
