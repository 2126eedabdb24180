// Chooses the index for a query. SQLite's own choice would do without statistics and prefers an index in the wanted
// order when there is a LIMIT, even if it then walks the whole table to find the few rows of a rare value.
// Invariant: the index with the most usable equalities wins, then a range, then the wanted order, then RxDB's plan.
import { indexName, isPrimary, type Layout } from './layout'
import type { Condition } from './selector-sql'

/** One term of ORDER BY. */
export type SortTerm = { readonly column: string; readonly descending: boolean }

/**
 * How rows come out of the chosen index: in the wanted `order`; in groups of the wanted order, each with its ids in the
 * `flipped` direction (RxDB appends the id ascending to every sort, also to a descending one); or in need of a `sort`.
 */
export type AccessPath = { readonly index: string | undefined; readonly comesIn: 'order' | 'flipped' | 'sort' }

const PER_EQUALITY = 16
const PER_LIST = 12
const FOR_RANGE = 8
const FOR_ORDER = 4
const FOR_PLAN = 1
/** The id identifies one row; nothing narrows down further. */
const FOR_UNIQUE = 1000

export function chooseAccessPath(
  table: string,
  layout: Layout,
  condition: Condition,
  sort: readonly SortTerm[] | undefined,
  planned: { readonly index: readonly string[]; readonly isForced: boolean },
): AccessPath {
  const plannedColumns = planned.index.map((path) => layout.byPath.get(path)?.name ?? '')
  const isPlanned = (columns: readonly string[]) =>
    isPrimary(plannedColumns) ? isPrimary(columns) : columns.join() === plannedColumns.join()
  let best: AccessPath = { index: undefined, comesIn: 'sort' }
  let bestRating = 0
  for (const { columns, name } of candidatesOf(table, layout, condition)) {
    if (planned.isForced && !isPlanned(columns)) continue
    const { rating, comesIn } = rate(columns, condition, sort)
    const total = rating + (isPlanned(columns) ? FOR_PLAN : 0)
    if (total <= bestRating) continue
    bestRating = total
    best = { index: name, comesIn }
  }
  // Alternatives may each have an index of their own; SQLite finds those when no index is prescribed.
  const narrowsDown = bestRating >= PER_EQUALITY + FOR_RANGE
  return condition.hasAlternatives && !narrowsDown && !planned.isForced ? { index: undefined, comesIn: 'sort' } : best
}

/** The indexes there are. Among documents of which none, or each, is deleted, ids are in order as well. */
function candidatesOf(table: string, layout: Layout, { equal }: Condition) {
  const primary = `sqlite_autoindex_${table}_1`
  return [
    { columns: ['id'], name: primary },
    ...(equal.has('deleted') ? [{ columns: ['deleted', 'id'], name: primary }] : []),
    ...layout.indexes
      .map((columns, place) => ({ columns, name: indexName(table, place) }))
      .filter(({ columns }) => !isPrimary(columns)),
  ]
}

function rate(
  columns: readonly string[],
  { equal, listed, ranged }: Condition,
  sort: readonly SortTerm[] | undefined,
): { rating: number; comesIn: AccessPath['comesIn'] } {
  let rating = 0
  let hasList = false
  for (const column of columns) {
    if (equal.has(column)) rating += PER_EQUALITY
    else if (listed.has(column)) {
      rating += PER_LIST
      hasList = true
    } else {
      if (ranged.has(column)) rating += FOR_RANGE
      break
    }
  }
  if (columns[0] === 'id' && (equal.has('id') || listed.has('id'))) rating += FOR_UNIQUE
  const comesIn = sort === undefined || hasList ? 'sort' : orderOf(columns, equal, sort)
  return { rating: rating + (comesIn === 'sort' ? 0 : FOR_ORDER), comesIn }
}

function orderOf(
  columns: readonly string[],
  equal: ReadonlySet<string>,
  sort: readonly SortTerm[],
): AccessPath['comesIn'] {
  // What is equal in all rows plays no part in their order.
  const given = columns.filter((column) => !equal.has(column))
  const wanted = sort.filter(({ column }) => !equal.has(column))
  const [first] = wanted
  if (!first) return 'order'
  for (const [i, { column, descending }] of wanted.entries()) {
    if (column !== given[i]) return 'sort'
    if (descending === first.descending) continue
    const isLastId = i === wanted.length - 1 && column === 'id'
    return isLastId && first.descending ? 'flipped' : 'sort'
  }
  return 'order'
}
