// What a dry run found, or what an import did: counts, the first rows, the report, and what to do next.
import { Alert, Badge, Button, Card, Group, Stack, Table, Tabs, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ImportFile, ImportPreviewRow, ImportState } from '@shared/model/import'
import { IconCircleCheck, IconDownload, IconPlayerStop } from '@tabler/icons-react'
import { useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { drafts } from '../drafts/use-draft'
import { countsSentence, runLabel, VERDICT_WORDS } from '../format/import-words'
import { formatNumber } from '../format/locale'
import { useLookupMemory } from '../lookup/lookup-memory'
import { useImportMemory } from '../state/import'
import { useNavigation } from '../state/navigation'
import { ICON, WIDTH } from '../theme'
import { CountTiles } from './CountTiles'
import { choicesKey } from './import-draft'
import { NewcomersHere, withChosen } from './NewcomersHere'
import { ReportTable } from './ReportTable'
import { UndoImport } from './UndoImport'

export function Outcome({ file, state: told }: { file: ImportFile; state: ImportState }) {
  // What a dry run found before it failed or was stopped is no promise of anything.
  const nothing = told.dryRun && told.phase !== 'planned'
  const doubles = useLive('import.doubles', told.phase === 'planned' ? { importId: file.importId } : null).value
  const onMatch = useImportMemory(({ options }) => options.onMatch)
  const state = { ...told, counts: withChosen(told.counts, doubles, onMatch) }
  return (
    <Stack gap="md">
      {state.error && <ErrorNotice error={state.error} />}
      <Headline file={file} state={state} />
      {!nothing && <CountTiles counts={state.counts} dryRun={state.dryRun} />}
      <Actions file={file} state={state} />
      {doubles && <NewcomersHere importId={file.importId} doubles={doubles} />}
      {!nothing && <Findings file={file} state={state} />}
    </Stack>
  )
}

function Headline({ file, state }: { file: ImportFile; state: ImportState }) {
  if (state.phase === 'cancelled') {
    return (
      <Alert variant="light" color="yellow" icon={<IconPlayerStop aria-hidden />} title="Stopped" role="status">
        {state.dryRun
          ? 'Nothing was written.'
          : `${countsSentence(state.counts, false)} The other rows were not touched. You can import the same file again: people who are in already are recognised.`}
      </Alert>
    )
  }
  if (state.phase === 'done') {
    return (
      <Alert variant="light" color="green" icon={<IconCircleCheck aria-hidden />} title="Imported" role="status">
        {countsSentence(state.counts, false)}
      </Alert>
    )
  }
  if (state.phase === 'failed') {
    return (
      <Text size="sm">
        {state.dryRun
          ? 'Your contacts are as they were.'
          : `Until then: ${countsSentence(state.counts, false)} Every row is in whole or not at all.`}
      </Text>
    )
  }
  return (
    <div role="status">
      <Title order={2}>What importing {file.fileName} would do</Title>
      <Text size="sm" c="dimmed">
        {countsSentence(state.counts, true)} Nothing is written yet.
      </Text>
    </div>
  )
}

function Actions({ file, state }: { file: ImportFile; state: ImportState }) {
  const { columns, options, toStep, forget } = useImportMemory()
  const go = useNavigation((navigation) => navigation.go)
  const run = useCall('import.run')
  const discard = useCall('import.discard')
  const touched = state.counts.creates + state.counts.updates
  const save = useCall('import.saveReport')
  const error = run.error ?? discard.error ?? save.error

  const start = (): void => {
    run
      .run({
        importId: file.importId,
        columns: columns.map(({ header, target }) => ({ header, target })),
        options,
      })
      .then(
        () => drafts.end(choicesKey(file)),
        () => undefined, // a failure stands in `run.error`, which is shown below
      )
  }
  const onOther = async (): Promise<void> => {
    try {
      await discard.run({ importId: file.importId })
      forget()
    } catch {
      // It stands in `discard.error`, which is shown below.
    }
  }
  const onSave = async (): Promise<void> => {
    try {
      const saved = await save.run({ importId: file.importId })
      if (saved) notifications.show({ message: `The report was saved as ${saved.path}.` })
    } catch {
      // It stands in `save.error`, which is shown below.
    }
  }
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {state.phase === 'planned' && (
          <Button onClick={start} loading={run.pending} disabled={touched === 0}>
            {runLabel(state.counts)}
          </Button>
        )}
        {state.phase === 'done' && (
          <Button
            onClick={() => {
              useLookupMemory.getState().setText('')
              go({ screen: 'lookup' })
            }}
          >
            Look someone up
          </Button>
        )}
        {state.phase !== 'done' && (
          <Button variant="default" onClick={() => toStep('columns')}>
            Back to the columns
          </Button>
        )}
        <Button variant="default" loading={discard.pending} onClick={() => void onOther()}>
          Another file
        </Button>
        {state.reportLines > 0 && (
          <Button
            ml="auto"
            variant="default"
            leftSection={<IconDownload size={ICON.lg} aria-hidden />}
            loading={save.pending}
            onClick={() => void onSave()}
          >
            Save report
          </Button>
        )}
      </Group>
      {error && <ErrorNotice error={error} />}
      {state.undoId !== undefined && <UndoImport key={state.undoId} id={state.undoId} />}
    </Stack>
  )
}

