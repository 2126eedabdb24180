// How a JSON body is read: unpacked, decoded and looked at for depth before it is parsed.
// Invariant: no body takes more than its limit, however it is packed; what is no UTF-8 is refused, not guessed.
import type { IncomingMessage } from 'node:http'
import { pipeline, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpError } from './errors'
import { isShallow } from './nesting'

export const BODY_MAX = 1024 * 1024
/** Nesting of a body, at most: no value of a contact is anywhere near, and code that recurses is safe. */
const DEPTH_MAX = 32

const UNPACKERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }
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
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (request, body, done) => {
    try {
      checkCharset(request)
      const text = decoded(body as Buffer)
      if (text === '') return done(null, undefined) // clients name the type although they send nothing
      // Before it is parsed: what a parser makes of nothing but brackets is far more than what was sent.
      if (!isShallow(text, DEPTH_MAX)) throw unreadable()
      return parse(request, text, (error, value) => done(error ? unreadable() : null, value))
    } catch (error) {
      return done(error as Error)
    }
  })
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const packing = request.headers['content-encoding']?.trim().toLowerCase()
    if (packing === undefined || packing === '' || packing === 'identity') return done(null, payload)
    if (!isKnown(packing) || !/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
      return done(new HttpError('unsupported_media_type', 'Send the body as it is, or JSON packed with gzip.'))
    return done(null, unpacked(payload as IncomingMessage, packing))
  })
}

function checkCharset({ headers }: FastifyRequest): void {
  if (!READABLE.includes(charsetIn(headers['content-type'] ?? '')))
    throw new HttpError('unsupported_media_type', 'The body must be in UTF-8.')
}

/** The body as it was before it was packed, unpacked as far as it may be large. */
function unpacked(packed: IncomingMessage, packing: Packing) {
  let received = 0
  let given = 0
  packed.on('data', (piece: Buffer) => {
    received += piece.length
  })
  const body = new Transform({
    transform(piece: Buffer, _encoding, done) {
      given += piece.length
      if (given > BODY_MAX) done(new HttpError('body_too_large'))
      else done(null, piece)
    },
  })
  pipeline(packed, UNPACKERS[packing](), body, () => undefined) // what goes wrong is the reader's error as well
  // What the framework compares with the length in the header.
  return Object.defineProperty(body, 'receivedEncodedLength', { get: () => received })
}
