// Names of people as people write them elsewhere: found in every way they are looked for. Where a case was told of in a public
// tracker of another product, that stands beside it. Names are invented.
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
  [
    { firstName: 'Ilse', lastName: 'Brandauer' },
    ['Frau Prof. Dr. Brandauer', 'Frau Ilse Brandauer', 'Dr. med. Brandauer', 'Dipl.-Ing. Ilse Brandauer'],
  ],
  [{ firstName: 'Robert', lastName: 'Quill', customFields: { NICKNAME: 'Bobby' } }, ['Bobby', 'Bobby Quill']],
  [
    {
      firstName: '花子',
      lastName: '佐藤',
      customFields: { 'Phonetic First Name': 'はなこ', 'Phonetic Last Name': 'さとう' },
    },
    ['はなこ', 'さとう はなこ', 'サトウハナコ'],
  ],
  [{ firstName: 'Hanna', lastName: 'Röder' }, ['Röder', 'roder', 'roeder']], // twentyhq/twenty #14732
  [{ firstName: 'Anežka', lastName: 'Šilhavá' }, ['silh', 'anez', 'silhava anezka']], // SimpleMobileTools/Simple-Dialer #163
  [{ firstName: 'Jonas', lastName: 'Köhntopf' }, ['koehntopf', 'kohntopf', 'j köhntopf']], // sapmentors/lemonaid #64
  [{ firstName: 'Boris', lastName: 'Vianelli' }, ['vianelli boris', 'vianelli, boris']], // Neamar/KISS #2353
  [{ firstName: '민수', lastName: '박' }, ['박민수', '민수 박', '박']], // SimpleMobileTools/Simple-Contacts #873
  [{ firstName: '明', lastName: '姚' }, ['姚明', '明 姚', '姚 明']], // fisharebest/webtrees #708
  [{ firstName: '小龍', lastName: '李', customFields: { NICKNAME: 'Bruno' } }, ['李小龍', 'Bruno']], // FossifyOrg/Contacts #60
  [{ firstName: 'Àdel', lastName: 'Quist' }, ['adel', 'ADEL quist']], // ubports/dialer-app #177
  [{ firstName: 'Lena', lastName: 'Büttner-Weiß' }, ['Büttner', 'weiss', 'buettner weiss']], // amooma/GS5 #77
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
    expect([text, found.some((one) => one === id)]).toEqual([text, true])
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

test('an address is found at each letter of its domain, however many names have these letters', async () => {
  for (let n = 0; n < 80; n += 1)
    await bench.engine.contacts.create(ann, {
      firstName: 'Vera',
      lastName: `Mart${String.fromCharCode(97 + (n % 26))}${'xyz'[n % 3]}${n}`,
    })
  const id = await bench.engine.contacts.create(ann, {
    firstName: 'Xaver',
    lastName: 'Beck',
    workEmail: 'x.beck@maritim-hotel.example',
  })
  for (const text of ['beck@mar', 'x.beck@mar', '@mar', '@mari', 'beck@maritim', 'x.beck@maritim-h'])
    expect([text, (await bench.engine.queries.found(text, 100)).some((one) => one === id)]).toEqual([text, true])
})
