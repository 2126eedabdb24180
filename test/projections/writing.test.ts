// The views while they are written: who waits for what, what is told when, and when they are derived anew.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import type { DocumentFeed } from '../../src-main/engine/document-feed'
import { openProjections, type Projections } from '../../src-main/projections'
import { asContactId } from '../../src-shared/model/ids'
import { contactDocument } from '../support/contact-document'
import { createMemoryStore, type MemoryStore } from '../support/memory-store'

const folder = mkdtempSync(join(tmpdir(), 'scv-views-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const put = ({ store }: MemoryStore, firstName: string, ...ids: string[]) =>
  store.commit(ids.map((id) => ({ kind: 'contacts', previous: undefined, next: contactDocument(id, firstName) })))

let files = 0
const newPath = () => join(folder, `views-${files++}.sqlite`)

describe('views', () => {
  const open = (
    path: string,
    feed: DocumentFeed,
    onError: (error: unknown) => void = (error) => expect.unreachable(String(error)),
  ) => openProjections(path, feed, onError)

  async function opened(): Promise<{ memory: MemoryStore; path: string; views: Projections }> {
    const memory = createMemoryStore()
    const path = newPath()
    const views = await open(path, memory.feed)
    return { memory, path, views }
  }

  test('what is told of a change can be read when it is told', async () => {
    const { memory, views } = await opened()
    onTestFinished(() => views.close())
    const told: unknown[] = []
    views.changes$.subscribe(({ people, kinds }) => {
      told.push({ people: [...people], kinds: [...kinds], names: [...people].map((id) => views.personRow(id)?.name) })
    })
    await put(memory, 'Grace', 'a', 'b')
    await views.settle()
    expect(told).toEqual([{ people: ['a', 'b'], kinds: ['contacts'], names: ['Grace', 'Grace'] }])
  })

  test('a wait ends with what was committed before it, however much comes after', async () => {
    const { memory, views } = await opened()
    onTestFinished(() => views.close())
    let more = 30
    views.changes$.subscribe(() => {
      if (more > 0) void put(memory, 'Endless', `endless${more--}`) // something waits whenever something is done
    })
    await put(memory, 'Grace', 'a')
    await views.settle()
    expect(views.personRow(asContactId('a'))).toBeDefined()
    expect(views.counts().curated).toBeLessThan(5)
    await expect.poll(() => views.counts().curated).toBe(31)
  })

  test('who waits when they are closed is told', async () => {
    const { memory, views } = await opened()
    await put(memory, 'Grace', ...Array.from({ length: 2000 }, (_, n) => `a${n}`))
    const rebuilt = views.rebuild()
    const told = expect(rebuilt).rejects.toThrow(/closed/)
    await views.close()
    await told
  })

  test('views that are thrown away are derived again, with what is committed meanwhile', async () => {
    const { memory, views } = await opened()
    onTestFinished(() => views.close())
    await put(memory, 'Grace', ...Array.from({ length: 1200 }, (_, n) => `first${n}`))
    const rebuilt = views.rebuild()
    for (let n = 0; n < 20; n += 1) {
      await put(memory, 'Later', `later${n}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await rebuilt
    await views.settle()
    expect(views.counts().curated).toBe(1220)
    await views.searchable()
    expect(views.search('later', 50)).toHaveLength(20)
  })

  test('views that show what a power cut took back are derived again', async () => {
    const { memory, path, views } = await opened()
    await put(memory, 'Grace', 'a', 'lost')
    await views.settle()
    await views.close()
    const left = createMemoryStore()
    await put(left, 'Grace', 'a')
    const again = await open(path, left.feed)
    onTestFinished(() => again.close())
    expect(['a', 'lost'].map((id) => again.personRow(asContactId(id)) !== undefined)).toEqual([true, false])
  })
})
