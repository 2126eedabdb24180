// Attachments: their data is kept apart from the document, and lives exactly as long as the document names it.
import type { RxAttachmentData, RxAttachmentWriteData } from 'rxdb/plugins/core'
import {
  type Case,
  conform,
  doc,
  type Instance,
  insert,
  next,
  plain,
  refusal,
  type Stored,
  schemaOf,
  text,
  write,
} from './harness'

const schema = schemaOf({ value: text }, ['value'], { attachments: {} })
const BYTES = new Uint8Array(Array.from({ length: 256 }, (_, i) => i))

/** An attachment as RxDB hands it in; the digest is any text that changes with the data. */
const file = (
  content: string | Uint8Array<ArrayBuffer>,
  digest: string,
  type = 'text/plain',
): RxAttachmentWriteData => {
  const data = new Blob([content], { type })
  return { data, length: data.size, type, digest }
}
const stub = ({ length, type, digest }: RxAttachmentData): RxAttachmentData => ({ length, type, digest })
const withFiles = (id: string, files: Record<string, RxAttachmentData>, fields: object = {}): Stored =>
  doc(id, { value: 'v', _attachments: files, ...fields })
const read = async (instance: Instance, id: string, name: string, digest: string): Promise<string> =>
  (await instance.getAttachmentData(id, name, digest)).text()
const missing = async (instance: Instance, id: string, name: string, digest: string): Promise<boolean> =>
  (await refusal(async () => instance.getAttachmentData(id, name, digest))).length > 0

const hello = file('hello', 'd-hello')
const world = file('wörld \u{1f30d}', 'd-world')

