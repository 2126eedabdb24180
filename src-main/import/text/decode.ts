// Which encoding a file is in, and its text.
// Invariant: the encoding is decided on all bytes of the file, so no later byte can contradict the text already read;
// what is not certain says so.
import { ScvError } from '@shared/errors'
import { ENCODING_SURE } from '@shared/model/import'
import { type Guess, guessCharset, LEGACY, type LegacyLabel } from './charsets'
import { looksLike } from './magic'
import { type FileIdentity, readBytes } from './source'

/** What a file may be read as: name as shown to people → label of the WHATWG Encoding Standard. */
const UNICODE = {
  'UTF-8': 'utf-8',
  'UTF-8 with BOM': 'utf-8',
  'UTF-16 LE': 'utf-16le',
  'UTF-16 BE': 'utf-16be',
} as const

/** Encodings that can be asked for, as shown to people. */
const ENCODINGS: readonly string[] = ['UTF-8', 'UTF-16 LE', 'UTF-16 BE', ...Object.values(LEGACY)]

/** A file whose encoding is known, or supposed. */
export interface TextFile {
  file: FileIdentity
  /** As shown to people. */
  encoding: string
  label: string
  /** Length of the byte order mark. */
  bomBytes: number
  /** 0 to 1: how sure it is. */
  confidence: number
  /** UTF-8 with lines in another encoding between: the one those are read in. */
  oddLines?: LegacyLabel
  /** Other encodings it may be in, likeliest first, each with some of its words read so. */
  others: { encoding: string; sample: string }[]
  /** The same words in the encoding supposed. */
  sample?: string
}

/** Whether people should look before they trust it. */
export const isUnsure = ({ confidence }: TextFile): boolean => confidence < ENCODING_SURE

const HEAD_BYTES = 4096
const VCARD_HEAD = /^(?:\xef\xbb\xbf)?[ \t]*(?:BEGIN|END)[ \t]*:[ \t]*VCARD/im

/** What a pass over all bytes counted. */
interface Evidence {
  head: Buffer
  total: number
  zerosEven: number
  zerosOdd: number
  /** Control characters other than tab, line breaks, form feed, escape and DOS end of file. */
  controls: number
  validUtf8: boolean
}

const CONTROL = new Uint8Array(256)
for (let byte = 1; byte < 0x20; byte++) CONTROL[byte] = 1
for (const allowed of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b]) CONTROL[allowed] = 0
CONTROL[0x7f] = 1

/** A break that some programs fold a vCard with inside a character of UTF-8: the character goes on behind it. */
const BREAK_INSIDE = /([\x80-\xff])(?:\r\n|\n|\r)[ \t](?=[\x80-\xbf])/g

/** The bytes of a file; in vCards, characters that a fold has cut are whole again (RFC 6350, section 3.2). */
async function* bytesOf(file: FileIdentity, start: number, mend: boolean): AsyncGenerator<Buffer, void, undefined> {
  if (!mend) {
    yield* readBytes(file, start)
    return
  }
  let held = ''
  for await (const chunk of readBytes(file, start)) {
    const text = (held + chunk.toString('latin1')).replace(BREAK_INSIDE, '$1')
    const end = /[\x80-\xff](?:\r\n?|\n)?[ \t]?$/.exec(text)?.index ?? text.length
    held = text.slice(end)
    yield Buffer.from(text.slice(0, end), 'latin1')
  }
  if (held !== '') yield Buffer.from(held, 'latin1')
}

async function isCard(file: FileIdentity): Promise<boolean> {
  for await (const chunk of readBytes(file)) return VCARD_HEAD.test(chunk.subarray(0, HEAD_BYTES).toString('latin1'))
  return false
}

