// The first start: three ways in.
// Invariant: what was typed is a draft until the application has started.

import {
  Alert,
  Button,
  Card,
  Center,
  Container,
  Group,
  Progress,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  type TextInputProps,
  ThemeIcon,
  Title,
} from '@mantine/core'
import type { AppInfo, SampleProgress } from '@shared/contract/app'
import { USER_NAME_MAX } from '@shared/model/limits'
import { IconCloudDownload, IconDeviceLaptop, IconSparkles } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { RegionSelect } from '../components/RegionSelect'
import { ConnectForm } from '../connect/ConnectForm'
import { KeptDrafts } from '../drafts/KeptDrafts'
import { useDraft } from '../drafts/use-draft'
import { formatPercent, likelyRegion } from '../format/locale'
import { WIDTH } from '../theme'

interface FirstStartProps {
  info: AppInfo
  sample: SampleProgress | null
}

export function FirstStart({ info, sample }: FirstStartProps) {
  const load = useCall('app.loadSample')
  const [way, setWay] = useState<'choices' | 'sample' | 'empty' | 'server'>('choices')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const loading = load.pending || sample?.phase === 'loading'

  return (
    <Center h="100%" p="lg" className="scv-scroll">
      <Container component="main" size="md" w="100%">
        <KeptDrafts />
        <Stack gap="lg">
          <div>
            <Title order={1} ref={heading} tabIndex={-1} data-page-title>
              Welcome to Single Customer View
            </Title>
            <Text c="dimmed" mt="tight">
              Who am I talking to, and what has this person done with us before? Everything works on this device, with
              or without a network.{loading ? '' : ' How would you like to start?'}
            </Text>
          </div>
          {loading ? (
            <LoadingSample sample={sample} />
          ) : way === 'sample' ? (
            <StartSample load={load} onBack={() => setWay('choices')} />
          ) : way === 'empty' ? (
            <StartEmpty info={info} onBack={() => setWay('choices')} />
          ) : way === 'server' ? (
            <StartConnected onBack={() => setWay('choices')} />
          ) : (
            <>
              {load.error && <ErrorNotice error={load.error} />}
              {!load.error && sample?.phase === 'failed' && (
                <ErrorNotice
                  error={{ code: 'internal', message: sample.message ?? 'The sample data could not be loaded.' }}
                />
              )}
              <SimpleGrid cols={3} spacing="md">
                <Choice
                  icon={<IconSparkles aria-hidden />}
                  title="Explore with sample data"
                  text="A made-up company with a few thousand people and a year of calls, mails, chats and visits. Takes well under a minute."
                >
                  <Button fullWidth onClick={() => setWay('sample')}>
                    Explore
                  </Button>
                </Choice>
                <Choice
                  icon={<IconDeviceLaptop aria-hidden />}
                  title="Start empty on this device"
                  text="Nothing is here until you import a file, add a contact or record an interaction. Nothing leaves this device."
                >
                  <Button fullWidth variant="default" onClick={() => setWay('empty')}>
                    Start empty
                  </Button>
                </Choice>
                <Choice
                  icon={<IconCloudDownload aria-hidden />}
                  title="Connect to a server"
                  text="Share people and journeys with your team. Devices keep working apart and agree again when they meet."
                >
                  <Button fullWidth variant="default" onClick={() => setWay('server')}>
                    Connect
                  </Button>
                </Choice>
              </SimpleGrid>
            </>
          )}
        </Stack>
      </Container>
    </Center>
  )
}

interface ChoiceProps {
  icon: ReactNode
  title: string
  text: string
  children: ReactNode
}

function Choice({ icon, title, text, children }: ChoiceProps) {
  return (
    <Card component="section" padding="lg" shadow="xs" bg="var(--scv-surface)">
      <Stack h="100%" gap="sm" justify="space-between">
        <Stack gap="sm">
          <ThemeIcon size="xl" variant="light">
            {icon}
          </ThemeIcon>
          <Title order={2}>{title}</Title>
          <Text size="sm">{text}</Text>
        </Stack>
        {children}
      </Stack>
    </Card>
  )
}

