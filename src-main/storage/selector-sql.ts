// Translates an RxDB selector into an SQL condition over the search columns.
// Invariant: the condition never excludes a document that the selector matches. When `exact` it excludes all others
// too; when not, RxDB's own matcher has to look at what SQL lets through.
import type { SqliteValue } from '../sqlite/database'
import type { Column, Layout } from './layout'
import { columnValue } from './layout'
import { sortableText } from './sortable-text'

/** An SQL condition with its values; an empty `sql` lets everything through. */
export type Condition = {
  readonly sql: string
  readonly values: readonly SqliteValue[]
  readonly exact: boolean
  /** Columns that every row must have equal to a value, to one of a list, or within a range. */
  readonly equal: ReadonlySet<string>
  readonly listed: ReadonlySet<string>
  readonly ranged: ReadonlySet<string>
  /** An `$or` that SQL can use. */
  readonly hasAlternatives: boolean
  /** How many comparisons it is made of. */
  readonly size: number
}

type Selector = Readonly<Record<string, unknown>>

const NO_COLUMNS: ReadonlySet<string> = new Set()
const PLAIN = { values: [], equal: NO_COLUMNS, listed: NO_COLUMNS, ranged: NO_COLUMNS, hasAlternatives: false, size: 1 }
const EVERYTHING: Condition = { ...PLAIN, sql: '', exact: true }
const UNKNOWN: Condition = { ...PLAIN, sql: '', exact: false }
const NOTHING: Condition = { ...PLAIN, sql: '0', exact: true }

/** Longer `$in` lists are left to the matcher, within the range that SQL can use. */
const MAX_LIST = 1024

/**
 * Budget of one condition. SQLite nests expressions 1,000 deep and takes 32,766 values (https://www.sqlite.org/limits.html);
 * what goes beyond is left to the matcher.
 */
const MAX_SIZE = 800
const MAX_VALUES = 30_000

