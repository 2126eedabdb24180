// The scheme that the page comes by: a secure origin of its own, in the place of `file:`, which could read the whole disk.
// Invariant: it serves the built page's files and nothing else, each with the page's policy. Electron security checklist, 18.
import { readFile } from 'node:fs/promises'
import { protocol, type Session } from 'electron'
import { HEADER_POLICY } from './csp'
import { pageFile } from './page-files'

const SCHEME = 'scv-page'
/** Every address of the page begins with this. */
export const PAGE_ROOT = `${SCHEME}://app/`

/** Before Electron is ready: afterwards it takes no new scheme. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }])
}

/** Serves the page's files to a session. */
export function servePage(session: Session, folder: string): void {
  const headers = {
    'Content-Security-Policy': HEADER_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  }
  session.protocol.handle(SCHEME, async ({ url }) => {
    const file = pageFile(url, PAGE_ROOT, folder)
    const content = file && (await readFile(file.path).catch(() => undefined))
    return content
      ? new Response(content, { headers: { ...headers, 'Content-Type': file.type } })
      : new Response(null, { status: 404, headers })
  })
}
