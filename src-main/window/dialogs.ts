// The system's file dialogs behind the handlers' port: these never see Electron.
import { type BrowserWindow, dialog } from 'electron'
import type { FileDialogs } from '../handlers/file-dialogs'

const FILE_KINDS = { csv: 'CSV', jsonl: 'JSON lines', json: 'JSON', pdf: 'PDF' } as const

/** Dialogs attached to the window that `current` gives at the time. */
export function fileDialogs(current: () => BrowserWindow | undefined): FileDialogs {
  async function chooseTarget(
    title: string,
    defaultPath: string,
    extension: keyof typeof FILE_KINDS,
  ): Promise<string | undefined> {
    const window = current()
    const filters = [{ name: FILE_KINDS[extension], extensions: [extension] }]
    const options: Electron.SaveDialogOptions = { title, defaultPath, filters }
    const answer = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options))
    return answer.canceled || answer.filePath === '' ? undefined : answer.filePath
  }

  return {
    async chooseImportFile() {
      const window = current()
      const options: Electron.OpenDialogOptions = {
        title: 'Import people from a file',
        properties: ['openFile'],
        filters: [
          { name: 'CSV and vCard', extensions: ['csv', 'tsv', 'txt', 'vcf', 'vcard'] },
          { name: 'All files', extensions: ['*'] },
        ],
      }
      const answer = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
      return answer.canceled ? undefined : answer.filePaths[0]
    },
    chooseReportFile: (suggested) => chooseTarget('Save the import report', suggested, 'csv'),
    chooseExportFile: (suggested, extension) => chooseTarget('Export', suggested, extension),
  }
}
