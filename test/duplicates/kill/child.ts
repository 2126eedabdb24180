// Searches a made-up book with its index on disk, slowly, and says how far it is: for a test that kills it at any moment.

import { createMatching } from '../../../src-main/matching'
import { asContactId } from '../../../src-shared/model/ids'
import { NO_CHANGES, sourceOf } from '../../bench/duplicates/book-source'
import { makeContactBook } from '../../bench/duplicates/contact-book'

const [path = '', people = '0', slowMs = '0'] = process.argv.slice(2)
const say = (line: string) => console.log(line)
const { changes$, queries } = sourceOf(makeContactBook(Number(people), 7).map(({ record }) => record))
const sleeper = new Int32Array(new SharedArrayBuffer(4))
let read = 0
const comparable = (id: string) => {
  read += 1
  Atomics.wait(sleeper, 0, 0, Number(slowMs))
  return queries.comparable(asContactId(id))
}
const onDefect = (error: unknown) => say(`failed ${String(error)}`)
const matching = createMatching(
  { changes$, queries: { ...queries, comparable } },
  { path, feed: NO_CHANGES, onDefect, page: 40 },
)
matching.state$.subscribe(({ phase, people: known, clusters }) => {
  say(`${phase} ${known}`)
  if (phase !== 'ready') return
  say(`found ${JSON.stringify([read, clusters.map(({ ids, certainty }) => [ids, certainty])])}`)
  void matching.close()
})
matching.start()
