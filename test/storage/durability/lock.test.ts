// One process a data folder. The lock belongs to the process as the operating system sees it, so that it is gone the
// moment the process is, however it ended.
import { beforeAll, describe, expect, test } from 'vitest'
import { getRxStorageSQLite, StorageError } from '../../../src-main/storage/index'
import { bundled } from '../../support/bundled'
import { discard, start, temporaryFolder } from './children'
import { item, openItems } from './model'
import { contentOf } from './read'

let filler = ''
beforeAll(async () => {
  filler = await bundled('storage-filler')
}, 60_000)

async function refusal(folder: string): Promise<StorageError> {
  try {
    await openItems(getRxStorageSQLite({ folder }), 'contacts')
  } catch (error) {
    if (error instanceof StorageError) return error
    throw error
  }
  throw new Error('the folder was expected to be locked')
}

describe('a second process', () => {
  test('is refused while the first lives, and let in the moment it was killed, with all it had written', async () => {
    const folder = temporaryFolder()
    try {
      const first = start(filler, folder, '20')
      await first.says('filled')
      const error = await refusal(folder)
      expect(error.kind).toBe('Locked')
      expect(error.message).toContain(folder)
      expect(error.message).toContain(`process ${first.process.pid}`) // who has it
      expect((await refusal(folder)).kind).toBe('Locked')
      await first.kill()
      for (const name of ['contacts', 'claims'] as const) {
        const items = await openItems(getRxStorageSQLite({ folder }), name)
        expect((await contentOf(items)).length).toBe(20)
        await items.close()
      }
    } finally {
      discard(folder)
    }
  })

  test('is refused while this process has the folder open, for any of its databases, and let in after the close', async () => {
    const folder = temporaryFolder()
    try {
      const contacts = await openItems(getRxStorageSQLite({ folder }), 'contacts')
      await contacts.bulkWrite([{ document: item(1, 0, 1) }], 'mine')
      const refused = start(filler, folder)
      expect(await refused.says('refused')).toMatch(/^refused Locked /)
      await refused.gone
      // The attempt must not have loosened the lock: POSIX locks go with any handle of a process.
      expect((await contacts.bulkWrite([{ document: item(2, 0, 1) }], 'mine')).error).toEqual([])
      const again = start(filler, folder)
      expect(await again.says('refused')).toMatch(/^refused Locked /)
      await again.gone
      await contacts.close()
      const let$in = start(filler, folder)
      await let$in.says('filled')
      expect((await refusal(folder)).kind).toBe('Locked')
      await let$in.kill()
    } finally {
      discard(folder)
    }
  })

  test('of several that start at once exactly one gets in', async () => {
    const folder = temporaryFolder()
    const children = Array.from({ length: 4 }, () => start(filler, folder, '3'))
    try {
      const said = await Promise.all(
        children.map((child) => Promise.race([child.says('filled'), child.says('refused')])),
      )
      expect(said.filter((line) => line === 'filled').length).toBe(1)
      expect(said.filter((line) => line.startsWith('refused Locked')).length).toBe(3)
    } finally {
      for (const child of children) await child.kill()
      discard(folder)
    }
  })
})
