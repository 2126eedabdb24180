// Rebuilds views over and over while it writes, and says what answers: for a test that kills it at any moment.

import { join } from 'node:path'
import { openDatabase } from '../../../src-main/database'
import { openProjections } from '../../../src-main/projections'
import { asContactId } from '../../../src-shared/model/ids'
import { contactDocument } from '../../support/contact-document'

const [folder = '', run = '', people = '0'] = process.argv.slice(2)
const say = (line: string) => console.log(line)
const database = await openDatabase(folder)
const views = await openProjections(
  join(folder, 'projections.sqlite'),
  database.feed,
  (error) => say(`failed ${String(error)}`),
  { loadFrom: 0 },
)
const put = (...ids: string[]) =>
  database.store.commit(
    ids.map((id) => ({ kind: 'contacts', previous: undefined, next: contactDocument(id, 'Grace') })),
  )
if (Number(people) > 0) {
  await views.settle()
  await put(...Array.from({ length: Number(people) }, (_, n) => `p${String(n).padStart(5, '0')}`))
  await views.settle()
}
say(`answers ${views.counts().curated}`)
views.status$.subscribe(({ answers, rebuild }) => say(`at ${answers} ${rebuild?.done ?? 'end'}`))
const rebuilding = async () => {
  for (;;) await views.rebuild()
}
void rebuilding()
for (let n = 0; ; n += 1) {
  await put(`later-${run}-${n}`)
  await views.settle()
  say(`made ${views.counts().curated} ${views.personRow(asContactId('p00000'))?.id === 'p00000'}`)
  await new Promise((resolve) => setTimeout(resolve, 20))
}
