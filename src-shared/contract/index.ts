// The one contract between the screens and the engine: every command, query and live query there is.
import { appContract } from './app'
import { importContract } from './importing'
import { peopleContract } from './people'

export const contract = { ...appContract, ...peopleContract, ...importContract } as const
export type ScvContract = typeof contract
