// Reads JSON that a server sends, within budgets that hold before anything is parsed: bytes, members of a list, the size of
// one member, and how deep it nests. CouchDB's long answers are one list (`results`, `rows`, or the answer itself): its
// members are parsed one by one, as they arrive, and one that is over its budget is left out and named, the others stay.
// Invariants: memory is bounded by the budget, whatever arrives; nothing is parsed that was not measured before.
import { RemoteError } from './remote'

export interface Budget {
  /** Of the whole answer, unpacked. */
  bytes: number
  /** Of one member of a list, and of what stands around the lists. */
  memberBytes: number
  /** Members of all lists together. */
  members: number
  /** How deep it may nest. */
  depth: number
}

/** A member of a list that was left out. */
export interface LeftOut {
  why: 'large' | 'deep'
  /** How it begins: its names stand there. */
  head: string
}

/** The answer as a whole is over its budget. */
export class OverBudget extends RemoteError {
  constructor(readonly of: 'bytes' | 'members' | 'depth') {
    super('failed', `The server answers with more ${of} than this device reads at once.`)
  }
}

const HEAD_BYTES = 4096
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

export class BoundedJson {
  readonly #budget: Budget
  readonly leftOut: LeftOut[] = []
  #bytes = 0
  #depth = 0
  #inText = false
  #escaped = false
  /** What stands around the lists; each list is the one number of its place in `#lists`. */
  readonly #frame = new Piece()
  readonly #lists: unknown[][] = []
  #count = 0
  #member = new Piece()
  /** Depth of the members of the list being read; 0: none is. */
  #listDepth = 0
  #fault: LeftOut['why'] | undefined
  #rootIsList = false

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** @throws OverBudget, SyntaxError */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#budget.bytes) throw new OverBudget('bytes')
    let from = 0
    for (let i = 0; i < chunk.length; i += 1) {
      if (this.#inText) {
        i = this.#endOfText(chunk, i)
        continue
      }
      const byte = chunk[i] as number
      if (byte === QUOTE) this.#inText = true
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        this.#depth += 1
        if (this.#listDepth === 0) {
          if (this.#depth === 1) this.#rootIsList = byte === OPEN_LIST
          // A list that is the answer, or a member of it.
          if (byte === OPEN_LIST && this.#depth === (this.#rootIsList ? 1 : 2)) {
            this.#keep(chunk, from, i + 1)
            this.#frame.add(Buffer.from(String(this.#lists.length)))
            this.#lists.push([])
            this.#listDepth = this.#depth
            from = i + 1
          } else if (this.#depth > this.#budget.depth) throw new OverBudget('depth')
        } else if (this.#depth - this.#listDepth > this.#budget.depth) this.#fault ??= 'deep'
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (this.#listDepth !== 0 && this.#depth === this.#listDepth) {
          this.#keep(chunk, from, i)
          this.#endMember()
          this.#listDepth = 0
          from = i
        }
        this.#depth -= 1
      } else if (byte === COMMA && this.#listDepth !== 0 && this.#depth === this.#listDepth) {
        this.#keep(chunk, from, i)
        this.#endMember()
        from = i + 1
      }
    }
    this.#keep(chunk, from, chunk.length)
  }

  /** @throws SyntaxError when it is no JSON, or only half of it */
  end(): unknown {
    const text = this.#frame.text()
    if (this.#depth !== 0 || this.#inText) throw new SyntaxError('half an answer')
    if (text.trim() === '') return undefined
    const frame: unknown = JSON.parse(text)
    if (this.#rootIsList) return this.#lists[0]
    if (typeof frame !== 'object' || frame === null) return frame
    return Object.fromEntries(
      Object.entries(frame).map(([name, value]: [string, unknown]) => [
        name,
        Array.isArray(value) ? this.#lists[value[0] as number] : value,
      ]),
    )
  }

  /** @returns the place of the quotation mark that ends the text, or of the last byte */
  #endOfText(chunk: Buffer, start: number): number {
    let i = start
    for (;;) {
      if (this.#escaped) {
        this.#escaped = false
        i += 1
        if (i >= chunk.length) return i
      }
      const quote = chunk.indexOf(QUOTE, i)
      const end = quote < 0 ? chunk.length : quote
      let slashes = 0
      while (end - 1 - slashes >= i && chunk[end - 1 - slashes] === BACKSLASH) slashes += 1
      if (quote < 0) {
        this.#escaped = slashes % 2 === 1
        return chunk.length
      }
      if (slashes % 2 === 0) {
        this.#inText = false
        return quote
      }
      i = quote + 1
    }
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    if (to <= from) return
    const piece = this.#listDepth === 0 ? this.#frame : this.#member
    const fits = piece.bytes + to - from <= this.#budget.memberBytes
    if (!fits && this.#listDepth === 0) throw new OverBudget('bytes')
    if (!fits) this.#fault ??= 'large'
    // Of what is left out only the beginning is kept.
    const end = this.#fault && this.#listDepth !== 0 ? Math.min(to, from + HEAD_BYTES - piece.bytes) : to
    if (end > from) piece.add(Buffer.from(chunk.subarray(from, end)))
  }

  #endMember(): void {
    const piece = this.#member
    const fault = this.#fault
    this.#member = new Piece()
    this.#fault = undefined
    if (piece.bytes === 0) return
    const text = piece.text()
    if (fault === undefined && text.trim() === '') return // an empty list
    this.#count += 1
    if (this.#count > this.#budget.members) throw new OverBudget('members')
    if (fault) this.leftOut.push({ why: fault, head: text.slice(0, HEAD_BYTES) })
    else this.#lists.at(-1)?.push(JSON.parse(text))
  }
}

/** Bytes that belong together. */
class Piece {
  bytes = 0
  #parts: Buffer[] = []

  add(part: Buffer): void {
    this.bytes += part.length
    this.#parts.push(part)
  }

  text(): string {
    return (this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts)).toString('utf8')
  }
}
