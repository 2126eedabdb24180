// Opens the log on the person's screen, in the program that the system has for text.
import { existsSync } from 'node:fs'
import { ScvError } from '@shared/errors'
import { shell } from 'electron'

/** @throws ScvError `file_not_found` when nothing was written yet, or neither a program nor its folder opens */
export async function showLog(path: string): Promise<void> {
  if (!existsSync(path)) throw new ScvError('file_not_found', 'Nothing has been written to the log yet.')
  const refusal = await shell.openPath(path)
  if (refusal !== '') shell.showItemInFolder(path)
}