const COMPARISONS: Readonly<Record<string, string>> = { $eq: '=', $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' }

/** The condition for a whole selector: all of its fields and logical operators must hold. */
export function selectorCondition(selector: Selector, layout: Layout): Condition {
  return allOf(
    Object.entries(selector).map(([key, matcher]) => {
      if (key === '$and') return allOf(listOf(matcher).map((part) => selectorCondition(part, layout)))
      if (key === '$or') return anyOf(listOf(matcher).map((part) => selectorCondition(part, layout)))
      const column = layout.byPath.get(key)
      if (!column || typeof matcher !== 'object' || matcher === null) return UNKNOWN
      // Flags change what a pattern matches.
      const hasFlags = '$options' in matcher
      return allOf(
        Object.entries(matcher).map(([operator, operand]) =>
          operator === '$regex' && hasFlags ? UNKNOWN : operatorCondition(column, operator, operand),
        ),
      )
    }),
  )
}

/**
 * The same selector with the deleted flag moved into each alternative of its `$or`. Every index starts with that flag,
 * so only then SQLite sees that each alternative has an index of its own.
 */
export function withAlternativesApart(selector: Selector): Selector {
  const { _deleted, $or, ...others } = selector
  if (_deleted === undefined || $or === undefined) return selector
  return { ...others, $or: listOf($or).map((part) => ({ $and: [{ _deleted }, part] })) }
}

function listOf(value: unknown): Selector[] {
  return Array.isArray(value) ? value : []
}

/** As many of the parts, from the first, as the budget of one condition allows. */
function withinBudget(parts: readonly Condition[]): readonly Condition[] {
  let size = 0
  let values = 0
  const over = parts.findIndex((part) => {
    size += part.size
    values += part.values.length
    return size > MAX_SIZE || values > MAX_VALUES
  })
  return over < 0 ? parts : parts.slice(0, over)
}
const sizeOf = (parts: readonly Condition[]): number => parts.reduce((sum, part) => sum + part.size, 0)

function allOf(parts: readonly Condition[]): Condition {
  const stated = parts.filter((part) => part.sql !== '')
  const useful = withinBudget(stated)
  const exact = parts.every((part) => part.exact) && useful.length === stated.length
  if (useful.length === 0) return exact ? EVERYTHING : UNKNOWN
  const [only] = useful
  if (only && useful.length === 1 && only.exact === exact) return only
  const union = (pick: (part: Condition) => ReadonlySet<string>): ReadonlySet<string> =>
    new Set(useful.flatMap((part) => [...pick(part)]))
  return {
    sql: useful.map((part) => part.sql).join(' AND '),
    values: useful.flatMap((part) => part.values),
    exact,
    equal: union((part) => part.equal),
    listed: union((part) => part.listed),
    ranged: union((part) => part.ranged),
    hasAlternatives: useful.some((part) => part.hasAlternatives),
    size: sizeOf(useful),
  }
}

function anyOf(parts: readonly Condition[]): Condition {
  // An empty list, or an alternative that SQL cannot narrow down, narrows nothing down.
  if (parts.length === 0 || parts.some((part) => part.sql === '')) return UNKNOWN
  // Unlike a condition that must hold, an alternative cannot be left out.
  if (withinBudget(parts).length < parts.length) return UNKNOWN
  return {
    ...PLAIN,
    sql: `(${parts.map((part) => `(${part.sql})`).join(' OR ')})`,
    values: parts.flatMap((part) => part.values),
    exact: parts.every((part) => part.exact),
    hasAlternatives: true,
    size: sizeOf(parts),
  }
}

function operatorCondition(column: Column, operator: string, operand: unknown): Condition {
  const comparison = COMPARISONS[operator]
  if (comparison !== undefined) {
    const value = columnValue(column.kind, operand)
    if (value !== null) {
      const columns = new Set([column.name])
      const use = operator === '$eq' ? { equal: columns } : { ranged: columns }
      return { ...PLAIN, ...use, sql: `${column.name} ${comparison} ?`, values: [value], exact: true }
    }
    // Missing fields have no value in the column; so have values of a wrong type, hence not exact.
    if (operator === '$eq' && operand === null) {
      return { ...PLAIN, sql: `${column.name} IS NULL`, equal: new Set([column.name]), exact: false }
    }
    return UNKNOWN
  }
  if (operator === '$ne') {
    const value = columnValue(column.kind, operand)
    return value === null ? UNKNOWN : { ...PLAIN, sql: `${column.name} IS NOT ?`, values: [value], exact: true }
  }
  if (operator === '$in' && Array.isArray(operand)) return listCondition(column, operand)
  if (operator === '$regex' && typeof operand === 'string') return prefixCondition(column, operand)
  return UNKNOWN
}

function listCondition(column: Column, operand: readonly unknown[]): Condition {
  if (operand.length === 0) return NOTHING
  const values = operand.map((item) => columnValue(column.kind, item))
  const present = values.filter((value) => value !== null)
  if (present.length < values.length || values.length > MAX_LIST) return UNKNOWN
  // Filled up to a power of two by repetition, so that lists of all lengths share a few prepared statements.
  const last = present[present.length - 1] ?? null
  while ((present.length & (present.length - 1)) !== 0) present.push(last ?? '')
  const sql = `${column.name} IN (${present.map(() => '?').join(', ')})`
  return { ...PLAIN, sql, values: present, listed: new Set([column.name]), exact: true }
}

// A pattern that can only match texts with this beginning: an anchor, plain characters, and no alternative anywhere.
const ANCHORED = /^\^([A-Za-z0-9 _@:,;#%&/'"<>=~!-]+)/

function prefixCondition(column: Column, pattern: string): Condition {
  const [matched, prefix] = ANCHORED.exec(pattern) ?? []
  if (column.kind !== 'text' || matched === undefined || prefix === undefined || pattern.includes('|')) return UNKNOWN
  // A quantifier makes the last character optional.
  const sure = /^[?*{]/.test(pattern.slice(matched.length)) ? prefix.slice(0, -1) : prefix
  if (sure === '') return UNKNOWN
  const from = sortableText(sure)
  // Above every text with that beginning, since no text is stored with this character first after it.
  const sql = `${column.name} >= ? AND ${column.name} < ?`
  return { ...PLAIN, sql, values: [from, `${from}\u{10FFFF}`], ranged: new Set([column.name]), exact: false }
}
