// Files on their way to an import: announced, sent by a caller that knows their key, held until they are forgotten.
// Invariant: no file is longer than was announced, and it comes whole or not at all.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { ScvError } from '@shared/errors'
import type { ImportFile } from '@shared/model/import'
import type { TempFilesPort } from './ports'

/** Files that are held; the oldest make room. */
const KEPT = 20
/** A file that does not come by then is expected no more. */
const AWAITED_MS = 60 * 60_000

export interface Upload {
  id: string
  /** Who knows it may send the file, once. */
  key: string
  fileName: string
  bytes: number
  path: string
  announcedAt: number
  state: 'awaited' | 'coming' | 'there'
  /** What is seen of it; made when it is asked for. */
  looked?: Promise<ImportFile>
}

/** A name that a file can have on disk. */
function nameOnDisk(given: string): string {
  const name = basename(given.replaceAll('\\', '/'))
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .slice(-128)
  return /[^. ]/.test(name) ? name : 'people.csv'
}

export interface Uploads {
  announce(file: { name?: string | undefined; bytes: number }): { id: string; key: string }
  /** Takes a file that was announced. @throws ScvError `not_found`, `already_there`, `too_large`, `invalid_input` for another length */
  receive(id: string, key: string, bytes: Readable): Promise<void>
  /** One that has come. @throws ScvError `not_found`, `conflict` while it has not */
  fileOf(id: string): Upload
  close(): Promise<void>
}

/** @param folder for the files */
export function createUploads(folder: string, files: TempFilesPort, now: () => number): Uploads {
  const uploads = new Map<string, Upload>()

  const forgetFile = ({ path }: Upload) => rm(join(path, '..'), { recursive: true, force: true })

  async function forget(upload: Upload): Promise<void> {
    uploads.delete(upload.id)
    await forgetFile(upload)
  }

  /** Makes room: what is over its time goes, then the oldest. */
  function prune(): void {
    const all = [...uploads.values()]
    const late = all.filter(({ state, announcedAt }) => state === 'awaited' && now() - announcedAt > AWAITED_MS)
    const rest = all.filter((one) => !late.includes(one) && one.state !== 'coming')
    for (const upload of [...late, ...rest.slice(0, Math.max(0, rest.length - KEPT + 1))]) void forget(upload)
  }

  async function receive(id: string, key: string, bytes: Readable): Promise<void> {
    const upload = uploads.get(id)
    if (!upload || upload.key !== key)
      throw new ScvError('not_found', 'No file is awaited here.', { field: 'uploadId' })
    if (upload.state !== 'awaited')
      throw new ScvError('already_there', 'This file was sent already.', { field: 'uploadId' })
    upload.state = 'coming'
    let received = 0
    const bounded = new Transform({
      transform(piece: Buffer, _encoding, done) {
        received += piece.length
        if (received > upload.bytes)
          done(new ScvError('too_large', `The file is longer than the ${upload.bytes} bytes announced.`))
        else done(null, piece)
      },
    })
    try {
      await mkdir(join(upload.path, '..'), { recursive: true, mode: 0o700 })
      await files.write(upload.path, bytes, bounded)
      if (received < upload.bytes)
        throw new ScvError('invalid_input', `${received} bytes came, and ${upload.bytes} were announced.`, {
          field: 'fileSize',
        })
      upload.state = 'there'
    } catch (error) {
      upload.state = 'awaited' // it can be sent once more
      await forgetFile(upload)
      throw error
    }
  }

  return {
    announce({ name, bytes }) {
      prune()
      const id = randomUUID()
      const fileName = nameOnDisk(name ?? '')
      const path = join(folder, `upload-${id}`, fileName)
      const key = randomBytes(24).toString('base64url')
      uploads.set(id, { id, key, fileName, bytes, path, announcedAt: now(), state: 'awaited' })
      return { id, key }
    },
    receive,
    fileOf(id) {
      const upload = uploads.get(id)
      if (!upload) throw new ScvError('not_found', 'There is no upload with this id.', { field: 'uploadId' })
      if (upload.state !== 'there')
        throw new ScvError('conflict', 'The file has not come yet: send it to the address that was given.', {
          field: 'uploadId',
        })
      return upload
    },
    async close() {
      for (const upload of [...uploads.values()]) await forget(upload)
    },
  }
}
