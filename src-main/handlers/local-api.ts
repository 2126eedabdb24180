// The local API part of the contract: on or off, tokens, and what arrives through it.
import type { localApiContract } from '@shared/contract/local-api'
import type { Handlers } from '@shared/ipc/contract'
import { writtenPerson } from '../application/written-person'
import type { HandlerContext } from './context'

export function localApiHandlers({
  engine,
  caller,
  localApi,
  incoming,
}: Pick<HandlerContext, 'engine' | 'caller' | 'localApi' | 'incoming'>): Handlers<typeof localApiContract> {
  const { actor } = caller
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
    'incoming.list': () => incoming.list$(caller),
    'incoming.decide': ({ interactionId, how }) => {
      incoming.decide(caller, interactionId, how)
      return {}
    },
    'incoming.linkNew': async ({ interactionId }) =>
      writtenPerson(engine, caller, await engine.interactions.linkNew(actor(), interactionId)),
    'incoming.link': async ({ interactionId, contactId }) => {
      await engine.interactions.link(actor(), interactionId, contactId)
      return {}
    },
  }
}
