// Importing people from a file: open it, say where its columns go, try it, then do it.
// Invariant: nothing is written before the person has seen what would happen; the steps survive a look at other screens.
import { Stack, Stepper } from '@mantine/core'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { useImportMemory } from '../state/import'
import { WIDTH } from '../theme'
import { ColumnsStep } from './ColumnsStep'
import { FileStep } from './FileStep'
import { Outcome } from './Outcome'
import { Working } from './Working'

export function ImportScreen() {
  const { step, file } = useImportMemory()
  const state = useLive('import.state', step === 'watch' && file ? { importId: file.importId } : null)
  const real = state.status === 'ready' && !state.value.dryRun
  const isDone = real && state.value.phase === 'done'
  const active = step === 'file' ? 0 : step === 'columns' ? 1 : isDone ? 4 : real ? 3 : 2

  return (
    <Page
      title="Import"
      subtitle="Bring people in from another program. Nothing is written before you have seen what will happen."
      scroll
    >
      <Stack gap="lg">
        <Stepper
          active={active}
          size="sm"
          maw={WIDTH.broad}
          aria-label="Steps of an import"
          allowNextStepsSelect={false}
        >
          <Stepper.Step label="File" allowStepSelect={false} />
          <Stepper.Step label="Columns" allowStepSelect={false} />
          <Stepper.Step label="Try it" allowStepSelect={false} />
          <Stepper.Step label="Import" allowStepSelect={false} />
        </Stepper>
        {step === 'file' || !file ? (
          <FileStep />
        ) : step === 'columns' ? (
          <ColumnsStep file={file} />
        ) : state.status === 'error' ? (
          <ErrorNotice error={state.error} />
        ) : state.status === 'ready' && ['planned', 'done', 'cancelled', 'failed'].includes(state.value.phase) ? (
          <Outcome file={file} state={state.value} />
        ) : (
          <Working file={file} state={state.status === 'ready' ? state.value : null} />
        )}
      </Stack>
    </Page>
  )
}
