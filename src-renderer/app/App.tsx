// What the window shows: nothing yet, a failure, the choices of the first start, or the frame with its screens.
import { Center, Container } from '@mantine/core'
import { useEffect } from 'react'
import { LockScreen } from '../access/LockScreen'
import { useLive } from '../bridge/hooks'
import { AppInfoProvider } from '../components/app-info'
import { ErrorNotice } from '../components/ErrorNotice'
import { FirstStart } from '../start/FirstStart'
import { useAccessMemory } from '../state/access'
import { LOWER } from '../theme'
import { Frame } from './Frame'
import { Opening } from './Opening'
import { useUserChange } from './use-user-change'

/** One element for good: what is above it may be rendered again without it. */
const FRAME = <Frame />

export function App() {
  const info = useLive('app.info', {})
  const sample = useLive('app.sampleProgress', {})
  const access = useLive('access.state', {}).value
  const remember = useAccessMemory((state) => state.set)
  useEffect(() => {
    if (access) remember(access)
  }, [access, remember])
  useUserChange()

  if (info.status === 'error') {
    return (
      <Container size="xs" pt={LOWER}>
        <ErrorNotice error={info.error} onRetry={() => window.location.reload()} />
      </Container>
    )
  }
  if (info.status === 'loading' || sample.status === 'loading' || !access) {
    return (
      <Center h="100%" role="status">
        <Opening />
      </Center>
    )
  }
  // The sample counts as a start from its first records on; the person stays here until all of it is in.
  const loadingSample = sample.status === 'ready' && sample.value.phase === 'loading'
  if (!info.value.started || loadingSample) {
    return <FirstStart info={info.value} sample={sample.status === 'ready' ? sample.value : null} />
  }
  if (access.is === 'locked') return <LockScreen access={access} />
  return <AppInfoProvider value={info.value}>{FRAME}</AppInfoProvider>
}
