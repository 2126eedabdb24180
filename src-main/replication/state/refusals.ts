// From what a server could not do to what the application says: states of sync, and errors of commands.
import type { SyncState } from '@shared/contract/sync'
import { ScvError } from '@shared/errors'
import { databaseOf } from '../couch/protocol'
import { RemoteError, type RemoteErrorKind } from '../couch/remote'

export const STATE_OF: Readonly<Record<RemoteErrorKind, SyncState>> = {
  unreachable: 'offline',
  'signed-out': 'signed-out',
  'not-allowed': 'not-allowed',
  'no-database': 'no-database',
  untrusted: 'untrusted',
  'update-needed': 'update-needed',
  failed: 'failed',
  cancelled: 'connecting',
}
const ERROR_OF: Readonly<Record<RemoteErrorKind, ScvError['code']>> = {
  unreachable: 'server_unreachable',
  'signed-out': 'sign_in_refused',
  'not-allowed': 'server_unusable',
  'no-database': 'server_unusable',
  untrusted: 'server_untrusted',
  'update-needed': 'update_needed',
  failed: 'server_unusable',
  cancelled: 'cancelled',
}

/** The product's error for one of a server; any other passes as it is. */
export function asScvError(error: unknown): unknown {
  return error instanceof RemoteError ? new ScvError(ERROR_OF[error.kind], error.message) : error
}

export interface Server {
  url: string
  org: string
  ca?: string
}

/**
 * Reads where a server is. @throws ScvError `invalid_input` with the field at fault
 */
export function readServer({ url, org, ca }: { url: string; org: string; ca?: string | undefined }): Server {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new ScvError('invalid_input', 'The address has the form https://server.example.org.', { field: 'url' })
  if (parsed.username !== '' || parsed.password !== '')
    throw new ScvError('invalid_input', 'Give name and password in their own fields, not in the address.', {
      field: 'url',
    })
  if (databaseOf(org) === undefined)
    throw new ScvError('invalid_input', 'An organisation’s name has letters, digits, “-” and “_” only.', {
      field: 'org',
    })
  return {
    url: `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`,
    org: org.trim().toLowerCase(),
    ...(ca?.trim() ? { ca } : {}),
  }
}
