// Signing in can be refused for reasons that a person answers: no safe place for the password, unsent work of another
// user, a field that is wrong. Invariant: what is insisted on was asked for first, and goes with the next try only.
import { detailsOf, type ScvError } from '@shared/errors'
import { useEffect, useState } from 'react'

/** Which question a refusal asks, and which field it is about. */
export function readRefusal(error: ScvError | undefined) {
  return {
    asksForPlain: error?.code === 'no_keychain',
    /** Changes of the former user that were not sent; undefined: not asked. */
    unsent: error?.code === 'unsynced_work' ? (detailsOf(error, 'unsynced_work')?.count ?? 0) : undefined,
    field: error && FIELDS[error.code],
  }
}

const FIELDS: Readonly<Record<string, 'url' | 'org' | 'password' | 'ca'>> = {
  server_unreachable: 'url',
  server_untrusted: 'ca',
  server_unusable: 'org',
  sign_in_refused: 'password',
}

/** Remembers that a refusal asked for plain storage, so that the choice stays on screen until the form is gone. */
export function useAsked(error: ScvError | undefined): boolean {
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    if (error?.code === 'no_keychain') setAsked(true)
  }, [error])
  return asked
}
