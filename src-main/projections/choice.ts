// Which of the two files of views answers when the application opens.
// Invariant: of two that are whole the one derived later; one that this code cannot read answers nothing, and is no loss.
import { PROJECTION_VERSION, READABLE_VERSIONS } from './file/tables'
import { otherFileOf, removeViews, stateOf } from './file/views-file'

export interface Choice {
  /** The file to answer from. */
  readonly file?: string
  readonly version?: string
  /** How often views were derived by now. */
  readonly generation: number
  /** The file of others that an earlier process had begun to derive. */
  readonly unfinished?: string
}

/** Looks at both files, and forgets those that are of no use. */
export async function chooseFile(path: string): Promise<Choice> {
  const files = [path, otherFileOf(path)].map((file) => ({ file, found: stateOf(file) }))
  const whole = files
    .flatMap(({ file, found }) =>
      found.state === 'whole' && READABLE_VERSIONS.has(found.version) ? [{ file, ...found }] : [],
    )
    .sort((a, b) => b.generation - a.generation)
  const [best] = whole
  let unfinished: string | undefined
  for (const { file, found } of files) {
    if (file === best?.file || found.state === 'none') continue
    const canGoOn = (found.state === 'loading' || found.state === 'following') && found.version === PROJECTION_VERSION
    if (canGoOn && unfinished === undefined) unfinished = file
    else await removeViews(file)
  }
  return {
    ...(best ? { file: best.file, version: best.version } : {}),
    generation: best?.generation ?? 0,
    ...(unfinished === undefined ? {} : { unfinished }),
  }
}
