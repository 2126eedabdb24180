// What was chosen about a file before it was imported, by the file's name: opened again, after a restart too, its columns go
// where they went. Invariant: a choice counts for a column of the same heading that may go there; no other is touched.
import type { ImportColumn, ImportFile, ImportOptions } from '@shared/model/import'
import { NOTE_MAX } from '@shared/model/limits'
import type { Key } from '../drafts/draft-store'
import { drafts } from '../drafts/use-draft'
import { useImportMemory } from '../state/import'

const NAME_KEPT = 256

export const choicesKey = ({ fileName }: Pick<ImportFile, 'fileName'>): Key => ({
  form: 'import',
  subject: fileName.slice(0, NAME_KEPT),
})

/** Columns that go elsewhere than was recognised, each as its heading and target. */
const changed = ({ columns: recognised }: ImportFile, columns: readonly ImportColumn[]) =>
  columns.flatMap(({ header, target }, at) =>
    recognised[at]?.target === target ? [] : [[at, header, target] as const],
  )

/** Keeps what is chosen now; as it was recognised, there is nothing to keep. */
export function keepChoices(file: ImportFile, columns: readonly ImportColumn[], options: ImportOptions): void {
  const moved = changed(file, columns)
  const text = JSON.stringify(moved)
  const { onMatch, region = '' } = options
  if (moved.length === 0 && onMatch === 'fill' && region === '') drafts.end(choicesKey(file))
  else drafts.put(choicesKey(file), { columns: text.length > NOTE_MAX ? '[]' : text, onMatch, region })
}

/** Takes a file that was opened, with what was chosen about it before. */
export function takeOpened(file: ImportFile, handle: string): void {
  const kept = drafts.get(choicesKey(file))?.values
  const { opened, setTarget, setOptions } = useImportMemory.getState()
  opened(file, handle)
  if (!kept) return
  const { onMatch, region } = kept
  setOptions({
    ...(onMatch === 'overwrite' || onMatch === 'skip' ? { onMatch } : {}),
    ...(region ? { region } : {}),
  })
  const targets = new Set(file.targets.map(({ target }) => target))
  for (const [at, header, target] of JSON.parse(kept['columns'] ?? '[]') as [number, string, string][])
    if (file.columns[at]?.header === header && targets.has(target)) setTarget(at, target)
}
