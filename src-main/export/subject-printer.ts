// Writing what is handed out: JSON for programs, PDF for people.
// Invariant: the file is whole or not there, for its owner alone; nothing of it lies anywhere else.
import type { Certificate, SubjectFile, SubjectFormat } from '@shared/model/subject'
import { writeWhole } from '../files/whole-file'
import { certificatePage, subjectPage } from './subject-page'

/** @param printToPdf of a page; undefined where there is no window */
export function createSubjectPrinter(printToPdf?: (html: string) => Promise<Uint8Array>) {
  async function save(path: string, format: SubjectFormat, content: object, page: () => string): Promise<void> {
    const pdf = format === 'pdf' && printToPdf ? await printToPdf(page()) : undefined
    await writeWhole(path, (append) => append(pdf ?? `${JSON.stringify(content, null, 2)}\n`))
  }
  return {
    printsPdf: printToPdf !== undefined,
    saveSubject: (path: string, format: SubjectFormat, file: SubjectFile) =>
      save(path, format, file, () => subjectPage(file)),
    saveCertificate: (path: string, format: SubjectFormat, certificate: Certificate) =>
      save(path, format, certificate, () => certificatePage(certificate)),
  }
}
