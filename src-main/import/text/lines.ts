// Physical lines of a text that comes in pieces, for tables and vCards alike.
// Invariant: CRLF, LF and CR each end one line; no line is longer than the limit, however long the file's is.

/** No row or property of a person is longer; what is beyond is not even collected. */
export const MAX_LINE_CHARACTERS = 1_000_000

export interface Line {
  text: string
  /** What ended it: a line break, or nothing at the end of the file. */
  end: string
  /** From 1. */
  number: number
  /** Whether the line went on beyond the limit. */
  cut: boolean
}

/** Cuts text into lines. */
export class LineSplitter {
  #rest = ''
  #cut = false
  #number = 0

  /** The lines that this piece completes. @param last whether no other piece follows */
  take(piece: string, last = false): Line[] {
    const text = this.#rest === '' ? piece : this.#rest + piece
    const lines: Line[] = []
    let start = 0
    let feed = text.indexOf('\n')
    let carriage = text.indexOf('\r')
    while (feed >= 0 || carriage >= 0) {
      const alone = carriage >= 0 && (feed < 0 || carriage < feed - 1)
      // A carriage return at the very end may be the first half of a break.
      if (alone && carriage === text.length - 1 && !last) break
      const at = carriage >= 0 && (feed < 0 || carriage < feed) ? carriage : feed
      const end = at === carriage ? (alone ? '\r' : '\r\n') : '\n'
      lines.push(this.#line(text.slice(start, at), end))
      start = at + end.length
      if (feed >= 0 && feed < start) feed = text.indexOf('\n', start)
      if (carriage >= 0 && carriage < start) carriage = text.indexOf('\r', start)
    }
    this.#rest = text.slice(start)
    if (this.#rest.length > MAX_LINE_CHARACTERS) {
      const halfBreak = this.#rest.endsWith('\r') ? '\r' : ''
      this.#rest = this.#rest.slice(0, MAX_LINE_CHARACTERS) + halfBreak
      this.#cut = true
    }
    if (last && this.#rest !== '') {
      lines.push(this.#line(this.#rest, ''))
      this.#rest = ''
    }
    return lines
  }

  #line(text: string, end: string): Line {
    const cut = this.#cut || text.length > MAX_LINE_CHARACTERS
    this.#cut = false
    return { text: cut ? text.slice(0, MAX_LINE_CHARACTERS).toWellFormed() : text, end, number: ++this.#number, cut }
  }
}
