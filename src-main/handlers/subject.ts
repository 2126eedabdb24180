// The part of the contract that hands out everything about a person, and certificates of erasure.
import type { subjectContract } from '@shared/contract/subject'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'
import type { SubjectFormat } from '@shared/model/subject'
import { certificateOf, requireDisclosure, subjectFile } from '../application/subject-file'
import type { HandlerContext } from './context'

export function subjectHandlers({
  engine,
  caller,
  dialogs,
  subjectPrinter,
  now,
}: Pick<HandlerContext, 'engine' | 'caller' | 'dialogs' | 'subjectPrinter' | 'now'>): Handlers<typeof subjectContract> {
  const choose = (name: string, format: SubjectFormat) =>
    dialogs.chooseExportFile(`${name}-${new Date(now()).toISOString().slice(0, 10)}.${format}`, format)
  const requirePrinter = (format: SubjectFormat) => {
    if (format === 'pdf' && !subjectPrinter.printsPdf)
      throw new ScvError('invalid_input', 'Only the window makes a PDF.', { field: 'format' })
  }
  return {
    'subject.save': async ({ contactId, format }) => {
      requireDisclosure(caller)
      requirePrinter(format)
      // Asked for by the dialog first: a file that is not wanted after all is no disclosure.
      const path = await choose('everything-about-one-person', format)
      if (path === undefined) return null
      const file = await subjectFile(engine, caller, contactId)
      await subjectPrinter.saveSubject(path, format, file)
      return { path, reference: file.reference }
    },
    'subject.certificate': ({ contactId }) => certificateOf(caller, contactId),
    'subject.saveCertificate': async ({ contactId, format }) => {
      const certificate = await certificateOf(caller, contactId)
      requirePrinter(format)
      const path = await choose('certificate-of-erasure', format)
      if (path === undefined) return null
      await subjectPrinter.saveCertificate(path, format, certificate)
      return { path, reference: certificate.reference }
    },
  }
}
