// Small files of this device that are about people, under the key of the data folder.
// Invariant: sealed text opens only under its key, and only as it was written; without a key of the folder it is as it was.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { sqliteKey } from '../sqlite/key'

const MARK = 'scv-sealed:1:'
const IV_BYTES = 12
const TAG_BYTES = 16

/** A key of their own: one key serves one purpose. */
function keyOfTexts(key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'hex'), '', 'small files', 32))
}

/** @param key of the folder, in hexadecimal digits; undefined: it is plain */
export function sealText(text: string, key = sqliteKey()): string {
  if (key === undefined) return text
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOfTexts(key), iv)
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return MARK + sealed.toString('base64')
}

/** @throws Error when it was sealed under another key, or changed */
export function openText(written: string, key = sqliteKey()): string {
  if (!written.startsWith(MARK)) return written
  if (key === undefined) throw new Error('The text is sealed, and there is no key')
  const sealed = Buffer.from(written.slice(MARK.length), 'base64')
  const decipher = createDecipheriv('aes-256-gcm', keyOfTexts(key), sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
}
