// Discarding a draft on purpose: at once, with a way back.
import { showUndo } from '../components/undo-notice'
import type { Key } from './draft-store'
import { drafts } from './use-draft'

export function discard(key: Key): void {
  const draft = drafts.get(key)
  if (!draft) return
  drafts.end(key)
  showUndo({ text: 'The draft is discarded.', onUndo: () => drafts.restore(draft) })
}
