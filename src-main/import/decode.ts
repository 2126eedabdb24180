// Which encoding a file is in, and its text.
// Invariant: the encoding is decided on all bytes of the file, so no later byte can contradict the text already read.
import { ScvError } from '@shared/errors'
import { looksLike } from './magic'
import { type FileIdentity, readBytes } from './source'

/** Encodings read, as shown to people. */
export type Encoding = 'UTF-8' | 'UTF-8 with BOM' | 'UTF-16 LE' | 'UTF-16 BE' | 'Windows-1252'

/** A file whose encoding is known. */
export interface TextFile {
  file: FileIdentity
  encoding: Encoding
  /** Length of the byte order mark. */
  bomBytes: number
}

/** Labels of the WHATWG Encoding Standard. */
const LABELS: Record<Encoding, string> = {
  'UTF-8': 'utf-8',
  'UTF-8 with BOM': 'utf-8',
  'UTF-16 LE': 'utf-16le',
  'UTF-16 BE': 'utf-16be',
  'Windows-1252': 'windows-1252',
}

const HEAD_BYTES = 4096

/** What a pass over all bytes counted. */
interface Evidence {
  head: Buffer
  total: number
  zerosEven: number
  zerosOdd: number
  /** Control characters other than tab, line breaks, form feed, escape and DOS end of file. */
  controls: number
  high: number
  /** Bytes ≥ 0x80 right after another one. */
  highPairs: number
  /** Bytes that Windows-1252 leaves undefined. */
  undefined1252: number
  validUtf8: boolean
}

const CONTROL = new Uint8Array(256)
for (let byte = 1; byte < 0x20; byte++) CONTROL[byte] = 1
for (const allowed of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b]) CONTROL[allowed] = 0
CONTROL[0x7f] = 1
const UNDEFINED_1252 = new Uint8Array(256)
for (const byte of [0x81, 0x8d, 0x8f, 0x90, 0x9d]) UNDEFINED_1252[byte] = 1

async function gather(file: FileIdentity): Promise<Evidence> {
  const seen: Evidence = {
    head: Buffer.alloc(0),
    total: 0,
    zerosEven: 0,
    zerosOdd: 0,
    controls: 0,
    high: 0,
    highPairs: 0,
    undefined1252: 0,
    validUtf8: true,
  }
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const stillUtf8 = (chunk?: Buffer) => {
    try {
      utf8.decode(chunk, { stream: chunk !== undefined })
      return true
    } catch {
      return false // the one thing a fatal decoder throws for
    }
  }
  let previous = 0
  for await (const chunk of readBytes(file)) {
    if (seen.head.length < HEAD_BYTES) seen.head = Buffer.concat([seen.head, chunk]).subarray(0, HEAD_BYTES)
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0
      if (byte === 0) {
        if ((seen.total + index) % 2 === 0) seen.zerosEven++
        else seen.zerosOdd++
      } else if (byte >= 0x80) {
        seen.high++
        if (previous >= 0x80) seen.highPairs++
        seen.undefined1252 += UNDEFINED_1252[byte] ?? 0
      } else seen.controls += CONTROL[byte] ?? 0
      previous = byte
    }
    seen.total += chunk.length
    if (seen.validUtf8) seen.validUtf8 = stillUtf8(chunk)
  }
  if (seen.validUtf8) seen.validUtf8 = stillUtf8()
  return seen
}

/** The refusal of a file that is no table. */
export function notTabular(name: string, what: string): ScvError {
  return new ScvError(
    'not_tabular',
    `“${name}” is not a table of people: it looks like ${what}. Export the people as CSV or vCard and open that file.`,
  )
}

function unknownEncoding(name: string, why: string): ScvError {
  return new ScvError(
    'unknown_encoding',
    `The text encoding of “${name}” cannot be told: ${why}. Save it as “CSV UTF-8” and open it again.`,
  )
}

const startsWith = (head: Buffer, ...bytes: number[]) => bytes.every((byte, index) => head[index] === byte)

/** UTF-16 without a mark: Latin letters, digits and separators leave one byte of each pair zero, always the same one. */
function unmarkedUtf16({ zerosEven, zerosOdd, total }: Evidence): Encoding | undefined {
  if (total % 2 !== 0) return undefined
  const enough = total / 20 // a tenth of the pairs
  if (zerosOdd >= enough && zerosEven * 20 <= zerosOdd) return 'UTF-16 LE'
  if (zerosEven >= enough && zerosOdd * 20 <= zerosEven) return 'UTF-16 BE'
  return undefined
}

