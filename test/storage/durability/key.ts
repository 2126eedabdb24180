// Files of these tests under a key: the test and the processes that it starts use the same one, or none.
import { setSqliteKey } from '../../../src-main/sqlite/key'

const VARIABLE = 'SQLITE_KEY_OF_TESTS'

/** From now on this process and those it starts write under a key, or in the open. */
export function writeUnder(key: Buffer | undefined): void {
  setSqliteKey(key)
  if (key) process.env[VARIABLE] = key.toString('hex')
  else delete process.env[VARIABLE]
}

/** In a process that was started: the key of the one that started it. */
export function takeKey(): void {
  const key = process.env[VARIABLE]
  setSqliteKey(key === undefined ? undefined : Buffer.from(key, 'hex'))
}