async function gather(file: FileIdentity, mend: boolean): Promise<Evidence> {
  const seen: Evidence = { head: Buffer.alloc(0), total: 0, zerosEven: 0, zerosOdd: 0, controls: 0, validUtf8: true }
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const stillUtf8 = (chunk?: Buffer) => {
    try {
      utf8.decode(chunk, { stream: chunk !== undefined })
      return true
    } catch {
      return false // the one thing a fatal decoder throws for
    }
  }
  for await (const chunk of bytesOf(file, 0, mend)) {
    if (seen.head.length < HEAD_BYTES) seen.head = Buffer.concat([seen.head, chunk]).subarray(0, HEAD_BYTES)
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0
      if (byte === 0) {
        if ((seen.total + index) % 2 === 0) seen.zerosEven++
        else seen.zerosOdd++
      } else if (byte < 0x80) seen.controls += CONTROL[byte] ?? 0
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
function unmarkedUtf16({ zerosEven, zerosOdd, total }: Evidence): 'UTF-16 LE' | 'UTF-16 BE' | undefined {
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
  const decoder = new TextDecoder(text.label, { fatal: true })
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

const SAMPLE_BYTES = 16 * 1024
const newLine = 0x0a

/** Lines with bytes beyond ASCII, until there are enough of them: those in UTF-8 counted, the others collected. */
async function lookAtLines(file: FileIdentity, mend: boolean): Promise<{ utf8: number; odd: number; sample: Buffer }> {
  const fatal = new TextDecoder('utf-8', { fatal: true })
  const found: Buffer[] = []
  let size = 0
  let utf8 = 0
  let odd = 0
  let rest = Buffer.alloc(0)
  const look = (line: Buffer) => {
    if (!line.some((byte) => byte >= 0x80)) return
    try {
      fatal.decode(line)
      utf8++
    } catch {
      odd++
      if (size < SAMPLE_BYTES) found.push(line.subarray(0, SAMPLE_BYTES))
      size += line.length
    }
  }
  for await (const chunk of bytesOf(file, 0, mend)) {
    const bytes = Buffer.concat([rest, chunk])
    const last = bytes.lastIndexOf(newLine)
    const whole =
      last < 0 && bytes.length < SAMPLE_BYTES * 8 ? Buffer.alloc(0) : bytes.subarray(0, last < 0 ? undefined : last + 1)
    rest = bytes.subarray(whole.length)
    for (let start = 0; start < whole.length; ) {
      const end = whole.indexOf(newLine, start)
      look(whole.subarray(start, end < 0 ? undefined : end + 1))
      start = end < 0 ? whole.length : end + 1
    }
    // UTF-8 with few odd lines shows only to the end; of an old encoding a sample is enough.
    if (utf8 === 0 && size >= SAMPLE_BYTES) break
  }
  look(rest)
  return { utf8, odd, sample: Buffer.concat(found).subarray(0, SAMPLE_BYTES) }
}

const shown = ({ label, sample }: Guess) => ({ encoding: LEGACY[label], sample })
const OTHERS_SHOWN = 6

async function legacy(file: FileIdentity, mend: boolean): Promise<TextFile> {
  const lines = await lookAtLines(file, mend)
  const [best, ...others] = guessCharset(lines.sample)
  if (!best) throw unknownEncoding(file.name, 'it is not valid UTF-8, and in no other encoding is it text')
  const rest = others.filter(({ confidence }) => confidence > 0.02).slice(0, OTHERS_SHOWN)
  // Files pieced together of several have lines of either kind. UTF-8 is not met by chance.
  if (lines.utf8 >= lines.odd)
    return {
      file,
      encoding: 'UTF-8',
      label: 'utf-8',
      bomBytes: 0,
      confidence: 0.5,
      oddLines: best.label,
      others: [best, ...rest].map(shown),
      sample: `${best.sample} (lines that are not UTF-8, read as ${LEGACY[best.label]})`,
    }
  return {
    file,
    encoding: LEGACY[best.label],
    label: best.label,
    bomBytes: 0,
    confidence: best.confidence,
    others: rest.map(shown),
    sample: best.sample,
  }
}

/** Reads a file in the encoding that a person who sees it has chosen. @throws ScvError `unknown_encoding` */
async function asTold(file: FileIdentity, head: Buffer, told: string): Promise<TextFile> {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const known = [
    ...Object.entries(UNICODE).map(([encoding, label]) => ({ encoding, label: label as string })),
    ...Object.entries(LEGACY).map(([label, encoding]) => ({ encoding, label })),
  ]
  const aliases: Record<string, string> = {
    latin1: 'windows1252',
    iso88591: 'windows1252',
    macroman: 'macintosh',
    xmacroman: 'macintosh',
    gbk: 'gb18030',
    gb2312: 'gb18030',
    sjis: 'shiftjis',
    cp932: 'shiftjis',
    windows31j: 'shiftjis',
    utf16: 'utf16le',
    iso88592: 'iso88592',
  }
  const wanted = aliases[plain(told)] ?? plain(told).replace(/^cp(125\d)$/, 'windows$1')
  const found = known.find(({ encoding, label }) => plain(encoding) === wanted || plain(label) === wanted)
  if (!found)
    throw new ScvError(
      'unknown_encoding',
      `“${told}” is no encoding that is read. There are ${ENCODINGS.join(', ')}.`,
      {
        field: 'encoding',
      },
    )
  const bomBytes =
    startsWith(head, 0xef, 0xbb, 0xbf) && found.label === 'utf-8'
      ? 3
      : isMarked16(head) && /^utf-16/.test(found.label)
        ? 2
        : 0
  const oddLines = found.label === 'utf-8' ? { oddLines: 'windows-1252' as const } : {}
  return { file, ...found, bomBytes, confidence: 1, others: [], ...oddLines }
}

const isMarked16 = (head: Buffer) => startsWith(head, 0xff, 0xfe) || startsWith(head, 0xfe, 0xff)

/**
 * Tells the encoding of a file from all of its bytes: byte order mark, else UTF-16 by its zero bytes, else UTF-8 if it
 * is valid, else what its words are most like, with a confidence.
 * @param told the encoding as a person who has seen the text says; then nothing is guessed
 * @throws ScvError `not_tabular` for binary files, `unknown_encoding`, `no_rows` for an empty file, and those of `readBytes`
 */
export async function detectEncoding(file: FileIdentity, told?: string): Promise<TextFile> {
  if (file.size === 0) throw new ScvError('no_rows', `“${file.name}” is empty.`)
  const mend = await isCard(file)
  const seen = await gather(file, mend)
  const binary = looksLike(seen.head)
  if (binary) throw notTabular(file.name, binary)
  const certain = { confidence: 1, others: [] }

  const utf16 = startsWith(seen.head, 0xff, 0xfe)
    ? ({ encoding: 'UTF-16 LE', bomBytes: 2 } as const)
    : startsWith(seen.head, 0xfe, 0xff)
      ? ({ encoding: 'UTF-16 BE', bomBytes: 2 } as const)
      : { encoding: unmarkedUtf16(seen), bomBytes: 0 }
  if (utf16.encoding && told === undefined) {
    const text = {
      file,
      encoding: utf16.encoding,
      label: UNICODE[utf16.encoding],
      bomBytes: utf16.bomBytes,
      ...certain,
    }
    if (await isText(text)) return text
    if (utf16.bomBytes > 0) throw unknownEncoding(file.name, `it is marked as ${utf16.encoding} but is not valid`)
    throw notTabular(file.name, 'a binary file')
  }
  if (told === undefined || !/utf.?16/i.test(told))
    if (seen.zerosEven + seen.zerosOdd > 0 || seen.controls * 200 > seen.total)
      throw notTabular(file.name, 'a binary file')
  if (told !== undefined) return asTold(file, seen.head, told)
  const marked = startsWith(seen.head, 0xef, 0xbb, 0xbf)
  if (seen.validUtf8)
    return { file, encoding: marked ? 'UTF-8 with BOM' : 'UTF-8', label: 'utf-8', bomBytes: marked ? 3 : 0, ...certain }
  const text = await legacy(file, mend)
  return marked
    ? {
        ...text,
        encoding: 'UTF-8 with BOM',
        label: 'utf-8',
        bomBytes: 3,
        oddLines: text.oddLines ?? 'windows-1252',
        confidence: 0.5,
      }
    : text
}

/** UTF-8 in which a line may be in another encoding. */
class LineDecoder {
  #rest = Buffer.alloc(0)
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  readonly #other: InstanceType<typeof TextDecoder>
  constructor(other: LegacyLabel) {
    this.#other = new TextDecoder(other)
  }

  decode(chunk?: Buffer): string {
    const bytes = chunk ? Buffer.concat([this.#rest, chunk]) : this.#rest
    const end = chunk ? bytes.lastIndexOf(newLine) + 1 : bytes.length
    this.#rest = bytes.subarray(end)
    return this.#whole(bytes.subarray(0, end))
  }

  #whole(bytes: Buffer): string {
    try {
      return this.#utf8.decode(bytes)
    } catch {
      const end = bytes.indexOf(newLine, 0) + 1
      if (end === 0 || end === bytes.length) return this.#other.decode(bytes)
      let text = ''
      for (let start = 0; start < bytes.length; ) {
        const next = bytes.indexOf(newLine, start) + 1 || bytes.length
        const line = bytes.subarray(start, next)
        try {
          text += this.#utf8.decode(line)
        } catch {
          text += this.#other.decode(line)
        }
        start = next
      }
      return text
    }
  }
}

/**
 * The text of a file, without its byte order mark, in pieces.
 * @param onBytes told how many bytes of the file have been read so far
 */
export async function* readText(
  text: TextFile,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(text.label, { ignoreBOM: true }) // found valid before, or told
  const byLine = text.oddLines && new LineDecoder(text.oddLines)
  let bytes = text.bomBytes
  for await (const chunk of bytesOf(text.file, text.bomBytes, await isCard(text.file))) {
    bytes += chunk.length
    onBytes(bytes)
    yield byLine ? byLine.decode(chunk) : decoder.decode(chunk, { stream: true })
  }
  yield byLine ? byLine.decode() : decoder.decode()
}
