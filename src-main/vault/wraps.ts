// The key of a data folder under another one, which a person knows or has written down.
// Invariant: a wrap that opens gives the key that was wrapped; one that was changed, or is opened with another secret, gives none.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { KEY_BYTES } from '../sqlite/key'
import { readRecoveryKey } from './recovery-key'

interface Cost {
  readonly N: number
  readonly r: number
  readonly p: number
}

const derive = promisify<string, Buffer, number, Cost & { maxmem: number }, Buffer>(scrypt)

/** OWASP's least for scrypt: 128 MiB, about half a second, so that guessing a passphrase costs as much each time. */
export const COST: Cost = { N: 2 ** 17, r: 8, p: 1 }
/** A file that asks for more than this was not made here. */
const COST_MOST: Cost = { N: 2 ** 18, r: 8, p: 4 }
const MEMORY_MOST = 512 * 1024 * 1024

const base64 = z.base64().max(1024)
export const wrapSchema = z.object({
  salt: base64,
  cost: z.object({
    N: z.number().int().min(2).max(COST_MOST.N),
    r: z.number().int().min(1).max(COST_MOST.r),
    p: z.number().int().min(1).max(COST_MOST.p),
  }),
  iv: base64,
  tag: base64,
  data: base64,
})
export type Wrap = z.infer<typeof wrapSchema>

/** As it is however it was typed: a recovery key in any case, a passphrase by whatever keyboard makes its letters. */
const asKnown = (secret: string): string => readRecoveryKey(secret) ?? secret.normalize('NFC')

/** Wraps a key under a passphrase or a recovery key. */
export async function wrapKey(key: Buffer, secret: string, cost: Cost = COST): Promise<Wrap> {
  const salt = randomBytes(16)
  const iv = randomBytes(12)
  const under = await derive(asKnown(secret), salt, KEY_BYTES, { ...cost, maxmem: MEMORY_MOST })
  const cipher = createCipheriv('aes-256-gcm', under, iv)
  const data = Buffer.concat([cipher.update(key), cipher.final()])
  const text = (bytes: Buffer) => bytes.toString('base64')
  return { salt: text(salt), cost, iv: text(iv), tag: text(cipher.getAuthTag()), data: text(data) }
}

/** @returns undefined: it is another secret, or the wrap was changed */
export async function unwrapKey({ salt, cost, iv, tag, data }: Wrap, secret: string): Promise<Buffer | undefined> {
  const bytes = (text: string) => Buffer.from(text, 'base64')
  const under = await derive(asKnown(secret), bytes(salt), KEY_BYTES, { ...cost, maxmem: MEMORY_MOST })
  try {
    const decipher = createDecipheriv('aes-256-gcm', under, bytes(iv), { authTagLength: 16 })
    decipher.setAuthTag(bytes(tag))
    const key = Buffer.concat([decipher.update(bytes(data)), decipher.final()])
    return key.length === KEY_BYTES ? key : undefined
  } catch {
    return undefined
  }
}
