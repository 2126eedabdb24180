// The one contract between the screens and the engine: every command, query and live query there is.
import { appContract } from './app'
import { importContract } from './importing'
import { keepingContract } from './keeping'
import { mergeContract } from './merging'
import { peopleContract } from './people'

export const contract = {
  ...appContract,
  ...peopleContract,
  ...mergeContract,
  ...keepingContract,
  ...importContract,
} as const
export type ScvContract = typeof contract
