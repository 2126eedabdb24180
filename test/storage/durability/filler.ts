// Fills a folder, says what it has once that is acknowledged, and waits to be killed. Usage: filler FOLDER DOCUMENTS
// With 0 documents it only opens the folder. Says "refused KIND" when it may not.
import { getRxStorageSQLite, StorageError } from '../../../src-main/storage/index'
import { takeKey } from './key'
import { item, openItems } from './model'
import { say } from './say'

const [folder = '', documents = '0'] = process.argv.slice(2)
const FIRST = 1_000_000 // apart from what the folder may hold already
takeKey()

try {
  const storage = getRxStorageSQLite({ folder })
  for (const name of ['contacts', 'claims'] as const) {
    const items = await openItems(storage, name)
    for (let i = 0; i < Number(documents); i += 1) {
      const document = item(FIRST + i, 0, 1)
      const { error } = await items.bulkWrite([{ document }], 'fill')
      if (error.length > 0) throw new Error(`refused: ${document.id}`)
      say(`has ${name} ${document.id}`)
    }
  }
  say('filled')
  setInterval(() => undefined, 60_000) // stays, with everything open
} catch (error) {
  if (!(error instanceof StorageError)) throw error
  say(`refused ${error.kind} ${error.message}`)
}
