// Logical lines of a vCard: folds undone (RFC 6350, section 3.2), quoted-printable joined at its soft breaks, markers told.
// Invariant: BEGIN and END of a card are always lines of their own, however they are glued or indented, so that no fold,
// soft break or picture runs from one card into the next. A card that stands in the text of a note is no card.
import { type Line, LineSplitter, MAX_LINE_CHARACTERS } from '../text/lines'

export interface LogicalLine {
  text: string
  number: number
  /** Whether it is the BEGIN or END of a card. */
  marker?: 'BEGIN' | 'END'
  /** A picture, sound or key: its content is not collected. */
  binary: boolean
  /** Longer than the limit. */
  cut: boolean
  /** Whether the file ends in it without a line break. */
  open: boolean
}

/** Large, and nothing a contact keeps. A SOUND that spells a name, as Japanese phones write it, is text. */
const BINARY = /^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND(?![^:]*X-IRMC)|KEY|X-MS-CARDPICTURE|X-MS-OL-DESIGN)[;:]/i
const QUOTED_PRINTABLE = /^[^:]*;(?:ENCODING=)?(?:QUOTED-PRINTABLE|QUOTED|QP)[;:]/i
const PROPERTY = /^(?:[\w-]+\.)?[A-Za-z][\w-]*(?:;[^:]*)?:/
/** What a line after a soft break must not be: then the soft break was a plain sign at the end of a value. */
const NEXT_PROPERTY =
  /^(?:[\w-]+\.)?(?:N|FN|TEL|EMAIL|ADR|ORG|TITLE|ROLE|NOTE|URL|UID|BDAY|REV|PHOTO|LOGO|VERSION|NICKNAME|CATEGORIES|IMPP|LABEL|X-[\w-]+)[;:]/i
const MARKER = /^[ \t\ufeff]*(BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*$/i
const GLUED =
  /(?<=END[ \t]*:[ \t]*VCARD)[ \t\ufeff]*(?=BEGIN[ \t]*:[ \t]*VCARD)|(?<=^[ \t\ufeff]*BEGIN[ \t]*:[ \t]*VCARD)[ \t]*(?=[A-Za-z][\w-]*[;:])|(?<=\S)(?<!\\n)(?=END[ \t]*:[ \t]*VCARD[ \t]*$)|(?<=\S)(?<!\\n)(?=END[ \t]*:[ \t]*VCARD[ \t]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*$)/gi

/** The card of an AGENT begins behind its name (vCard 2.1), or stands in its value as text (3.0), which is no marker. */
const AGENT = /^([ \t]*(?:[\w-]+\.)?AGENT(?:;[^:]*)?:)[ \t]*(BEGIN[ \t]*:[ \t]*VCARD[ \t]*)?/i

/** A physical line, cut where BEGIN and END are glued to other text. */
function unglued(line: Line): Line[] {
  if (line.text.length <= 9 || !/VCARD/i.test(line.text) || MARKER.test(line.text)) return [line]
  const [whole = '', name = '', begin] = AGENT.exec(line.text) ?? []
  if (begin && whole.length === line.text.length) return [name, begin].map((text) => ({ ...line, text }))
  if (begin) return [line]
  return line.text.split(GLUED).map((text) => ({ ...line, text }))
}

/** A line that may go on: its pieces, so that thousands of folds cost no copies. */
interface OpenLine extends Omit<LogicalLine, 'text'> {
  pieces: string[]
  length: number
  quoted: boolean
}

const markerOf = (text: string) => MARKER.exec(text)?.[1]?.toUpperCase() as LogicalLine['marker']

/** Whether an indented marker is text of the note before it: a card that is told of there, from its BEGIN to its END. */
function isTextOf({ pieces }: OpenLine, text: string): boolean {
  if (!/^[ \t]/.test(text) || !/^(?:[\w-]+\.)?NOTE[;:]/i.test(pieces[0] ?? '')) return false
  const marker = markerOf(text)
  return marker === 'BEGIN' || (marker === 'END' && pieces.some((piece) => markerOf(piece) === 'BEGIN'))
}

class Folder {
  #current: OpenLine | undefined
  #version21 = false

  /** @returns the line that this one ends */
  take(line: Line): LogicalLine | undefined {
    const current = this.#current
    const marker = current && isTextOf(current, line.text) ? undefined : markerOf(line.text)
    if (current && marker === undefined && this.#goesOn(current, line)) {
      current.open = line.end === ''
      return undefined
    }
    const text = line.text.replace(/^\ufeff/, '')
    const binary = BINARY.test(text)
    if (marker === 'BEGIN') this.#version21 = false
    if (/^VERSION:/i.test(text)) this.#version21 = text.slice(8).trim() === '2.1'
    const ended = this.finish()
    this.#current = {
      pieces: [binary ? `${text.split(/[;:]/, 1)[0]}:` : text],
      length: text.length,
      quoted: QUOTED_PRINTABLE.test(text),
      number: line.number,
      binary,
      cut: line.cut && !binary,
      open: line.end === '',
      ...(marker ? { marker } : {}),
    }
    return ended
  }

  /** Joins a line to the one before if it belongs to it. */
  #goesOn(current: OpenLine, { text, cut }: Line): boolean {
    if (current.marker) return false
    if (current.binary) return /^[ \t]/.test(text) || (text !== '' && !PROPERTY.test(text))
    const last = current.pieces.at(-1) ?? ''
    if (current.quoted && last.endsWith('=') && !NEXT_PROPERTY.test(text)) {
      current.pieces[current.pieces.length - 1] = last.slice(0, -1)
      this.#add(current, text.trimStart() === text ? text : text.slice(1), cut)
      return true
    }
    if (!/^[ \t]/.test(text)) return false
    // vCard 2.1 folds at white space, which stays; later versions insert it, so it goes.
    this.#add(current, this.#version21 && text.trim() !== '' ? text : text.slice(1), cut)
    return true
  }

  #add(current: OpenLine, text: string, cut: boolean): void {
    current.cut ||= cut || current.length + text.length > MAX_LINE_CHARACTERS
    if (current.cut) return
    current.pieces.push(text)
    current.length += text.length
  }

  finish(): LogicalLine | undefined {
    if (!this.#current) return undefined
    const { pieces, length: _length, quoted: _quoted, ...line } = this.#current
    return { ...line, text: pieces.join('') }
  }
}

/** Streams the logical lines of a file, those of a piece at a time. */
export async function* logicalLines(texts: AsyncIterable<string>): AsyncGenerator<LogicalLine[], void, undefined> {
  const splitter = new LineSplitter()
  const folder = new Folder()
  const fold = (lines: readonly Line[]): LogicalLine[] => {
    const done: LogicalLine[] = []
    for (const whole of lines)
      for (const line of unglued(whole)) {
        const ended = folder.take(line)
        if (ended) done.push(ended)
      }
    return done
  }
  for await (const text of texts) yield fold(splitter.take(text))
  const rest = fold(splitter.take('', true))
  const last = folder.finish()
  yield last ? [...rest, last] : rest
}
