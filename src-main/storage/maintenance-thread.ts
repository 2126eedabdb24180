// What the maintenance thread does: one statement on a connection of its own, which is closed with it.
import { openSqlite } from '../sqlite/database'
import { timed } from '../sqlite/slow-statements'
import { answerTasks } from '../sqlite/thread-tasks'

export interface MaintenanceTask {
  readonly path: string
  readonly sql: string
}

answerTasks(({ path, sql }: MaintenanceTask): readonly Record<string, unknown>[] => {
  const database = openSqlite(path, { timeout: 2000 })
  try {
    return timed(sql, () => database.prepare(sql).all())
  } finally {
    database.close()
  }
})
