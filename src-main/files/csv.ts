// Writing CSV as RFC 4180 has it, in UTF-8 with the byte order mark that spreadsheets look for.

export const BYTE_ORDER_MARK = '\ufeff'

/** One line with its line break; a cell is quoted where it has to be. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`
