// Which identifiers people share, by their own word.
import { itemId, reviewId } from '../documents/ids'
import { current } from '../documents/register'
import type { DocumentStore, Views } from '../ports'

/** Of identifiers that several want, those of which it was settled that they share them. */
export async function sharedOnes(store: DocumentStore, views: Views, ids: readonly string[]): Promise<Set<string>> {
  const reviews = new Map(ids.map((id) => [reviewId('shared-identifier', itemId('dispute', [id])), id]))
  const decisions = reviews.size === 0 ? [] : (await store.get('decisions', [...reviews.keys()])).values()
  const shared = [...decisions].flatMap((decision) => {
    const id = reviews.get(decision.id)
    const stands = current(decision.standing)?.v === true
    return id !== undefined && stands && !views.openItem(itemId('dispute', [id])) ? [id] : []
  })
  return new Set(shared)
}
