// What is used of the library. Its own declarations cannot be reached through its `exports`.
declare module 'better-sqlite3-multiple-ciphers' {
  type Value = null | number | bigint | string | Uint8Array
  /** Values in the order of `?`, or all of them by name. */
  export type Bound = Value | Record<string, Value>
  type Row = Record<string, Value>

  export interface Statement {
    /** Whether it hands rows out. */
    readonly reader: boolean
    all(...values: readonly Bound[]): Row[]
    get(...values: readonly Bound[]): Row | undefined
    run(...values: readonly Bound[]): { changes: number; lastInsertRowid: number | bigint }
    iterate(...values: readonly Bound[]): IterableIterator<Row>
    /** Rows as arrays. */
    raw(isWanted: boolean): this
  }

  export default class Library {
    constructor(path: string, options: { readonly: boolean; timeout: number; nativeBinding: object })
    readonly open: boolean
    readonly inTransaction: boolean
    prepare(sql: string): Statement
    exec(sql: string): this
    close(): this
  }
}
