// Tables that are several exports one behind the other: a header stands again between the rows, perhaps with its columns in
// another order, or with other columns. Invariant: a cell ends under the column that stands above it in the file, or nowhere.

import { guessTarget, levelHeader } from '../columns/headers'
import type { TextFile } from '../text/decode'
import { columnNames } from './column-names'
import type { Dialect } from './separator'
import { readTable, type TableRow } from './table'

/** Tells whether a row names columns. A word under its own name, as `Newsletter` under *Newsletter*, is a tick. */
function headerTest(headers: readonly string[]): (cells: readonly string[]) => boolean {
  const places = new Map(headers.map((name, index) => [name.toLowerCase(), index]))
  const targets = new Set(headers.flatMap((name) => guessTarget(levelHeader(name)) ?? []))
  return (cells) => {
    const written = cells.flatMap((cell, index) => {
      const name = cell.trim().toLowerCase()
      return name === '' ? [] : [{ name, index }]
    })
    if (written.length < 2 || written.some(({ name }) => name.includes('@') || /\d{5}/.test(name))) return false
    const known = written.filter(({ name }) => places.has(name))
    const moved = known.filter(({ name, index }) => places.get(name) !== index)
    if (known.length === headers.length || (moved.length >= 2 && known.length * 2 >= written.length)) return true
    // In other words: each cell is the name of a field that the table has.
    const meant = written.map(({ name }) => guessTarget(levelHeader(name)))
    return (
      written.length >= Math.min(headers.length, 3) &&
      meant.every((target) => target !== undefined && targets.has(target)) &&
      new Set(meant).size >= 2
    )
  }
}

/**
 * The rows of a table with its cells in the order of its first header. A header that stands again comes out as a row with a
 * problem, and so does each row under one with other columns.
 * @param headers names of the columns, as `columnNames` gives them
 * @throws ScvError those of `readBytes`
 */
export async function* readRows(
  text: TextFile,
  dialect: Dialect,
  headers: readonly string[],
  onBytes?: (bytes: number) => void,
): AsyncGenerator<TableRow, void, undefined> {
  const isHeader = headerTest(headers)
  /** Where each column of the first header stands now; absent: as there. */
  let order: readonly number[] | undefined
  let other: number | undefined
  for await (const row of readTable(text, dialect, onBytes)) {
    if (row.row === 0 || row.problem) yield row
    else if (isHeader(row.cells)) {
      const names = columnNames(row.cells).names.map((name) => name.toLowerCase())
      const places = headers.map((name) => names.indexOf(name.toLowerCase()))
      const same = names.length === headers.length && !places.includes(-1)
      order = same && places.some((place, index) => place !== index) ? places : undefined
      other = same ? undefined : row.line
      const then = !same
        ? 'with other columns; import the rows below it as a file of their own'
        : order
          ? 'with its columns in another order; the rows below it were read by it'
          : 'once more'
      const message = `Line ${row.line} is a header ${then}.`
      yield { ...row, problem: { code: 'header_again', message }, remarks: [] }
    } else if (other !== undefined) {
      const message = `The row stands under the header of line ${other}, which has other columns than the first one of the file.`
      yield { ...row, problem: { code: 'other_columns', message }, remarks: [] }
    } else yield order ? reordered(row, order) : row
  }
}

function reordered({ cells, remarks, ...row }: TableRow, order: readonly number[]): TableRow {
  return {
    ...row,
    cells: [...order.map((place) => cells[place] ?? ''), ...cells.slice(order.length)],
    remarks: remarks.map((remark) =>
      remark.column === undefined ? remark : { ...remark, column: order.indexOf(remark.column) },
    ),
  }
}
