// No cell that leaves the product is a formula to any spreadsheet, whatever separator it cuts at, and plain values stay.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guarded } from '../../src-main/files/csv'

test.each([
  ['=1+1', "'=1+1"],
  ['+cmd', "'+cmd"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝1+1', "'＝1+1"],
  ['＠SUM(A1)', "'＠SUM(A1)"],
  ['\u200b=1', "'\u200b=1"],
  ['\ufeff=1', "'\ufeff=1"],
  ['  =1', "'  =1"],
  ['\t=1', "'\t=1"],
  ['a;=1', "a;'=1"],
  ['a\n=1', "a\n'=1"],
  ['a,\u00a0=1', "a,\u00a0'=1"],
  ['"=1"', '"\'=1"'],
])('%j is guarded', (cell, expected) => {
  expect(guarded(cell)).toBe(expected)
})

test.each([
  '+61 2 9876 5432',
  '+61 412 345 678 ext. 12',
  '@kate_b',
  '-5',
  'a-b',
  'a=b',
  'Ann; Bob',
  'x@example.com',
  '',
])('%j stays as it is', (cell) => {
  expect(guarded(cell)).toBe(cell)
})

test('guarding once is enough', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'=+-@＝a1;,\n\t" \u200b'), maxLength: 12 }), (cell) => {
      const once = guarded(cell)
      expect(once).not.toMatch(/^[=＝]/)
      // A tab at the beginning is behind the apostrophe already.
      const parts = once.replace(/^'[\s\u200b]*/, "'").split(/[;,\t\n]/)
      expect(parts.filter((part) => /^["\s]*[=＝]/.test(part))).toEqual([])
    }),
    { numRuns: 2000 },
  )
})