function LoadingSample({ sample }: { sample: SampleProgress | null }) {
  const percent = Math.round((sample?.progress ?? 0) * 100)
  return (
    <Card padding="xl">
      <Stack gap="md">
        <Title order={2}>Making up a company…</Title>
        <Progress.Root size="lg">
          <Progress.Section value={percent} aria-label="Loading the sample data" animated />
        </Progress.Root>
        <Text size="sm" c="dimmed" role="status">
          {sample?.message ?? 'People, their numbers and addresses, and a year of interactions.'}{' '}
          {formatPercent(percent)}
        </Text>
      </Stack>
    </Card>
  )
}

interface StartSampleProps {
  load: ReturnType<typeof useCall<'app.loadSample'>>
  onBack: () => void
}

/** The sample asks for nothing but a name: that of the newcomer stands on what they try out. */
function StartSample({ load, onBack }: StartSampleProps) {
  const draft = useDraft('start', '', NEWCOMER)
  const { userName } = draft.values
  const [shown, setShown] = useState(false)
  const fault = nameProblem(userName)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setShown(true)
    // A failure stands in `load.error`, which is shown below.
    if (fault === undefined) load.run({ userName: userName.trim() }).then(draft.end, () => undefined)
  }
  return (
    <Card padding="xl" maw={WIDTH.text}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Title order={2}>Explore with sample data</Title>
          <NameInput
            value={userName}
            onChange={(event) => draft.set({ userName: event.currentTarget.value })}
            error={shown ? fault : undefined}
          />
          {load.error && <ErrorNotice error={load.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onBack}>
              Back
            </Button>
            <Button type="submit" loading={load.pending}>
              Load the sample data
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}

const NEWCOMER = { userName: '', defaultRegion: '' }

const nameProblem = (name: string): string | undefined =>
  name.trim() === '' ? 'Your name stands on what you write, so that others know who it was.' : undefined

const NameInput = (props: TextInputProps) => (
  <TextInput
    label="Your name"
    description="Stands on the notes and interactions that you write."
    autoFocus
    required
    maxLength={USER_NAME_MAX}
    {...props}
  />
)

function StartEmpty({ info, onBack }: { info: AppInfo; onBack: () => void }) {
  const start = useCall('app.startEmpty')
  const draft = useDraft('start', '', NEWCOMER)
  const { userName } = draft.values
  const defaultRegion = draft.values.defaultRegion || (likelyRegion(navigator.language) ?? info.settings.defaultRegion)
  const [shown, setShown] = useState(false)
  const faults = {
    userName: nameProblem(userName),
    region: defaultRegion === '' ? 'Choose the country whose phone numbers you see most.' : undefined,
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setShown(true)
    if (faults.userName !== undefined || faults.region !== undefined) return
    // A failure stands in `start.error`, which is shown below.
    start.run({ userName: userName.trim(), defaultRegion }).then(draft.end, () => undefined)
  }
  return (
    <Card padding="xl" maw={WIDTH.text}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Title order={2}>Start empty on this device</Title>
          <NameInput
            value={userName}
            onChange={(event) => draft.set({ userName: event.currentTarget.value })}
            error={shown ? faults.userName : undefined}
          />
          <RegionSelect
            label="Country"
            description="Phone numbers without a country code are read as numbers of this country."
            required
            value={defaultRegion}
            onChange={(region) => draft.set({ defaultRegion: region ?? '' })}
            error={shown ? faults.region : undefined}
          />
          <Alert variant="light" color="gray">
            Both can be changed later in Settings.
          </Alert>
          {start.error && <ErrorNotice error={start.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onBack}>
              Back
            </Button>
            <Button type="submit" loading={start.pending}>
              Start
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}

/** The server decides who one is, so it comes first; what it does not say is guessed and stands in Settings. */
function StartConnected({ onBack }: { onBack: () => void }) {
  const start = useCall('app.startEmpty')
  const region = likelyRegion(navigator.language)
  return (
    <Card padding="xl" maw={WIDTH.page}>
      <Stack gap="md">
        <div>
          <Title order={2}>Connect to a server</Title>
          <Text size="sm" c="dimmed">
            With what your administrator gave you. You can work while the first exchange goes on, and without a network
            afterwards.
          </Text>
        </div>
        {start.error && <ErrorNotice error={start.error} />}
        <ConnectForm
          cancelLabel="Back"
          onCancel={onBack}
          onConnected={async (userName) => {
            // A failure stands in `start.error`, which is shown above.
            await start.run({ userName, ...(region ? { defaultRegion: region } : {}) }).catch(() => undefined)
          }}
        />
      </Stack>
    </Card>
  )
}
