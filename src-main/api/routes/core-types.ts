// What custom fields can be: their types, and how many schemas and fields there may be.

import { ScvError } from '@shared/errors'
import { FIELD_TYPE_NAMES } from '@shared/model/contact-schema'
import { z } from 'zod'
import { idSchema } from '../schemas/common'
import { SCHEMAS } from '../schemas/contact'
import { coretypeSchema, QUANTITY_LIMITS, quantityLimitsSchema, toCoretype } from '../schemas/data-schema'
import { type Routes, refusals } from './route'

const VIEW = { permission: 'externalContacts:contact:view' } as const
const tags = ['contact schemas']

export const coreTypeRoutes: Routes = (api) => {
  api.get(
    `${SCHEMAS}/coretypes`,
    {
      config: VIEW,
      schema: {
        summary: 'The types that custom fields have',
        tags,
        response: {
          200: z.object({ total: z.number(), entities: z.array(coretypeSchema), selfUri: z.string() }),
          ...refusals,
        },
      },
    },
    () => {
      const entities = FIELD_TYPE_NAMES.map(toCoretype)
      return { total: entities.length, entities, selfUri: `${SCHEMAS}/coretypes` }
    },
  )

  api.get(
    `${SCHEMAS}/coretypes/:coreTypeName`,
    {
      config: VIEW,
      schema: {
        summary: 'One type of custom fields',
        tags,
        params: z.object({ coreTypeName: idSchema }),
        response: { 200: coretypeSchema, ...refusals },
      },
    },
    ({ params: { coreTypeName } }) => {
      const type = FIELD_TYPE_NAMES.find((name) => name === coreTypeName)
      if (!type) throw new ScvError('not_found', 'There is no type of this name.', { field: 'coreTypeName' })
      return toCoretype(type)
    },
  )

  api.get(
    `${SCHEMAS}/limits`,
    {
      config: VIEW,
      schema: {
        summary: 'How many schemas and fields there may be',
        tags,
        response: { 200: quantityLimitsSchema, ...refusals },
      },
    },
    () => QUANTITY_LIMITS,
  )
}
