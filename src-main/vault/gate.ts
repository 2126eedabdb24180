// The gate before the data of a window: it opens by itself where the system keeps the key, and else waits for a person.
// Invariant: nothing of the folder is opened before the gate is; a folder is plain only where the application was started with
// the switch that says so, and its status tells it.
import type { VaultStatus, vaultContract } from '@shared/contract/vault'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'
import { BehaviorSubject } from 'rxjs'
import {
  addWraps,
  byRecoveryKey,
  bySecret,
  type KeyHolder,
  makeKeyForNextStart,
  makeRecoveryKey,
  openVault,
  requireVault,
  together,
} from './index'
import { newRecoveryKey } from './recovery-key'
import { readVault } from './vault-file'
import { COST } from './wraps'

/** The system's keychain. */
export interface Keychain {
  available(): boolean
  encrypt(text: string): Buffer
  decrypt(data: Buffer): string
}

interface GateOptions {
  dataDir: string
  keychain: Keychain
  /** A folder without a key stays plain, keychain or not: the user started it so. */
  plainText: boolean
  /** @throws ScvError while nothing may be changed */
  requireOpen(): void
  /** Starts the application again. */
  restart(): void
  /** How much each guess costs; less in tests. */
  cost?: typeof COST
}

export interface VaultGate {
  readonly status$: BehaviorSubject<VaultStatus>
  readonly handlers: Handlers<typeof vaultContract>
  /** Opens it, now or once a person gave the key. @throws ScvError those of `openVault` but `wrong_key` */
  open(): Promise<void>
}

/** What the system's keychain opens. */
function byKeychain(keychain: Keychain): KeyHolder {
  return {
    wrap: async (key) => ({ keychain: keychain.encrypt(key.toString('base64')).toString('base64') }),
    async unwrap({ keychain: wrapped }) {
      if (wrapped === undefined) return undefined
      try {
        return Buffer.from(keychain.decrypt(Buffer.from(wrapped, 'base64')), 'base64')
      } catch {
        return undefined // another user's keychain, or one that was reset
      }
    },
  }
}

export function createVaultGate(options: GateOptions): VaultGate {
  const { dataDir, keychain, plainText, requireOpen, restart, cost = COST } = options
  const secret = (text: string) => bySecret(text, cost)
  const status$ = new BehaviorSubject<VaultStatus>({
    stage: 'opening',
    progress: 0,
    kept: 'plain',
    opens: { keychain: false, passphrase: false, recoveryKey: false },
  })
  /** The person at the gate, while one is waited for. */
  let person: PromiseWithResolvers<void> | undefined

  /** What is so, whatever stands on the disk: a folder that was opened plain stays so until the next start. */
  function tell(stage: VaultStatus['stage'], progress = 0, isPlain = false): void {
    const file = readVault(dataDir)
    const { keychain: byChain, passphrase, recovery } = file ?? {}
    status$.next({
      stage,
      progress,
      kept: !file ? 'plain' : isPlain ? 'from next start' : 'encrypted',
      opens: {
        keychain: byChain !== undefined,
        passphrase: passphrase !== undefined,
        recoveryKey: recovery !== undefined,
      },
    })
  }
  const isPlain = () => status$.value.kept !== 'encrypted'

  async function openWith(holder: KeyHolder): Promise<void> {
    await openVault(dataDir, holder, ({ done, total }) => tell('working', done / total))
    tell('open')
  }

  /** @returns what is waited for before it can be opened; undefined: it is open */
  async function openByItself(): Promise<'locked' | 'unprotected' | undefined> {
    const file = readVault(dataDir)
    if (!file && plainText) {
      await openVault(dataDir, undefined)
      tell('open', 0, true)
      return undefined
    }
    requireVault(dataDir)
    if (!keychain.available() || (file && file.keychain === undefined)) return file ? 'locked' : 'unprotected'
    try {
      await openWith(byKeychain(keychain))
      return undefined
    } catch (error) {
      if (error instanceof ScvError && error.code === 'wrong_key') return 'locked'
      throw error
    }
  }

  /** What waits at the gate goes on, or ends with what happened. */
  async function pass(open: () => Promise<void>): Promise<void> {
    const waiting = person
    if (!waiting) throw new ScvError('conflict', 'The data is open already, or is being opened.')
    const { stage } = status$.value
    person = undefined
    try {
      await open()
    } catch (error) {
      if (error instanceof ScvError && error.code === 'wrong_key') {
        person = waiting
        tell(stage)
      } else waiting.reject(error) // the start fails, and says why
      throw error
    }
    waiting.resolve()
  }

  async function unlock(typed: string): Promise<void> {
    await openWith(secret(typed))
    // The keychain that kept the key has it no longer: the next start asks for nothing again.
    if (readVault(dataDir)?.keychain === undefined || !keychain.available()) return
    await addWraps(dataDir, byKeychain(keychain).wrap)
    tell('open')
  }

  async function protect(holder: KeyHolder): Promise<void> {
    if (status$.value.stage === 'unprotected') return pass(() => openWith(holder))
    await makeKeyForNextStart(dataDir, holder)
    tell('open', 0, true)
  }

  return {
    status$,
    async open() {
      tell('opening')
      const waitsFor = await openByItself()
      if (!waitsFor) return
      person = Promise.withResolvers<void>()
      tell(waitsFor)
      await person.promise
    },
    handlers: {
      'vault.status': () => status$,
      'vault.unlock': async ({ secret: typed }) => {
        if (status$.value.stage === 'unprotected') throw new ScvError('key_needed', 'There is no key yet: make one.')
        await pass(() => unlock(typed))
        return {}
      },
      'vault.protect': async ({ passphrase }) => {
        requireOpen()
        const recoveryKey = newRecoveryKey()
        await protect(together(secret(passphrase), byRecoveryKey(recoveryKey, cost)))
        return { recoveryKey }
      },
      'vault.setPassphrase': async ({ passphrase }) => {
        requireOpen()
        await addWraps(dataDir, secret(passphrase).wrap)
        tell('open', 0, isPlain())
        return {}
      },
      'vault.makeRecoveryKey': async () => {
        requireOpen()
        const recoveryKey = await makeRecoveryKey(dataDir, cost)
        tell('open', 0, isPlain())
        return { recoveryKey }
      },
      'vault.restart': () => {
        restart()
        return {}
      },
    },
  }
}
