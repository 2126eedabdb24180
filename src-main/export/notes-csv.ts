// Notes as lines of a CSV.
// Invariant: no cell is a formula to a spreadsheet, whatever was typed into a note.
import type { NoteView } from '@shared/model/views'
import { BYTE_ORDER_MARK, csvLine, guarded } from '../files/csv'

const HEADERS = ['Contact id', 'Note id', 'Text', 'Author', 'Written', 'Changed'] as const

/** Lines of a table of notes in pages, the first one with the header alone. */
export async function* noteLines(pages: AsyncIterable<readonly NoteView[]>): AsyncGenerator<string[], void, undefined> {
  yield [BYTE_ORDER_MARK + csvLine(HEADERS)]
  for await (const notes of pages)
    yield notes.map(({ contactId, id, text, by, createdAt, modifiedAt }) =>
      csvLine([contactId, id, guarded(text), guarded(by), createdAt, modifiedAt]),
    )
}
