// The fields that the organisation types: defined, changed by a further version, taken back.
import type { schemasContract } from '@shared/contract/schemas'
import type { Handlers } from '@shared/ipc/contract'
import type { HandlerContext } from './context'

export function schemaHandlers({
  engine: { schemas },
  caller: { actor },
}: Pick<HandlerContext, 'engine' | 'caller'>): Handlers<typeof schemasContract> {
  return {
    'schemas.create': async ({ schema }) => ({ id: await schemas.create(actor(), schema) }),
    'schemas.update': async ({ id, version, schema }) => {
      await schemas.update(actor(), id, version, schema)
      return {}
    },
    'schemas.remove': async ({ id }) => {
      await schemas.remove(actor(), id)
      return {}
    },
    'schemas.restore': async ({ id }) => {
      await schemas.restore(actor(), id)
      return {}
    },
  }
}
