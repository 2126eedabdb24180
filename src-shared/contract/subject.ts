// Everything about one person, for their request, and what proves that they were erased.
import { command, query } from '@shared/ipc/contract'
import { contactIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { ID_MAX } from '../model/limits'
import { certificateSchema, SUBJECT_FORMATS } from '../model/subject'

const contactId = contactIdSchema.min(1).max(ID_MAX)
const wanted = z.object({ contactId, format: z.enum(SUBJECT_FORMATS) })
/** Null: no place was chosen, and nothing was written. */
const saved = z.object({ path: z.string(), reference: z.string() }).nullable()

export const subjectContract = {
  /** Asks where to, notes it in the audit trail under a reference, and saves all that is known of a person. */
  'subject.save': command(wanted, saved),
  /** That a person was erased, by whose hand and when; nothing about them. */
  'subject.certificate': query(z.object({ contactId }), certificateSchema),
  'subject.saveCertificate': command(wanted, saved),
} as const
