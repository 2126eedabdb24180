// The fields that the organisation types, as administrators define them. They are read with people (`people.schemas`).
import { command } from '@shared/ipc/contract'
import { z } from 'zod'
import { contactSchemaSchema } from '../model/contact-schema'
import { ID_MAX } from '../model/limits'

const id = z.string().min(1).max(ID_MAX)

export const schemasContract = {
  'schemas.create': command(z.object({ schema: contactSchemaSchema }), z.object({ id: z.string() })),
  /** Writes a further version; `version` is the latest one that the writer has seen. */
  'schemas.update': command(
    z.object({ id, version: z.number().int().min(1), schema: contactSchemaSchema }),
    z.object({}),
  ),
  /** Takes it back: contacts that have it keep what stands in them. */
  'schemas.remove': command(z.object({ id }), z.object({})),
  /** Puts back what was taken back. */
  'schemas.restore': command(z.object({ id }), z.object({})),
} as const
