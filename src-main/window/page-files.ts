// The files of the built page, by the addresses that the page asks for. Pure, so that it is tested without a window.
// Invariant: no address names a file outside the folder, and what has no known kind is not served.
import { extname, join, sep } from 'node:path'

/** By extension; the page is made of nothing else. */
const KINDS: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** @returns undefined where there is nothing to serve: another host, another folder, an unknown kind */
export function pageFile(url: string, root: string, folder: string): { path: string; type: string } | undefined {
  if (!URL.canParse(url)) return undefined
  const { href, pathname } = new URL(url) // every `..` is resolved by this, encoded ones too
  if (!href.startsWith(root)) return undefined
  let name: string
  try {
    name = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  const type = KINDS[extname(name).toLowerCase()]
  const path = join(folder, name)
  if (type === undefined || name.includes('\0') || name.includes('\\') || !path.startsWith(folder + sep))
    return undefined
  return { path, type }
}
