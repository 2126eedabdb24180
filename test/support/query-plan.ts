// How SQLite would answer a statement, without its values: each stands for nothing.
import type { SqliteDatabase } from '../../src-main/sqlite/database'

/** How many values a statement takes: of `?` one each, of `?1` as many as the highest number. */
function valuesOf(sql: string): number {
  const numbers = [...sql.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number))
  return numbers.length > 0 ? Math.max(...numbers) : (sql.match(/\?/g) ?? []).length
}

/** The lines of the plan. */
export function queryPlan(db: SqliteDatabase, sql: string): string[] {
  const nothing = Array.from({ length: valuesOf(sql) }, () => null)
  const lines = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...nothing)
  return lines.map(({ detail }) => String(detail))
}
