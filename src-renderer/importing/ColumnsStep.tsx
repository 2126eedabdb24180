// The second step: what the file was recognised as, where each column goes, and how people who are here are treated.
// Invariant: what is chosen is a draft until the file is imported.
import { Badge, Button, Card, Group, Radio, rem, Select, Stack, Table, Text, Title } from '@mantine/core'
import type { ImportFile, ImportOptions } from '@shared/model/import'
import { useEffect } from 'react'
import { useCall } from '../bridge/hooks'
import { useSettings } from '../components/app-info'
import { ErrorNotice } from '../components/ErrorNotice'
import { RegionSelect } from '../components/RegionSelect'
import { discard as discardDraft } from '../drafts/discard'
import { FORMAT_WORDS, separatorWords } from '../format/import-words'
import { formatBytes, formatNumber } from '../format/locale'
import { useImportMemory } from '../state/import'
import { HEIGHT, WIDTH } from '../theme'
import { EncodingChoice } from './EncodingChoice'
import { choicesKey, keepChoices } from './import-draft'

const ON_MATCH: readonly { value: ImportOptions['onMatch']; label: string; description: string }[] = [
  { value: 'fill', label: 'Fill in what is missing', description: 'Values that are here already stay as they are.' },
  { value: 'overwrite', label: 'Take the file’s values', description: 'Former values stay in the history.' },
  { value: 'skip', label: 'Leave them alone', description: 'Only people who are not here yet are added.' },
]

export function ColumnsStep({ file }: { file: ImportFile }) {
  const settings = useSettings()
  const { columns, options, setOptions, toStep, forget } = useImportMemory()
  useEffect(() => keepChoices(file, columns, options), [file, columns, options])
  const plan = useCall('import.plan')
  const discard = useCall('import.discard')
  const error = plan.error ?? discard.error
  const used = columns.filter((column) => column.target !== 'skip')
  const nowhere = columns.length > 0 && used.length === 0

  const tryIt = async (): Promise<void> => {
    try {
      await plan.run({
        importId: file.importId,
        columns: columns.map(({ header, target }) => ({ header, target })),
        options,
      })
      toStep('watch')
    } catch {
      // It stands in `plan.error`, which is shown below.
    }
  }
  const onOther = async (): Promise<void> => {
    try {
      await discard.run({ importId: file.importId })
      discardDraft(choicesKey(file))
      forget()
    } catch {
      // It stands in `discard.error`, which is shown below.
    }
  }

  return (
    <Stack gap="md">
      <Card>
        <Group justify="space-between">
          <div>
            <Group gap="xs">
              <Title order={2}>{file.fileName}</Title>
              <Badge variant="light">{FORMAT_WORDS[file.format]}</Badge>
            </Group>
            <Text size="sm" c="dimmed">
              {formatBytes(file.bytes)} · {file.encoding}
              {file.separator === undefined ? '' : ` · separated by ${separatorWords(file.separator)}`}
              {columns.length === 0
                ? ''
                : ` · ${formatNumber(columns.length)} columns, ${formatNumber(used.length)} used`}
            </Text>
          </div>
          <Button variant="default" loading={discard.pending} onClick={() => void onOther()}>
            Another file
          </Button>
        </Group>
      </Card>

      <EncodingChoice file={file} />

      <Group align="flex-start" gap="md">
        {columns.length > 0 ? (
          <Columns file={file} />
        ) : (
          <Card flex={1}>
            <Text size="sm">A vCard says itself what each value is, so there is nothing to choose here.</Text>
          </Card>
        )}
        <Card component="section" aria-label="How to import" w={WIDTH.panel} className="scv-fixed">
          <Stack gap="md">
            <Radio.Group
              label="People who are here already"
              description="Recognised by a phone number, an address or an id of theirs."
              value={options.onMatch}
              onChange={(value) =>
                setOptions({ onMatch: ON_MATCH.find((each) => each.value === value)?.value ?? 'fill' })
              }
            >
              <Stack gap="xs" mt="xs">
                {ON_MATCH.map((each) => (
                  <Radio key={each.value} value={each.value} label={each.label} description={each.description} />
                ))}
              </Stack>
            </Radio.Group>
            <RegionSelect
              label="Country of the phone numbers"
              description="For numbers without a country code."
              value={options.region ?? settings.defaultRegion}
              onChange={(region) => setOptions(region === null ? {} : { region })}
              allowDeselect={false}
            />
            {error && <ErrorNotice error={error} />}
            {nowhere && (
              <ErrorNotice
                error={{ code: 'no_columns_mapped', message: 'All are left out now. Choose a field for at least one.' }}
              />
            )}
            <Button onClick={() => void tryIt()} loading={plan.pending} disabled={nowhere}>
              Try it, writing nothing
            </Button>
          </Stack>
        </Card>
      </Group>
    </Stack>
  )
}

function Columns({ file }: { file: ImportFile }) {
  const { columns, setTarget } = useImportMemory()
  const data = file.targets.map(({ target, label }) => ({ value: target, label }))
  return (
    <Card component="section" aria-label="Columns" flex={`1 1 ${rem(WIDTH.text)}`} miw={0} padding={0}>
      <Table verticalSpacing="snug" horizontalSpacing="md" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Column in the file</Table.Th>
            <Table.Th>Examples</Table.Th>
            <Table.Th w={WIDTH.form}>Goes to</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.map((column, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their place, and their headings may repeat
            <Table.Tr key={index}>
              <Table.Td>
                <Text size="sm" fw={500} truncate title={column.header} c={column.target === 'skip' ? 'dimmed' : ''}>
                  {column.header === '' ? `(column ${index + 1})` : column.header}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed" truncate title={column.samples.join('\n')}>
                  {column.samples.length === 0 ? 'always empty' : column.samples.join(' · ')}
                </Text>
              </Table.Td>
              <Table.Td>
                <Select
                  size="xs"
                  searchable
                  allowDeselect={false}
                  aria-label={`Where ${column.header} goes`}
                  data={data}
                  value={column.target}
                  title={data.find((each) => each.value === column.target)?.label ?? ''}
                  onChange={(target) => setTarget(index, target ?? 'skip')}
                  nothingFoundMessage="No such field"
                  maxDropdownHeight={HEIGHT.list}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  )
}