const cases: Case[] = [
  {
    title: 'the data comes back with its type; documents, queries and events carry stubs only',
    run: async ({ create }) => {
      const instance = await create(schema)
      const events: unknown[] = []
      instance.changeStream().subscribe((bulk) => events.push(bulk.events.map((e) => e.documentData._attachments)))
      await insert(instance, [withFiles('a', { hello })])
      const [found] = await instance.findDocumentsById(['a'], false)
      const blob = await instance.getAttachmentData('a', 'hello', 'd-hello')
      return [found?._attachments, events, await blob.text(), blob.type, blob.size]
    },
    expected: [{ hello: stub(hello) }, [[{ hello: stub(hello) }]], 'hello', 'text/plain', 5],
  },
  {
    title: 'every byte survives, and so does an empty file',
    run: async ({ create }) => {
      const instance = await create(schema)
      await insert(instance, [withFiles('a', { bytes: file(BYTES, 'd-b'), empty: file('', 'd-e') })])
      const bytes = new Uint8Array(await (await instance.getAttachmentData('a', 'bytes', 'd-b')).arrayBuffer())
      return [[...bytes], (await instance.getAttachmentData('a', 'empty', 'd-e')).size]
    },
    expected: [[...BYTES], 0],
  },
  {
    title: 'a second attachment is added by an update that names the first by its stub',
    run: async ({ create }) => {
      const instance = await create(schema)
      await insert(instance, [withFiles('a', { hello })])
      const [first] = (await instance.findDocumentsById(['a'], false)) as [Stored]
      const refused = await write(instance, [next(first, { _attachments: { hello: stub(hello), world } })])
      return [refused, await read(instance, 'a', 'hello', 'd-hello'), await read(instance, 'a', 'world', 'd-world')]
    },
    expected: [[], 'hello', 'wörld \u{1f30d}'],
  },
  {
    title: 'new data under the same name replaces the old',
    run: async ({ create }) => {
      const instance = await create(schema)
      await insert(instance, [withFiles('a', { hello })])
      const [first] = (await instance.findDocumentsById(['a'], false)) as [Stored]
      await write(instance, [next(first, { _attachments: { hello: file('changed', 'd-2') } })])
      return [await read(instance, 'a', 'hello', 'd-2'), await missing(instance, 'a', 'hello', 'd-hello')]
    },
    expected: ['changed', true],
  },
  {
    title: 'an update that no longer names it removes the data',
    run: async ({ create }) => {
      const instance = await create(schema)
      await insert(instance, [withFiles('a', { hello, world })])
      const [first] = (await instance.findDocumentsById(['a'], false)) as [Stored]
      await write(instance, [next(first, { _attachments: { world: stub(world) } })])
      return [await missing(instance, 'a', 'hello', 'd-hello'), await read(instance, 'a', 'world', 'd-world')]
    },
    expected: [true, 'wörld \u{1f30d}'],
  },
  {
    title: 'deleting the document removes all its data',
    run: async ({ create }) => {
      const instance = await create(schema)
      await insert(instance, [withFiles('a', { hello, world }), withFiles('b', { hello })])
      const [first] = (await instance.findDocumentsById(['a'], false)) as [Stored]
      await write(instance, [next(first, { _deleted: true, _attachments: {} })])
      return [
        await missing(instance, 'a', 'hello', 'd-hello'),
        await missing(instance, 'a', 'world', 'd-world'),
        await read(instance, 'b', 'hello', 'd-hello'),
      ]
    },
    expected: [true, true, 'hello'],
  },
  {
    title: 'a stub without data behind it is refused with status 510, writes nothing and is no event',
    oursOnly: true, // the memory storage throws when every row of a bulk is refused like this
    run: async ({ create }) => {
      const instance = await create(schema)
      await insert(instance, [withFiles('a', { hello })])
      const [first] = (await instance.findDocumentsById(['a'], false)) as [Stored]
      const events: string[][] = []
      instance.changeStream().subscribe((bulk) => events.push(bulk.events.map(({ documentId }) => documentId)))
      const onInsert = await write(instance, [{ document: withFiles('b', { hello: stub(hello) }) }])
      const onUpdate = await write(instance, [next(first, { value: 'x', _attachments: { other: stub(world) } })])
      const mixed = await write(instance, [
        { document: withFiles('c', { hello }) },
        { document: withFiles('d', { hello: stub(hello) }) },
      ])
      const stored = await instance.findDocumentsById(['a', 'b', 'c', 'd'], true)
      return { onInsert, onUpdate, mixed, stored: stored.map(({ id, value }) => [id, value]), events }
    },
    expected: {
      onInsert: [{ status: 510, id: 'b' }],
      onUpdate: [{ status: 510, id: 'a' }],
      mixed: [{ status: 510, id: 'd' }],
      stored: [
        ['a', 'v'],
        ['c', 'v'],
      ],
      events: [['c']],
    },
  },
  {
    title: 'a refused update leaves the data alone',
    run: async ({ create }) => {
      const instance = await create(schema)
      await insert(instance, [withFiles('a', { hello })])
      const stale = withFiles('a', { hello: stub(hello) }, { _rev: '7-x' })
      const refused = await write(instance, [next(stale, { _attachments: { hello: file('no', 'd-no') } })])
      return [refused, await read(instance, 'a', 'hello', 'd-hello')]
    },
    expected: [[{ status: 409, id: 'a' }], 'hello'],
  },
  {
    title: 'the wrong digest, name or document is an error',
    run: async ({ create }) => {
      const instance = await create(schema)
      await insert(instance, [withFiles('a', { hello })])
      return Promise.all([
        missing(instance, 'a', 'hello', 'd-world'),
        missing(instance, 'a', 'nothing', 'd-hello'),
        missing(instance, 'b', 'hello', 'd-hello'),
      ])
    },
    expected: [true, true, true],
  },
  {
    title: 'the same content in several documents, with strange names, read in parallel',
    run: async ({ create }) => {
      const instance = await create(schema)
      const names = ["it's", 'a/b.txt', 'nul\u0000', '__proto_', '\u{1f600}.png']
      const made = Array.from({ length: 12 }, (_, i) =>
        withFiles(`d${i}`, Object.fromEntries(names.map((name) => [name, file(`${i} ${name}`, `d${i}${name}`)]))),
      )
      await insert(instance, made)
      const texts = await Promise.all(
        made.flatMap(({ id }, i) =>
          names.map(async (name) => (await read(instance, id, name, `d${i}${name}`)) === `${i} ${name}`),
        ),
      )
      return texts.every(Boolean) && texts.length
    },
    expected: 60,
  },
  {
    title: 'a schema without attachments stores documents as before',
    run: async ({ create }) => {
      const instance = await create(plain)
      await insert(instance, [doc('a', { value: 'x' })])
      return (await instance.findDocumentsById(['a'], false)).map(({ _attachments }) => _attachments)
    },
    expected: [{}],
  },
]

conform('attachments', cases)
