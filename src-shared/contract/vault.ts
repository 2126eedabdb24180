// How the data of this device lies on its disk, and the key that opens it: answered before the data is open, and after.
import { command, live } from '@shared/ipc/contract'
import { z } from 'zod'
import { PASSPHRASE_LEAST, PASSPHRASE_MOST } from '../model/limits'

const vaultStatusSchema = z.object({
  /**
   * `unprotected`: there is no key, and a person must set a passphrase; `locked`: a person must give the key; `working`: files are
   * being put under it; `open`: all else answers.
   */
  stage: z.enum(['opening', 'unprotected', 'locked', 'working', 'open']),
  /** Of the work, 0 to 1. */
  progress: z.number(),
  /** `from next start`: the key is made, and the files are put under it when the application starts again. */
  kept: z.enum(['plain', 'encrypted', 'from next start']),
  /** What opens it. */
  opens: z.object({ keychain: z.boolean(), passphrase: z.boolean(), recoveryKey: z.boolean() }),
})
export type VaultStatus = z.infer<typeof vaultStatusSchema>

const passphraseSchema = z.string().min(PASSPHRASE_LEAST).max(PASSPHRASE_MOST)

export const vaultContract = {
  'vault.status': live(z.object({}), vaultStatusSchema),
  /** Opens the data with its passphrase or its recovery key; answers once it is open. */
  'vault.unlock': command(z.object({ secret: z.string().min(1).max(PASSPHRASE_MOST) }), z.object({})),
  /**
   * Makes a key for data that has none, under a passphrase and a recovery key, which is told this once. Before the data is open
   * it counts at once, and the answer comes when all is under it; afterwards it counts from the next start on.
   */
  'vault.protect': command(z.object({ passphrase: passphraseSchema }), z.object({ recoveryKey: z.string() })),
  /** Another passphrase; a former one opens nothing any more. */
  'vault.setPassphrase': command(z.object({ passphrase: passphraseSchema }), z.object({})),
  /** A recovery key in the place of a former one; it is told this once. */
  'vault.makeRecoveryKey': command(z.object({}), z.object({ recoveryKey: z.string() })),
  /** Closes the application and starts it again. */
  'vault.restart': command(z.object({}), z.object({})),
} as const
