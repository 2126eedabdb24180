// Reads all documents of a collection, deleted ones too, the way replication does.
import type { RxStorageDefaultCheckpoint } from 'rxdb/plugins/core'
import { getChangedDocumentsSince } from 'rxdb/plugins/core'
import type { Item, Items, StoredItem } from './model'

const PAGE = 1_000

export async function contentOf(items: Items): Promise<StoredItem[]> {
  const content: StoredItem[] = []
  let checkpoint: RxStorageDefaultCheckpoint | undefined
  for (;;) {
    const page: { documents: StoredItem[]; checkpoint: RxStorageDefaultCheckpoint } = await getChangedDocumentsSince<
      Item,
      RxStorageDefaultCheckpoint
    >(items, PAGE, checkpoint)
    content.push(...page.documents)
    if (page.documents.length < PAGE) return content
    checkpoint = page.checkpoint
  }
}
