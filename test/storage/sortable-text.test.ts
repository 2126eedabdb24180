// Stored text must compare in SQLite exactly as the strings compare in JavaScript, for any strings whatever.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSqlite } from '../../src-main/sqlite/database'
import { sortableText } from '../../src-main/storage/sortable-text'

// Any code units, lone surrogates too, with the troublesome ones made frequent.
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.constantFrom(0, 0x1f, 0x20, 0x7f, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfffd, 0xffff),
)
const anyString = fc.array(unit, { maxLength: 5 }).map((units) => String.fromCharCode(...units))

const database = openSqlite(':memory:')
const compareInSqlite = database.prepare('SELECT ? < ? AS less, ? = ? AS equal')

test('sorts and compares in SQLite as in JavaScript', () => {
  fc.assert(
    fc.property(anyString, anyString, (a, b) => {
      const [x, y] = [sortableText(a), sortableText(b)]
      expect({ ...compareInSqlite.get(x, y, x, y) }).toEqual({ less: a < b ? 1 : 0, equal: a === b ? 1 : 0 })
    }),
    { numRuns: 3000 },
  )
})

test('a beginning stays a beginning', () => {
  fc.assert(
    fc.property(anyString, anyString, (a, b) => {
      expect(sortableText(a + b)).toBe(sortableText(a) + sortableText(b))
    }),
  )
})

test('ordinary text is stored as it is', () => {
  for (const text of ['', 'Zürich', 'O\'Neill "x"', '東京', 'a\0b', '\ud7ff']) expect(sortableText(text)).toBe(text)
})
