// The one division there is: an installation serves one organisation, which divides its contacts no further.
// Invariant: what is said to be of another division is refused, not moved here silently.
import { z } from 'zod'

export const HOME = {
  id: 'home',
  name: 'Home',
  selfUri: '/api/v2/authorization/divisions/home',
} as const

export const divisionSchema = z.object({ id: z.literal(HOME.id), name: z.string(), selfUri: z.string() })

/** A division as a caller names it. */
export const divisionBody = z
  .strictObject({
    id: z.string().nullish(),
    name: z.string().nullish(),
    starred: z.boolean().nullish(),
    selfUri: z.string().nullish(),
  })
  .refine(({ id }) => id === undefined || id === null || id === HOME.id, {
    message: `There is one division here, “${HOME.id}”`,
    path: ['id'],
  })
  .nullish()
