// What a link (`scv://…`) or an argument asks the window to open. Anything on the machine, a web page included, may send one.
// Invariant: only what is written exactly as here is understood; nothing else of it is kept, looked up, shown or run, and it
// opens something to be read: it never changes, sends or creates anything.
import { z } from 'zod'
import { LOOKUP_TEXT_MAX } from './limits'

export const openingSchema = z.discriminatedUnion('open', [
  z.object({ open: z.literal('person'), contactId: z.string() }),
  z.object({ open: z.literal('lookup'), text: z.string() }),
])
export type Opening = z.infer<typeof openingSchema>

export const LINK_SCHEME = 'scv'

/** What every id of a person looks like. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Longer ones are read no further: a system's own limit for links is near this. */
const LINK_MAX = 2_048
/** Controls, line breaks, and marks that turn the direction of what follows: text that would not be what it looks like. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u

const person = (id: string): Opening | undefined =>
  UUID.test(id) ? { open: 'person', contactId: id.toLowerCase() } : undefined

function lookup(raw: string): Opening | undefined {
  const text = raw.normalize('NFC').trim()
  if (text === '' || text.length > LOOKUP_TEXT_MAX || HIDDEN.test(text)) return undefined
  return { open: 'lookup', text }
}

/** Undefined where the percent signs are none of an encoding. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Reads a link: `scv://person/ID` or `scv://look-up/TEXT`, the text percent-encoded. A slash at the end is borne: systems add one. */
export function readLink(link: string): Opening | undefined {
  if (link.length > LINK_MAX) return undefined
  const parts = /^scv:\/\/(person|look-up)\/([^/?#\\]+)\/?$/i.exec(link)
  const text = decoded(parts?.[2] ?? '')
  if (!parts || text === undefined) return undefined
  return parts[1]?.toLowerCase() === 'person' ? person(text) : lookup(text)
}

/** Reads what a program was started with: a link, `--person=ID` or `--look-up=TEXT`. The first that is understood counts. */
export function readArguments(argv: readonly string[]): Opening | undefined {
  for (const argument of argv) {
    const [, option, value = ''] = /^--(person|look-up)=(.*)$/s.exec(argument.slice(0, LINK_MAX)) ?? []
    const found = option === 'person' ? person(value) : option === 'look-up' ? lookup(value) : readLink(argument)
    if (found) return found
  }
  return undefined
}
