// How alike people are who are to be one: what a person would say at the first look, and why.
import { describe, expect, test } from 'vitest'
import { type LikenessFacts, likenessAmong } from '../../src-main/engine/derive/likeness'
import type { ContactFields } from '../../src-shared/model/contact'
import { asContactId } from '../../src-shared/model/ids'

const NUMBER = { id: 'n1', type: 'Phone', display: '+61 412 345 678', people: 2 } as const
const MAIL = { id: 'm1', type: 'Email', display: 'ann@example.org', people: 2 } as const
const person = (id: string, fields: ContactFields, ...claims: LikenessFacts['claims']): LikenessFacts => ({
  id: asContactId(id),
  fields,
  claims,
})
const named = (id: string, name: string, ...claims: LikenessFacts['claims']) => {
  const [firstName = '', lastName = ''] = name.split(' ')
  return person(id, { firstName, lastName }, ...claims)
}

describe('two people', () => {
  test.each([
    ['one name, one number', named('a', 'Ann Lee', NUMBER), named('b', 'Ann Lee', NUMBER), 'alike'],
    ['a short form, one address', named('a', 'Annabel Lee', MAIL), named('b', 'Ann Lee', MAIL), 'alike'],
    ['an unknown caller with the number', person('a', {}, NUMBER), named('b', 'Ann Lee', NUMBER), 'alike'],
    ['a family of one number', named('a', 'Helen Ford', NUMBER), named('b', 'Tim Ford', NUMBER), 'unclear'],
    [
      'a switchboard',
      named('a', 'Ann Lee', { ...NUMBER, people: 40 }),
      named('b', 'Bo Marsh', { ...NUMBER, people: 40 }),
      'unlike',
    ],
    ['namesakes', named('a', 'Ann Lee'), named('b', 'Ann Lee'), 'unclear'],
    ['strangers', named('a', 'Ann Lee', NUMBER), named('b', 'Boris Marsh', MAIL), 'unlike'],
    ['two phones passed on', named('a', 'Ann Lee', NUMBER), named('b', 'Boris Marsh', NUMBER), 'unlike'],
    ['nothing known', person('a', {}), person('b', {}), 'unlike'],
  ] as const)('%s', (_what, a, b, grade) => {
    expect(likenessAmong([a, b]).grade).toBe(grade)
    const [one, other] = [likenessAmong([a, b]), likenessAmong([b, a])]
    expect(one.percent).toBe(other.percent)
  })

  test('what agrees and what contradicts is told with the values', () => {
    const a = person('a', { firstName: 'Hélène', lastName: 'Ford', address: { city: 'Perth' } }, NUMBER)
    const b = person('b', { firstName: 'Tim', lastName: 'ford', address: { city: 'Perth' } }, NUMBER, MAIL)
    expect(likenessAmong([a, b])).toMatchObject({
      between: ['a', 'b'],
      reasons: [
        { about: 'firstName', verdict: 'differs', values: ['Hélène', 'Tim'] },
        { about: 'lastName', verdict: 'agrees', values: ['Ford'] },
        { about: 'Phone', verdict: 'agrees', values: ['+61 412 345 678'] },
        { about: 'city', verdict: 'agrees', values: ['Perth'] },
      ],
    })
  })
})

test('several people hang on the one who is tied to the others the least', () => {
  const [a, b] = [named('a', 'Ann Lee', NUMBER), named('b', 'Ann Lee', NUMBER, MAIL)]
  const c = named('c', 'Annie Lee', MAIL)
  expect(likenessAmong([a, b, c]).grade).toBe('alike')
  const stranger = named('d', 'Boris Marsh')
  expect(likenessAmong([a, stranger, b, c])).toMatchObject({ grade: 'unlike' })
  expect(likenessAmong([a, stranger, b, c]).between).toContain('d')
})