function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0 || (code < 0x80 && CONTROL[code] === 1)) return true
  }
  return false
}

/** Whether all of a file is text in the encoding claimed. */
async function isText(text: TextFile): Promise<boolean> {
  const decoder = new TextDecoder(LABELS[text.encoding], { fatal: true })
  try {
    for await (const chunk of readBytes(text.file, text.bomBytes))
      if (hasControls(decoder.decode(chunk, { stream: true }))) return false
    decoder.decode()
    return true
  } catch (error) {
    if (error instanceof TypeError) return false // what a fatal decoder throws
    throw error
  }
}

/**
 * Tells the encoding of a file from all of its bytes: byte order mark, else UTF-16 by its zero bytes, else UTF-8 if it
 * is valid, else Windows-1252 if the bytes make sense in it.
 * @throws ScvError `not_tabular` for binary files, `unknown_encoding`, `no_rows` for an empty file, and those of `readBytes`
 */
export async function detectEncoding(file: FileIdentity): Promise<TextFile> {
  if (file.size === 0) throw new ScvError('no_rows', `“${file.name}” is empty.`)
  const seen = await gather(file)
  const binary = looksLike(seen.head)
  if (binary) throw notTabular(file.name, binary)

  const utf16 = startsWith(seen.head, 0xff, 0xfe)
    ? ({ encoding: 'UTF-16 LE', bomBytes: 2 } as const)
    : startsWith(seen.head, 0xfe, 0xff)
      ? ({ encoding: 'UTF-16 BE', bomBytes: 2 } as const)
      : { encoding: unmarkedUtf16(seen), bomBytes: 0 }
  if (utf16.encoding) {
    const text: TextFile = { file, encoding: utf16.encoding, bomBytes: utf16.bomBytes }
    if (await isText(text)) return text
    if (utf16.bomBytes > 0) throw unknownEncoding(file.name, `it is marked as ${utf16.encoding} but is not valid`)
    throw notTabular(file.name, 'a binary file')
  }
  if (seen.zerosEven + seen.zerosOdd > 0 || seen.controls * 200 > seen.total)
    throw notTabular(file.name, 'a binary file')
  if (startsWith(seen.head, 0xef, 0xbb, 0xbf)) {
    if (!seen.validUtf8) throw unknownEncoding(file.name, 'it is marked as UTF-8 but is not valid')
    return { file, encoding: 'UTF-8 with BOM', bomBytes: 3 }
  }
  if (seen.validUtf8) return { file, encoding: 'UTF-8', bomBytes: 0 }
  // In Western text accented letters stand alone among plain ones. Long runs of high bytes are another alphabet, or
  // UTF-8 with a damaged byte: reading either as Windows-1252 would spoil every name without anyone noticing.
  if (seen.undefined1252 > 0 || (seen.high >= 6 && seen.highPairs * 2 >= seen.high))
    throw unknownEncoding(file.name, 'it is not valid UTF-8, and read as Windows-1252 it is not text')
  return { file, encoding: 'Windows-1252', bomBytes: 0 }
}

/**
 * The text of a file, without its byte order mark, in pieces.
 * @param onBytes told how many bytes of the file have been read so far
 */
export async function* readText(
  text: TextFile,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(LABELS[text.encoding], { fatal: true, ignoreBOM: true })
  let bytes = text.bomBytes
  for await (const chunk of readBytes(text.file, text.bomBytes)) {
    bytes += chunk.length
    onBytes(bytes)
    yield decoder.decode(chunk, { stream: true })
  }
  yield decoder.decode()
}

/** As `readText`, in UTF-8 bytes; pieces may end inside a character. */
export async function* readUtf8(
  text: TextFile,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer, void, undefined> {
  if (LABELS[text.encoding] !== 'utf-8') {
    for await (const piece of readText(text, onBytes)) yield Buffer.from(piece)
    return
  }
  let bytes = text.bomBytes
  for await (const chunk of readBytes(text.file, text.bomBytes)) {
    bytes += chunk.length
    onBytes(bytes)
    yield chunk
  }
}