function Findings({ file, state }: { file: ImportFile; state: ImportState }) {
  const preview = state.dryRun && state.preview.length > 0
  if (!preview && state.reportLines === 0) {
    return (
      <Text size="sm" c="dimmed">
        {state.phase === 'failed' ? '' : 'Nothing to report: every row could be read.'}
      </Text>
    )
  }
  return (
    <Card padding={0}>
      <Tabs defaultValue={preview ? 'preview' : 'report'} keepMounted={false}>
        <Tabs.List>
          {preview && <Tabs.Tab value="preview">First rows</Tabs.Tab>}
          <Tabs.Tab
            value="report"
            disabled={state.reportLines === 0}
            rightSection={
              <Badge size="sm" variant="light" color={state.reportLines > 0 ? 'yellow' : 'gray'}>
                {formatNumber(state.reportLines)}
              </Badge>
            }
          >
            Report
          </Tabs.Tab>
        </Tabs.List>
        {preview && (
          <Tabs.Panel value="preview">
            <Preview rows={state.preview} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="report" p="sm">
          <ReportTable key={`${state.phase} ${state.reportLines}`} importId={file.importId} total={state.reportLines} />
        </Tabs.Panel>
      </Tabs>
    </Card>
  )
}

const VERDICT_COLORS: Readonly<Record<ImportPreviewRow['verdict'], string>> = {
  create: 'green',
  update: 'blue',
  unchanged: 'gray',
  reject: 'red',
}

function Preview({ rows }: { rows: readonly ImportPreviewRow[] }) {
  return (
    <Table horizontalSpacing="md" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={WIDTH.cell}>Row</Table.Th>
          <Table.Th w={WIDTH.label}>What</Table.Th>
          <Table.Th w="30%">Person</Table.Th>
          <Table.Th>Recognised by</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.row}>
            <Table.Td>{formatNumber(row.row)}</Table.Td>
            <Table.Td>
              <Badge variant="light" color={VERDICT_COLORS[row.verdict]}>
                {VERDICT_WORDS[row.verdict]}
              </Badge>
            </Table.Td>
            <Table.Td>
              <Text size="sm" fw={500} truncate>
                {row.displayName === '' ? '(no name)' : row.displayName}
              </Text>
            </Table.Td>
            <Table.Td>
              <Text size="sm" c="dimmed" truncate title={row.identifiers.join('\n')}>
                {row.identifiers.length === 0 ? 'nothing' : row.identifiers.join(' · ')}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
