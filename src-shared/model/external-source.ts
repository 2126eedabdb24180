// External sources: the systems that contacts have ids in.
import { z } from 'zod'
import { IDENTIFIER_SOURCE_MAX, URL_MAX } from './limits'

export const externalSourceInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(IDENTIFIER_SOURCE_MAX),
  isActive: z.boolean(),
  /** The page of a record there, with a place for its id. */
  uriTemplate: z.string().max(URL_MAX).optional(),
})
export type ExternalSourceInput = z.infer<typeof externalSourceInputSchema>

export interface ExternalSource extends ExternalSourceInput {
  id: string
}
