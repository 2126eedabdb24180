// Where the password is kept between two starts: encrypted by the system's keychain, as plain text when the user insists,
// or for this session alone. Invariant: plain text is never written unless the user insisted; the file is for its owner only.
import { hash, timingSafeEqual } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { ScvError } from '@shared/errors'
import { z } from 'zod'

/** The system's keychain as Electron's `safeStorage` offers it. */
export interface Keychain {
  /** Whether it really encrypts; Linux without a keyring only pretends (Electron, `safeStorage`, `basic_text`). */
  available(): boolean
  encrypt(text: string): Buffer
  decrypt(data: Buffer): string
}

export interface Secrets {
  readonly kept: 'keychain' | 'plain' | 'memory' | null
  readonly keychainAvailable: boolean
  get(): string | undefined
  /** @throws ScvError `no_keychain` */
  set(password: string, insistOnPlain: boolean, forSession?: boolean): void
  /** Compared in a time that tells nothing of it; undefined: none is known. */
  is(text: string): boolean | undefined
  forget(): void
}

const fileSchema = z.object({ kept: z.enum(['keychain', 'plain']), value: z.string() })

/** @param keychain undefined: nothing is written, the password lives as long as the process (headless use) */
export function createSecrets(path: string, keychain: Keychain | undefined): Secrets {
  let password: string | undefined
  let kept: Secrets['kept'] = null
  const stored = keychain ? read(path) : undefined
  if (stored?.kept === 'plain') {
    password = stored.value
    kept = 'plain'
  } else if (stored && keychain?.available()) {
    try {
      password = keychain.decrypt(Buffer.from(stored.value, 'base64'))
      kept = 'keychain'
    } catch {
      // Another system user's keychain, or a reset one: the user has to sign in again, as after any lost password.
    }
  }
  return {
    get kept() {
      return kept
    },
    get keychainAvailable() {
      return keychain?.available() ?? false
    },
    get: () => password,
    set(next, insistOnPlain, forSession = false) {
      if (keychain && forSession) rmSync(path, { force: true })
      if (!keychain || forSession) kept = 'memory'
      else if (keychain.available()) {
        write(path, { kept: 'keychain', value: keychain.encrypt(next).toString('base64') })
        kept = 'keychain'
      } else if (insistOnPlain) {
        write(path, { kept: 'plain', value: next })
        kept = 'plain'
      } else {
        throw new ScvError('no_keychain', 'This system has no keychain that could keep the password safe.')
      }
      password = next
    },
    is: (text) => (password === undefined ? undefined : timingSafeEqual(digest(text), digest(password))),
    forget() {
      if (keychain) rmSync(path, { force: true })
      password = undefined
      kept = null
    },
  }
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer')

function read(path: string): z.infer<typeof fileSchema> | undefined {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined // none, or damaged: the user signs in again
  }
}

function write(path: string, content: z.infer<typeof fileSchema>): void {
  writeFileSync(`${path}.new`, JSON.stringify(content), { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}
