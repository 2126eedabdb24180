// Bulk writes of collections with attachments, and reading attachments.
// Invariant: an attachment row exists exactly while the stored document lists it; both change in one transaction.
import {
  type BulkWriteRow,
  categorizeBulkWriteRows,
  type RxAttachmentWriteData,
  type RxDocumentData,
  type RxStorageInstance,
  type StringKeys,
} from 'rxdb'
import { noteCheckpoint, type WriteResult } from './bulk-write'
import type { DatabaseFile } from './database-file'
import type { DocumentTable } from './document-table'
import { storageError } from './errors'
import { sortableText } from './sortable-text'
import type { WriteTurn } from './write-turn'

/** The bytes of every attachment that comes with the rows. Blobs are read asynchronously, so before the transaction. */
export async function readBlobs<RxDocType>(rows: readonly BulkWriteRow<RxDocType>[]): Promise<Map<Blob, Uint8Array>> {
  const bytes = new Map<Blob, Uint8Array>()
  for (const { document } of rows) {
    for (const attachment of Object.values(document._attachments)) {
      if ('data' in attachment) bytes.set(attachment.data, new Uint8Array(await attachment.data.arrayBuffer()))
    }
  }
  return bytes
}

/** Writes rows and attachments; RxDB's own helper decides about conflicts and about which attachments change. */
export async function writeWithAttachments<RxDocType>(
  instance: RxStorageInstance<RxDocType, unknown, unknown>,
  table: DocumentTable,
  primaryPath: StringKeys<RxDocType>,
  rows: BulkWriteRow<RxDocType>[],
  blobs: ReadonlyMap<Blob, Uint8Array>,
  context: string,
  timeOf: (lwt: number) => number,
  { writer, slice, wrote }: WriteTurn,
): Promise<WriteResult<RxDocType>> {
  const stored = new Map<string, RxDocumentData<RxDocType>>()
  const idOf = (document: object): string => String(document[primaryPath as keyof typeof document])
  for (const { document } of rows) {
    const id = idOf(document)
    const found = table.find<RxDocumentData<RxDocType>>(writer, id)
    if (found) stored.set(id, found)
    if (slice.isOver) await slice.pause()
  }
  const categorized = categorizeBulkWriteRows<RxDocType>(instance, primaryPath, stored, rows, context)
  const checkpoint = { id: '', lwt: 0 }
  let bytes = 0
  for (const { document, previous } of [...categorized.bulkInsertDocs, ...categorized.bulkUpdateDocs]) {
    const time = timeOf(document._meta.lwt)
    const before = stored.get(idOf(document)) ?? previous
    const written = (before && table.update(writer, before, document, time)) || table.insert(writer, document, time)
    if (written === 0) throw new Error(`Document "${idOf(document)}" occurs twice in one bulk write`)
    bytes += written
    noteCheckpoint(checkpoint, idOf(document), time)
    if (slice.isOver) await slice.pause()
  }
  const attachments = `${table.table}_attachments`
  for (const { documentId, attachmentId } of categorized.attachmentsRemove) {
    writer.run(
      `DELETE FROM ${attachments} WHERE id = ? AND name = ?`,
      sortableText(documentId),
      sortableText(attachmentId),
    )
  }
  for (const change of [...categorized.attachmentsAdd, ...categorized.attachmentsUpdate]) {
    const { data, digest, type }: RxAttachmentWriteData = change.attachmentData
    const content = blobs.get(data) ?? new Uint8Array()
    writer.run(
      `INSERT OR REPLACE INTO ${attachments} (id, name, digest, type, data) VALUES (?, ?, ?, ?, ?)`,
      sortableText(change.documentId),
      sortableText(change.attachmentId),
      digest,
      data.type || type,
      content,
    )
    bytes += content.byteLength
    if (slice.isOver) await slice.pause()
  }
  wrote(bytes * 2)
  // The helper also lists events of rows that it refused for a missing attachment.
  const refused = new Set(categorized.errors.map((error) => error.documentId))
  const events = categorized.eventBulk.events.filter((event) => !refused.has(event.documentId))
  return { errors: categorized.errors, bulk: { ...categorized.eventBulk, events, checkpoint } }
}

/** @throws StorageError when the document has no such attachment with this digest */
export function readAttachment(
  file: DatabaseFile,
  table: string,
  documentId: string,
  attachmentId: string,
  digest: string,
): Blob {
  const row = file.read((reader) =>
    reader.get(
      `SELECT data, type FROM ${table}_attachments WHERE id = ? AND name = ? AND digest = ?`,
      sortableText(documentId),
      sortableText(attachmentId),
      digest,
    ),
  )
  const [data, type] = row ?? []
  if (!(data instanceof Uint8Array)) {
    throw storageError('Unknown', `Attachment "${attachmentId}" of document "${documentId}" does not exist`, file.path)
  }
  return new Blob([new Uint8Array(data)], { type: String(type) })
}
