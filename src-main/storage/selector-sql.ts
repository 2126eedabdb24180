// Translates an RxDB selector into an SQL condition over the search columns.
// Invariant: the condition never excludes a document that the selector matches. When `exact` it excludes all others
// too; when not, RxDB's own matcher has to look at what SQL lets through.
import type { SQLInputValue } from 'node:sqlite'
import type { Column, Layout } from './layout'
import { columnValue } from './layout'
import { sortableText } from './sortable-text'

/** An SQL condition with its values; an empty `sql` lets everything through. */
export type Condition = { readonly sql: string; readonly values: readonly SQLInputValue[]; readonly exact: boolean }

type Selector = Readonly<Record<string, unknown>>

const EVERYTHING: Condition = { sql: '', values: [], exact: true }
const UNKNOWN: Condition = { sql: '', values: [], exact: false }
const NOTHING: Condition = { sql: '0', values: [], exact: true }

/** Longer `$in` lists are left to the matcher, within the range that SQL can use. */
const MAX_LIST = 1024

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

function listOf(value: unknown): Selector[] {
  return Array.isArray(value) ? value : []
}

function allOf(parts: readonly Condition[]): Condition {
  const useful = parts.filter((part) => part.sql !== '')
  const exact = parts.every((part) => part.exact)
  if (useful.length === 0) return exact ? EVERYTHING : UNKNOWN
  return {
    sql: useful.map((part) => part.sql).join(' AND '),
    values: useful.flatMap((part) => part.values),
    exact,
  }
}

function anyOf(parts: readonly Condition[]): Condition {
  // An empty list, or an alternative that SQL cannot narrow down, narrows nothing down.
  if (parts.length === 0 || parts.some((part) => part.sql === '')) return UNKNOWN
  return {
    sql: `(${parts.map((part) => `(${part.sql})`).join(' OR ')})`,
    values: parts.flatMap((part) => part.values),
    exact: parts.every((part) => part.exact),
  }
}

function operatorCondition(column: Column, operator: string, operand: unknown): Condition {
  const comparison = COMPARISONS[operator]
  if (comparison !== undefined) {
    const value = columnValue(column.kind, operand)
    if (value !== null) return { sql: `${column.name} ${comparison} ?`, values: [value], exact: true }
    // Missing fields have no value in the column; so have values of a wrong type, hence not exact.
    if (operator === '$eq' && operand === null) return { sql: `${column.name} IS NULL`, values: [], exact: false }
    return UNKNOWN
  }
  if (operator === '$ne') {
    const value = columnValue(column.kind, operand)
    return value === null ? UNKNOWN : { sql: `${column.name} IS NOT ?`, values: [value], exact: true }
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
  return { sql: `${column.name} IN (${present.map(() => '?').join(', ')})`, values: present, exact: true }
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
  return { sql: `${column.name} >= ? AND ${column.name} < ?`, values: [from, `${from}\u{10FFFF}`], exact: false }
}
