// Names of people as people write them elsewhere: found in every way they are looked for. The cases were told of in public
// trackers of other products; names are invented.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ContactInput } from '../../src-shared/model/contact'
import { ann, type Bench, openBench } from '../support/engine'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const cases: [contact: ContactInput, texts: string[]][] = [
  [{ firstName: 'Søren', lastName: 'Ågård' }, ['soeren', 'søren', 'agard', 'aagaard', 'Ågård', 'soeren aagaard']],
  [{ firstName: 'Jürgen', lastName: 'Müller' }, ['mueller', 'muller', 'Müller', 'juergen mueller', 'Herr Müller']],
  [{ firstName: 'Kai', lastName: 'Schroeder' }, ['Schröder', 'schroeder', 'Herr Dr. Schröder']],
  [{ firstName: '小明', lastName: '王' }, ['王小明', '王 小明', '小明', '王小', '王小明先生']],
  [{ firstName: '철수', lastName: '김' }, ['김철수', '철수', '김 철수', '김철수님']],
  [{ firstName: '太郎', lastName: '山田' }, ['山田太郎', '山田 太郎', '山田さん', '太郎 山田']],
  [{ firstName: 'サクラ', lastName: 'タナカ' }, ['たなかさくら', 'たなか', 'タナカ サクラ', 'ｻｸﾗ']],
  [{ firstName: 'Maria', lastName: 'De La Cruz' }, ['delacruz', 'de la cruz', 'dela cruz', 'maria delacruz']],
  [{ firstName: 'Pieter', lastName: 'Vanderberg' }, ['van der Berg', 'pieter van der berg', 'vanderberg']],
  [{ firstName: 'Mary Ann', lastName: 'Poole' }, ['maryann', 'mary ann poole', 'Ms. Mary Ann Poole']],
  [{ salutation: 'Dr.', firstName: 'Jane', lastName: 'Fenwick' }, ['Dr. Jane Fenwick', 'Dr Fenwick', 'Jane Fenwick']],
  [{ firstName: 'Ilse', lastName: 'Brandauer' }, ['Frau Prof. Dr. Brandauer', 'Frau Ilse Brandauer']],
  [{ firstName: 'Robert', lastName: 'Quill', customFields: { NICKNAME: 'Bobby' } }, ['Bobby', 'Bobby Quill']],
  [
    {
      firstName: '花子',
      lastName: '佐藤',
      customFields: { 'Phonetic First Name': 'はなこ', 'Phonetic Last Name': 'さとう' },
    },
    ['はなこ', 'さとう はなこ', 'サトウハナコ'],
  ],
  [{ firstName: 'Ada', lastName: 'Koch', address: { city: 'East Riley' } }, ['koch east riley', 'Koch, Riley']],
  [{ firstName: 'Ben', lastName: 'Ng', address: { city: 'Perth' }, tags: ['Wholesale'] }, ['ng perth', 'ng wholesale']],
  [
    {
      firstName: 'Paula',
      lastName: 'Link',
      workEmail: 'paula@example.org',
      cellPhone: { userInput: '+44 7400 123456' },
    },
    [
      'Paula Link <paula@example.org>',
      'mailto:paula@example.org',
      'tel:+447400123456',
      'Tel.: +44 (0)7400 123456',
      '\u202a+44 7400 123456\u202c',
      'sip:+447400123456@sip.example.com',
      '447400123456@s.whatsapp.net',
    ],
  ],
]

test.each(cases)('%j is found by %j', async (contact, texts) => {
  const id = await bench.engine.contacts.create(ann, contact)
  for (const text of texts) {
    const found = await bench.engine.queries.found(text, 10)
    expect([text, found.includes(id)]).toEqual([text, true])
    const { hits } = await bench.engine.queries.lookup(text, 10)
    expect([text, hits.some((hit) => hit.id === id)]).toEqual([text, true])
  }
})

test('a name comes before a city of the same word', async () => {
  const there = await bench.engine.contacts.create(ann, {
    firstName: 'Cleo',
    lastName: 'Marsh',
    address: { city: 'Ashby' },
  })
  const called = await bench.engine.contacts.create(ann, { firstName: 'Dan', lastName: 'Ashby' })
  expect(await bench.engine.queries.found('ashby', 10)).toEqual([called, there])
})

test.each([
  [{ firstName: '小明', lastName: '王' }, '王小明'],
  [{ firstName: '철수', lastName: '김' }, '김철수'],
  [{ firstName: 'Xiaoming', lastName: 'Wang' }, 'Xiaoming Wang'],
  [{ firstName: 'Anna', lastName: '王' }, 'Anna 王'],
])('%j is shown as %s', async (contact, name) => {
  const id = await bench.engine.contacts.create(ann, contact)
  expect((await bench.engine.queries.person(id)).displayName).toBe(name)
})
