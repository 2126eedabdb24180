// What the columns of a table are called. Invariant: no two names of one table are the same.
import { ScvError } from '@shared/errors'
import { headerWidth } from './table'

const MAX_COLUMNS = 1000
const MAX_HEADER = 200

/**
 * @param header the cells of a header as they stand
 * @returns `bare`: as written, blanks aside; `names`: told apart by their place where they repeat or are empty
 * @throws ScvError `too_many`
 */
export function columnNames(header: readonly string[]): { bare: string[]; names: string[] } {
  const bare = header.slice(0, headerWidth(header)).map((name) => name.replace(/\s+/g, ' ').trim().slice(0, MAX_HEADER))
  if (bare.length > MAX_COLUMNS)
    throw new ScvError('too_many', `The file has ${bare.length} columns; at most ${MAX_COLUMNS} are read.`)
  const seen = new Set<string>()
  const names = bare.map((name, index) => {
    const called = name || `Column ${index + 1}`
    let unique = called
    for (let count = 2; seen.has(unique.toLowerCase()); count++) unique = `${called} (${count})`
    seen.add(unique.toLowerCase())
    return unique
  })
  return { bare, names }
}
