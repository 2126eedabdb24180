// The tables that are asked for over HTTP: people, and notes.
import type { NoteView } from '@shared/model/views'
import { type PeopleSource, type PeopleWanted, peopleLines, writeTable } from './jobs'
import { noteLines } from './notes-csv'

export const exportFiles = {
  people: (path: string, source: PeopleSource, wanted: PeopleWanted, stop: AbortSignal): Promise<number> =>
    writeTable(path, peopleLines(source, wanted), stop),
  notes: (path: string, pages: AsyncIterable<readonly NoteView[]>, stop: AbortSignal): Promise<number> =>
    writeTable(path, noteLines(pages), stop),
}
