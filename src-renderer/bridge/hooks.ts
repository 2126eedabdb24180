// The client and hooks of the product's own contract: what screens import.
import { windowContract } from '@shared/contract'
import { createClient } from './client'
import { createHooks } from './create-hooks'

export const client = createClient(windowContract)
export const { useLive, useCall } = createHooks(client)

/** Path of a file that the user dropped or chose, for the commands that read it in the main process. */
export const offerFile = (file: File): Promise<string> => window.scv.offerFile(file)
