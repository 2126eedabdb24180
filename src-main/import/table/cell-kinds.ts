// What a cell of a table looks like, before any column has a meaning. Invariant: shapes alone; what a value is, its reader says.

/** A mail address and nothing else, or the digits of a number to call; a stray quote aside. */
export const isChannel = (cell: string): boolean =>
  /^"?(?:[^\s"@]+@[^\s"@]+\.[^\s"@]+|\+?\d(?:[\s().-]?\d){5,})"?$/.test(cell)

/** Whether a mail address, or a number to call, stands somewhere in a cell. */
export const holdsChannel = (cell: string): boolean => /\S@\S|\d(?:[\s()./-]?\d){5,}/.test(cell)
