// SQLite's result codes as numbers, of the names that the library gives them.

// https://www.sqlite.org/rescode.html; an extended code begins with the name of its primary one.
const PRIMARY: Readonly<Record<string, number>> = {
  ERROR: 1,
  INTERNAL: 2,
  PERM: 3,
  ABORT: 4,
  BUSY: 5,
  LOCKED: 6,
  NOMEM: 7,
  READONLY: 8,
  INTERRUPT: 9,
  IOERR: 10,
  CORRUPT: 11,
  NOTFOUND: 12,
  FULL: 13,
  CANTOPEN: 14,
  PROTOCOL: 15,
  SCHEMA: 17,
  TOOBIG: 18,
  CONSTRAINT: 19,
  MISMATCH: 20,
  MISUSE: 21,
  NOLFS: 22,
  AUTH: 23,
  RANGE: 25,
  NOTADB: 26,
}

/** The error with the primary result code as `errcode`; as it is, where it is none of SQLite. */
export function withResultCode(error: unknown): unknown {
  const code = (error as { code?: unknown }).code
  const name = typeof code === 'string' ? /^SQLITE_([A-Z]+)/.exec(code)?.[1] : undefined
  const errcode = name === undefined ? undefined : PRIMARY[name]
  return errcode === undefined ? error : Object.assign(error as Error, { errcode })
}
