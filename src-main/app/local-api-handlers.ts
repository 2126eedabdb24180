// The local API part of the contract.
import type { localApiContract } from '@shared/contract/local-api'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'
import { of } from 'rxjs'

export function localApiHandlers(): Handlers<typeof localApiContract> {
  const off = (): never => {
    throw new ScvError('not_found', 'The local API is off.')
  }
  return {
    'api.status': () => of({ enabled: false, address: null, port: 7070, tokens: [] }),
    'api.enable': off,
    'api.createToken': off,
    'api.revokeToken': off,
    'incoming.list': () => of([]),
    'incoming.link': off,
  }
}
