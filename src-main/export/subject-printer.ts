// Writing what is handed out: JSON for programs, PDF for people.
// Invariant: the file is whole or not there, for its owner alone; nothing of it lies anywhere else.
import type { Certificate, SubjectFile, SubjectFormat } from '@shared/model/subject'
import { writeWhole } from '../files/whole-file'
import { certificatePage, subjectPage } from './subject-page'

export interface SubjectPrinter {
  /** Whether there is a window to print with. */
  readonly printsPdf: boolean
  /** @throws ScvError `storage_full`, `file_unreadable` */
  saveSubject(path: string, format: SubjectFormat, file: SubjectFile): Promise<void>
  /** @throws ScvError `storage_full`, `file_unreadable` */
  saveCertificate(path: string, format: SubjectFormat, certificate: Certificate): Promise<void>
}

/** @param printToPdf of a page; undefined where there is no window */
export function createSubjectPrinter(printToPdf?: (html: string) => Promise<Uint8Array>): SubjectPrinter {
  async function save(path: string, format: SubjectFormat, content: object, page: () => string): Promise<void> {
    const pdf = format === 'pdf' && printToPdf ? await printToPdf(page()) : undefined
    await writeWhole(path, (append) => append(pdf ?? `${JSON.stringify(content, null, 2)}\n`))
  }
  return {
    printsPdf: printToPdf !== undefined,
    saveSubject: (path, format, file) => save(path, format, file, () => subjectPage(file)),
    saveCertificate: (path, format, certificate) => save(path, format, certificate, () => certificatePage(certificate)),
  }
}
