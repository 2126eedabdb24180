// Tables that are several exports one behind the other: a header stands again between the rows, perhaps with its columns in
// another order, or with other columns. Invariant: a cell ends under the column that stands above it in the file, or nowhere.

import { columnNames } from './column-names'
import type { TextFile } from './decode'
import type { Dialect } from './separator'
import { readTable, type TableRow } from './table'

/** Whether a row names columns: half of its cells at least, and two, are names of this table's own, and none is a value. */
function isHeader(cells: readonly string[], own: ReadonlySet<string>): boolean {
  const written = cells.flatMap((cell) => cell.trim().toLowerCase() || [])
  const known = written.filter((cell) => own.has(cell)).length
  return known >= 2 && known * 2 >= written.length && !written.some((cell) => cell.includes('@') || /\d{5}/.test(cell))
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
  const own = new Set(headers.map((name) => name.toLowerCase()))
  /** Where each column of the first header stands now; absent: as there. */
  let order: readonly number[] | undefined
  let other: number | undefined
  for await (const row of readTable(text, dialect, onBytes)) {
    if (row.row === 0 || row.problem) yield row
    else if (isHeader(row.cells, own)) {
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
