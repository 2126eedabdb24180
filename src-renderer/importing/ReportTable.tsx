// The report of an import, of any length: read page by page as it is scrolled.
import { Badge, Box, Group, Skeleton, Text } from '@mantine/core'
import { ScvError } from '@shared/errors'
import type { ImportReportLine } from '@shared/model/import'
import { useCallback, useRef, useState } from 'react'
import { client } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { VirtualList } from '../components/VirtualList'
import { REPORT_KIND_WORDS } from '../format/import-words'
import { formatNumber } from '../format/locale'
import { HEIGHT, ROW_GAP, ROW_HEIGHT, WIDTH } from '../theme'

const PAGE = 200
const COLORS: Readonly<Record<ImportReportLine['kind'], string>> = {
  rejected: 'red',
  warning: 'yellow',
  dispute: 'yellow',
  info: 'blue',
}

interface ReportTableProps {
  importId: string
  /** Lines in the report. It does not change any more; a longer report is another table. */
  total: number
}

export function ReportTable({ importId, total }: ReportTableProps) {
  const [pages, setPages] = useState<ReadonlyMap<number, ImportReportLine[]>>(new Map())
  const [error, setError] = useState<ScvError | null>(null)
  const asked = useRef(new Set<number>())

  const onRange = useCallback(
    (first: number, last: number) => {
      for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) {
        if (asked.current.has(page)) continue
        asked.current.add(page)
        client.call('import.report', { importId, offset: page * PAGE, limit: PAGE }).then(
          ({ lines }) => setPages((now) => new Map(now).set(page, lines)),
          (failure: unknown) => {
            asked.current.delete(page)
            setError(failure instanceof ScvError ? failure : new ScvError('internal', String(failure)))
          },
        )
      }
    },
    [importId],
  )

  if (error) return <ErrorNotice error={error} onRetry={() => setError(null)} />
  return (
    <Box h={Math.min(HEIGHT.tall, total * ROW_HEIGHT.report)} className="scv-column">
      <VirtualList
        label="Report"
        count={total}
        rowHeight={ROW_HEIGHT.report}
        onRange={onRange}
        renderRow={(index) => {
          const line = pages.get(Math.floor(index / PAGE))?.[index % PAGE]
          return line ? <Line line={line} /> : <Skeleton h={ROW_HEIGHT.report - ROW_GAP} />
        }}
      />
    </Box>
  )
}

function Line({ line }: { line: ImportReportLine }) {
  // Most messages quote the value themselves.
  const value = line.value !== undefined && !line.message.includes(line.value) ? `“${line.value.slice(0, 200)}”` : ''
  const where = [line.column ?? '', value].filter((part) => part !== '').join(': ')
  return (
    <Group h="100%" gap="sm" wrap="nowrap" px="tight">
      <Text size="sm" w={WIDTH.cell} className="scv-fixed">
        {line.row === 0 ? 'File' : `Row ${formatNumber(line.row)}`}
      </Text>
      <Box w={WIDTH.field} className="scv-fixed">
        <Badge variant="light" color={COLORS[line.kind]}>
          {REPORT_KIND_WORDS[line.kind]}
        </Badge>
      </Box>
      <Box flex={1} miw={0}>
        <Text size="sm" truncate title={line.message}>
          {line.message}
        </Text>
        {where !== '' && (
          <Text size="xs" c="dimmed" truncate title={where}>
            {where}
          </Text>
        )}
      </Box>
    </Group>
  )
}
