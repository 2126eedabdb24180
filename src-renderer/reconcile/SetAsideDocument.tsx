// What was refused or could not be read, as a tree that opens where one looks.
import { Card, Group, ScrollArea, Text, Title, Tree, type TreeNodeData } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { COLLECTION_WORDS } from '../sync/words'
import { HEIGHT, ICON } from '../theme'
import { documentTree } from './document-tree'

export function SetAsideDocument({ itemId }: { itemId: string }) {
  const aside = useLive('reconcile.document', { id: itemId })
  const found = aside.value
  const text = found?.document
  const data = useMemo(() => (text === undefined || text === '' ? null : documentTree(text)), [text])
  if (aside.error) return <ErrorNotice error={aside.error} />
  if (!found || !data) return null
  return (
    <Card padding="sm" component="section" aria-label="The record">
      <Title order={3} mb="tight">
        The record, from {COLLECTION_WORDS[found.collection].toLocaleLowerCase()}
      </Title>
      <ScrollArea.Autosize mah={HEIGHT.box} viewportProps={{ tabIndex: 0 }}>
        <Tree data={data} levelOffset="md" renderNode={Node} aria-label="The record" />
      </ScrollArea.Autosize>
    </Card>
  )
}

function Node({
  node,
  expanded,
  hasChildren,
  elementProps,
}: {
  node: TreeNodeData
  expanded: boolean
  hasChildren: boolean
  elementProps: object
}) {
  return (
    <Group gap="tight" wrap="nowrap" align="flex-start" {...elementProps}>
      <IconChevronRight
        size={ICON.sm}
        aria-hidden
        className="scv-twisty"
        data-leaf={!hasChildren || undefined}
        data-expanded={expanded || undefined}
      />
      <Text size="sm" className="scv-wrap">
        {node.label}
      </Text>
    </Group>
  )
}
