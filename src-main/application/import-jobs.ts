// The import desk for a caller. Invariant: no call of it without `import:add`, but for what columns can go to, which names
// no person: a report no less than a run, as both do;
// and what is written and told is what the caller may write and see, through a token no less than at the device.
import { map } from 'rxjs'
import type { Engine } from '../engine'
import { requirePermission } from '../engine/permissions'
import type { Caller } from './caller'
import { likenessesOf } from './likenesses'
import type { ImportDesk, ImportJobsPort } from './ports'

/** @throws ScvError `forbidden` from every call without the permission */
export function importJobsFor(
  jobs: ImportJobsPort,
  engine: Pick<Engine, 'importer' | 'undoImport'>,
  { actor, queries }: Caller,
): ImportDesk {
  const check = () => requirePermission(actor(), 'externalContacts:import:add')
  const permitted =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      check()
      return call(...args)
    }
  return {
    targets: jobs.targets,
    open: permitted(jobs.open),
    plan: permitted((importId, columns, options) => jobs.plan(importId, columns, options, engine.importer(actor()))),
    run: permitted((importId, columns, options) => jobs.run(importId, columns, options, engine.importer(actor()))),
    cancel: permitted(jobs.cancel),
    firstRows: permitted(jobs.firstRows),
    state$: permitted(jobs.state$),
    report: permitted(jobs.report),
    doubles$(importId) {
      check()
      requirePermission(actor(), 'externalContacts:contact:view')
      return jobs.doubles$(importId).pipe(
        map(({ items, ...counts }) => ({
          ...counts,
          items: items.map(({ like, ...row }) => ({ ...row, like: likenessesOf(queries, like) })),
        })),
      )
    },
    choose: permitted(jobs.choose),
    saveReport: permitted(jobs.saveReport),
    async undo(id) {
      check()
      requirePermission(actor(), 'externalContacts:contact:edit')
      requirePermission(actor(), 'externalContacts:contact:delete')
      return jobs.undo(id, engine.undoImport(actor()))
    },
    undoState$: permitted(jobs.undoState$),
    discard: permitted(jobs.discard),
  }
}
