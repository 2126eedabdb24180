// RxDB's bulk write for collections without attachments: conflict detection by revision, inside the transaction.
// Invariant: a row is written only over the revision it names as previous (or over nothing), decided by the same
// SQL statement that writes it; everything else comes back as a 409 error with what is stored.
import { randomUUID } from 'node:crypto'
import type {
  BulkWriteRow,
  EventBulk,
  RxDocumentData,
  RxStorageChangeEvent,
  RxStorageDefaultCheckpoint,
  RxStorageWriteError,
} from 'rxdb'
import type { Connection } from './connection'
import type { DocumentTable } from './document-table'
import type { Slice } from './slices'
import { sortableText } from './sortable-text'
import type { WriteTurn } from './write-turn'

export type WriteResult<RxDocType> = {
  readonly errors: RxStorageWriteError<RxDocType>[]
  readonly bulk: EventBulk<RxStorageChangeEvent<RxDocumentData<RxDocType>>, RxStorageDefaultCheckpoint>
}

const BULK_ID_PREFIX = randomUUID()
let bulkCount = 0

/** An id that no other event bulk has, in this process or another. */
function nextBulkId(): string {
  bulkCount++
  return `${BULK_ID_PREFIX}-${bulkCount}`
}

/** The state of one bulk write between its slices. */
export class BulkWrite<RxDocType> implements WriteResult<RxDocType> {
  readonly errors: RxStorageWriteError<RxDocType>[] = []
  readonly bulk: WriteResult<RxDocType>['bulk']
  readonly #table: DocumentTable
  readonly #primaryPath: string
  readonly #rows: readonly BulkWriteRow<RxDocType>[]
  readonly #timeOf: (lwt: number) => number
  #next = 0
  #bytes = 0
  #lastWasConflict = false

  /** To be made at the start of its turn: `timeOf` comes from the collection's ChangeClock. */
  constructor(
    table: DocumentTable,
    primaryPath: string,
    rows: readonly BulkWriteRow<RxDocType>[],
    context: string,
    timeOf: (lwt: number) => number,
  ) {
    this.#timeOf = timeOf
    this.#table = table
    this.#primaryPath = primaryPath
    this.#rows = rows
    this.bulk = { id: nextBulkId(), events: [], checkpoint: { id: '', lwt: 0 }, context }
  }

  /** Writes all rows; the promise, if any, is for the slices after the first. */
  run(turn: WriteTurn): this | Promise<this> {
    return this.#step(turn.writer, turn.slice) ? this.#done(turn) : this.#goOn(turn)
  }

  async #goOn(turn: WriteTurn): Promise<this> {
    do await turn.slice.pause()
    while (!this.#step(turn.writer, turn.slice))
    return this.#done(turn)
  }

  #done(turn: WriteTurn): this {
    turn.wrote(this.#bytes * 2)
    return this
  }

  /** Writes rows until the slice is over; true when none is left. */
  #step(writer: Connection, slice: Slice): boolean {
    const rows = this.#rows
    while (this.#next < rows.length) {
      const row = rows[this.#next]
      this.#next++
      if (row) this.#write(writer, row)
      if (slice.isOver) break
    }
    return this.#next === rows.length
  }

  #write(writer: Connection, row: BulkWriteRow<RxDocType>): void {
    // Without attachments, which go another way, what is written is what is stored.
    const document = row.document as RxDocumentData<RxDocType>
    const { previous } = row
    const documentId = String(document[this.#primaryPath as keyof typeof document])
    const table = this.#table
    const time = this.#timeOf(document._meta.lwt)
    const updated = previous ? table.update(writer, previous, document, time) : 0
    if (previous && updated > 0) {
      this.#bytes += updated
      noteCheckpoint(this.bulk.checkpoint, documentId, time)
      this.bulk.events.push(updateEvent(documentId, previous, document))
      return
    }
    const documentInDb = this.#insertUnlessStored(writer, document, documentId, time)
    if (documentInDb) {
      this.errors.push({
        isError: true,
        status: 409,
        documentId,
        writeRow: row,
        documentInDb,
        context: this.bulk.context,
      })
    } else if (!document._deleted) {
      // Nothing is told of a document that arrives deleted: to the listeners it was never there.
      this.bulk.events.push({
        documentId,
        operation: 'INSERT',
        documentData: document,
        previousDocumentData: previous,
      } as RxStorageChangeEvent<RxDocumentData<RxDocType>>)
    }
  }

  /** @returns what is stored under the id, or undefined after inserting */
  #insertUnlessStored(
    writer: Connection,
    document: RxDocumentData<RxDocType>,
    documentId: string,
    time: number,
  ): RxDocumentData<RxDocType> | undefined {
    const table = this.#table
    // Conflicts come in rows (RxDB's upsert tries to insert all first): after one, look before building the row.
    if (this.#lastWasConflict) {
      const stored = table.find<RxDocumentData<RxDocType>>(writer, documentId)
      if (stored) return stored
      this.#lastWasConflict = false
    }
    const inserted = table.insert(writer, document, time)
    if (inserted === 0) {
      this.#lastWasConflict = true
      const stored = table.find<RxDocumentData<RxDocType>>(writer, documentId)
      if (!stored) throw new Error(`Document "${documentId}" is neither stored nor can it be inserted`)
      return stored
    }
    this.#bytes += inserted
    noteCheckpoint(this.bulk.checkpoint, documentId, time)
    return undefined
  }
}

/** Moves a checkpoint on to a document that comes later in the order of getChangedDocumentsSince. */
export function noteCheckpoint(checkpoint: RxStorageDefaultCheckpoint, id: string, time: number): void {
  if (time < checkpoint.lwt || (time === checkpoint.lwt && id <= checkpoint.id)) return
  checkpoint.lwt = time
  checkpoint.id = id
}

function updateEvent<RxDocType>(
  documentId: string,
  previous: RxDocumentData<RxDocType>,
  document: RxDocumentData<RxDocType>,
): RxStorageChangeEvent<RxDocumentData<RxDocType>> {
  const operation = document._deleted ? 'DELETE' : previous._deleted ? 'INSERT' : 'UPDATE'
  return {
    documentId,
    operation,
    documentData: document,
    // To its listeners a document that comes back from deletion is a new one.
    previousDocumentData: operation === 'INSERT' ? null : previous,
  } as unknown as RxStorageChangeEvent<RxDocumentData<RxDocType>>
}

/** Sortable text is only for SQL: ids in checkpoints are the documents' own. */
export function checkpointValues(checkpoint: RxStorageDefaultCheckpoint | undefined): [number, string] {
  return checkpoint ? [checkpoint.lwt, sortableText(checkpoint.id)] : [0, '']
}
