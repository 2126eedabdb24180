// Who is at this device, what they may do now, and the lock before the window.
import { command, live } from '@shared/ipc/contract'
import { z } from 'zod'
import { PASSWORD_MAX } from '../model/limits'
import { PERMISSIONS } from '../permissions'

/** What a person at the window meets. */
export const ACCESS_STATES = {
  open: 'They work, with what their roles let them do',
  'read-only': 'Signed out: they see what the last user could see, and change nothing until someone signs in',
  locked: 'The window shows nothing until it is unlocked',
} as const

const accessSchema = z.object({
  is: z.enum(Object.keys(ACCESS_STATES) as [keyof typeof ACCESS_STATES]),
  /** Who is signed in, or owns a device that was never connected; null: signed out. */
  user: z.string().nullable(),
  /** Who was signed in last; null where none ever was. */
  last: z.string().nullable(),
  roles: z.array(z.string()),
  /** What they may do now. */
  permissions: z.array(z.enum(PERMISSIONS)),
  /** Whether unlocking asks for a password: a device that was never connected has none, nor has one without its user's. */
  asksPassword: z.boolean(),
})
export type AccessState = z.infer<typeof accessSchema>

export const accessContract = {
  'access.state': live(z.object({}), accessSchema),
  'access.lock': command(z.object({}), z.object({})),
  /** Refused with `wrong_password`, and for a while after several wrong ones. */
  'access.unlock': command(z.object({ password: z.string().max(PASSWORD_MAX).optional() }), z.object({})),
} as const
