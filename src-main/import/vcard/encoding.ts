// What a property says of its own encoding: quoted-printable, base64, and the charset of either.
// Invariant: a value is always read; where the charset is missing, wrong or unknown, it is guessed, and that is told.
import { ENCODING_SURE } from '@shared/model/import'
import { guessCharset, LEGACY } from '../text/charsets'
import type { Property } from './properties'

export interface Decoding {
  value: string
  /** The encoding that had to be guessed. */
  guessed?: string
  /** A charset the property names that there is not. */
  unknown?: string
}

const QUOTED = /^(QUOTED-PRINTABLE|QUOTED|QP|Q)$/
const BASE64 = /^(BASE64|B)$/

/** The bytes of quoted-printable (RFC 2045, section 6.7); soft line breaks are joined before. What is no escape stays. */
function quotedPrintableBytes(text: string): Uint8Array {
  const bytes: number[] = []
  const encoder = new TextEncoder()
  for (const piece of text.match(/=[0-9A-Fa-f]{2}|[^=]+|=/g) ?? []) {
    if (/^=[0-9A-Fa-f]{2}$/.test(piece)) bytes.push(Number.parseInt(piece.slice(1), 16))
    else for (const byte of encoder.encode(piece)) bytes.push(byte)
  }
  return new Uint8Array(bytes)
}

function decodeIn(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined
    throw error
  }
}

const isCharset = (name: string): boolean => {
  try {
    return new TextDecoder(name).encoding !== ''
  } catch {
    return false
  }
}

function toText(bytes: Uint8Array, charset: string | undefined): Decoding {
  const said = charset === undefined || charset === '' ? undefined : decodeIn(bytes, charset)
  if (said !== undefined) return { value: said }
  const unknown = charset && !isCharset(charset) ? { unknown: charset.slice(0, 40) } : {}
  const utf8 = decodeIn(bytes, 'utf-8')
  if (utf8 !== undefined) return { value: utf8, ...unknown }
  const [best] = guessCharset(bytes)
  const label = best?.label ?? 'windows-1252'
  const value = new TextDecoder(label).decode(bytes)
  const sure = best !== undefined && best.confidence >= ENCODING_SURE && unknown.unknown === undefined && !charset
  return { value, ...(sure ? {} : { guessed: LEGACY[label], ...unknown }) }
}

/** The value of a property as it was meant. */
export function decodeValue(property: Property): Decoding {
  const encoding = property.params.get('ENCODING')?.[0]?.toUpperCase() ?? ''
  const charset = property.params.get('CHARSET')?.[0]
  if (QUOTED.test(encoding)) return toText(quotedPrintableBytes(property.value), charset)
  if (BASE64.test(encoding) && /^[A-Za-z0-9+/=\s]*$/.test(property.value))
    return toText(new Uint8Array(Buffer.from(property.value, 'base64')), charset)
  return { value: property.value }
}
