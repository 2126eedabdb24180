// How a JSON body is read: unpacked, decoded and looked at for depth before it is parsed.
// Invariant: no body takes more than its limit, however it is packed; what is no UTF-8 is refused, not guessed.
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpError } from './errors'
import { isShallow } from './nesting'

export const BODY_MAX = 1024 * 1024
/** Nesting of a body, at most: no value of a contact is anywhere near, and code that recurses is safe. */
const DEPTH_MAX = 32

const UNPACKERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}
type Packing = keyof typeof UNPACKERS
const isKnown = (packing: string): packing is Packing => Object.hasOwn(UNPACKERS, packing)

/** The charset a content type names, if any. */
const charsetIn = (type: string): string | undefined => /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1]?.toLowerCase()
/** Texts in ASCII are UTF-8 as well. */
const READABLE: readonly (string | undefined)[] = [undefined, 'utf-8', 'utf8', 'us-ascii']

const unreadable = () => new HttpError('malformed', 'The body is not JSON that can be read.')

/** Has a server take JSON, plain or packed, of at most `BODY_MAX` bytes once it is unpacked. */
export function takeJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decoded = (bytes: Buffer): string => {
    try {
      return decoder.decode(bytes)
    } catch {
      throw new HttpError('malformed', 'The body is not UTF-8.')
    }
  }
  const read = (request: FastifyRequest, bytes: Buffer): unknown => {
    const text = decoded(bytes)
    if (text === '') return undefined // clients name the type although they send nothing
    // Before it is parsed: what a parser makes of nothing but brackets is far more than what was sent.
    if (!isShallow(text, DEPTH_MAX)) throw unreadable()
    let refused = false
    let read: unknown
    parse(request, text, (error, value) => {
      refused = error !== null
      read = value
    })
    if (refused) throw unreadable()
    return read
  }
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (request, body, done) => {
    try {
      checkCharset(request)
      const packing = packingOf(request)
      if (packing === undefined) done(null, read(request, body as Buffer))
      else
        unpacked(body as Buffer, packing)
          .then((bytes) => read(request, bytes))
          .then((value) => done(null, value), done)
    } catch (error) {
      done(error as Error)
    }
  })
}

function checkCharset({ headers }: FastifyRequest): void {
  if (!READABLE.includes(charsetIn(headers['content-type'] ?? '')))
    throw new HttpError('unsupported_media_type', 'The body must be in UTF-8.')
}

/** How a body is packed, if it is. @throws HttpError `unsupported_media_type` */
function packingOf({ headers }: FastifyRequest): Packing | undefined {
  const packing = headers['content-encoding']?.trim().toLowerCase()
  if (packing === undefined || packing === '' || packing === 'identity') return undefined
  if (!isKnown(packing))
    throw new HttpError('unsupported_media_type', 'Send the body as it is, or JSON packed with gzip.')
  return packing
}

/** The body as it was before it was packed. @throws HttpError `body_too_large`, `malformed` */
function unpacked(body: Buffer, packing: Packing): Promise<Buffer> {
  return UNPACKERS[packing](body, { maxOutputLength: BODY_MAX }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ERR_BUFFER_TOO_LARGE' ? new HttpError('body_too_large') : unreadable()
  })
}
