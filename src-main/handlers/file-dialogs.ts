// The system's file dialogs as the handlers ask for them. A port: the window implements it, the gateway has none.

/** Asks the user for files; every answer is a path, or undefined when the user cancels. */
export interface FileDialogs {
  chooseImportFile(): Promise<string | undefined>
  /** `suggested` is the file name offered. */
  chooseReportFile(suggested: string): Promise<string | undefined>
  chooseExportFile(suggested: string, extension: 'csv' | 'jsonl' | 'json' | 'pdf'): Promise<string | undefined>
}

/** Where there is no window no person can be asked, so no file is chosen. */
export const NO_DIALOGS: FileDialogs = {
  chooseImportFile: async () => undefined,
  chooseReportFile: async () => undefined,
  chooseExportFile: async () => undefined,
}
