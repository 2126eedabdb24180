// Lists of settings, page by page, and the ids by which one is named.
import { ScvError } from '@shared/errors'
import { z } from 'zod'
import { HttpError } from '../errors'
import { readCursor, writeCursor } from './common'

const cursorSchema = z.object({ after: z.string() })

export const unknownSettings = (called: string): ScvError =>
  new ScvError('not_found', `There are no ${called} with this id.`, { field: 'settingsId' })

/** @param wanted the id in the address; absent: one is made @throws HttpError `malformed` */
export function checkSettingsId(id: string | null | undefined, wanted?: string): void {
  if (id && id !== wanted)
    throw new HttpError(
      'malformed',
      wanted ? 'The id is another one than that of the address.' : 'The id is made here: leave it out.',
      'id',
    )
}

/** A page of all, in an order that stays. @throws HttpError `malformed` for a cursor to what is gone */
export function entitiesAfter<T extends { id: string }>(
  all: T[],
  pageSize: number,
  after: string | undefined,
  path: string,
) {
  const last = after === undefined ? undefined : readCursor(after, cursorSchema, 'after').after
  const start = last === undefined ? 0 : all.findIndex(({ id }) => id === last) + 1
  if (last !== undefined && start === 0)
    throw new HttpError('malformed', 'after: that entry is gone. Begin anew.', 'after')
  const entities = all.slice(start, start + pageSize)
  const end = entities.at(-1)
  const next = end && all.length > start + pageSize ? writeCursor({ after: end.id }) : undefined
  return {
    entities,
    ...(next ? { nextUri: `${path}?${new URLSearchParams({ pageSize: String(pageSize), after: next })}` } : {}),
    cursors: next ? { after: next } : {},
    selfUri: path,
  }
}
/** The schema of such a page. */
export const pageAfter = <T extends z.ZodType>(entity: T) =>
  z.object({
    entities: z.array(entity),
    nextUri: z.string().optional(),
    cursors: z.object({ after: z.string().optional() }),
    selfUri: z.string(),
  })
