// The import desk for a caller. Invariant: no call of it without `import:add`, a report no less than a run: both name people.
import { type Actor, requirePermission } from '../engine/permissions'
import type { ImportDesk } from './ports'

/** @throws ScvError `forbidden` from every call without the permission */
export function importJobsFor(desk: ImportDesk, actor: () => Actor): ImportDesk {
  const check = () => requirePermission(actor(), 'externalContacts:import:add')
  const permitted =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      check()
      return call(...args)
    }
  return {
    open: permitted(desk.open),
    plan: permitted(desk.plan),
    run: permitted(desk.run),
    cancel: permitted(desk.cancel),
    state$: permitted(desk.state$),
    report: permitted(desk.report),
    saveReport: permitted(desk.saveReport),
    async undo(id) {
      check()
      requirePermission(actor(), 'externalContacts:contact:edit')
      requirePermission(actor(), 'externalContacts:contact:delete')
      return desk.undo(id)
    },
    undoState$: permitted(desk.undoState$),
    discard: permitted(desk.discard),
  }
}
