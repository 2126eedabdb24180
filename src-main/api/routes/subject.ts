// Everything about one person, for their request, and the certificate of an erasure.
import { certificateSchema, subjectFileSchema } from '@shared/model/subject'
import { z } from 'zod'
import { certificateOf, subjectFile } from '../../application/subject-file'
import { DISCLOSURE_NEEDS } from '../../engine/commands/disclosing'
import { contactParams } from '../schemas/common'
import { shownFields } from '../schemas/contact'
import { LOCAL, type Routes, refusals } from './route'

const { person } = subjectFileSchema.shape
const shownFile = subjectFileSchema.extend({ person: person.extend({ fields: shownFields }) })

export const subjectRoutes: Routes = (api, { engine }) => {
  api.post(
    `${LOCAL}/contacts/:contactId/disclose`,
    {
      config: { permission: [...DISCLOSURE_NEEDS] },
      schema: {
        summary: 'Everything about one person, for their request; the audit trail has it under the reference',
        tags: ['local'],
        params: contactParams,
        body: z.strictObject({}).nullish(),
        response: { 200: shownFile, ...refusals },
      },
    },
    ({ params, caller }) => subjectFile(engine, caller, params.contactId),
  )

  api.get(
    `${LOCAL}/contacts/:contactId/erasure`,
    {
      config: { permission: 'externalContacts:identity:erase' },
      schema: {
        summary: 'The certificate of a person’s erasure: what was erased, when, by whom; nothing about the person',
        tags: ['local'],
        params: contactParams,
        response: { 200: certificateSchema, ...refusals },
      },
    },
    ({ params, caller }) => certificateOf(caller, params.contactId),
  )
}
