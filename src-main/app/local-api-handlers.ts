// The local API part of the contract: on or off, tokens, and what arrives through it.
import type { localApiContract } from '@shared/contract/local-api'
import type { Handlers } from '@shared/ipc/contract'
import type { AppContext } from '.'
import type { IncomingFeed } from './incoming'
import type { LocalApi } from './local-api'

export function localApiHandlers(
  { engine, actor }: AppContext,
  localApi: LocalApi,
  incoming: IncomingFeed,
): Handlers<typeof localApiContract> {
  const queries = engine.queriesFor(actor)
  return {
    'api.status': () => localApi.status$,
    'api.enable': async (change) => {
      await localApi.enable(change)
      return {}
    },
    'api.createToken': ({ name, permissions }) => localApi.createToken(name, permissions),
    'api.revokeToken': ({ id }) => {
      localApi.revokeToken(id)
      return {}
    },
    'incoming.list': () => incoming.list$(queries),
    'incoming.link': async ({ interactionId, contactId }) => {
      await engine.interactions.link(actor(), interactionId, contactId)
      return {}
    },
  }
}
