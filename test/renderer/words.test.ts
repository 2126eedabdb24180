// Sentences about claims, matches and errors.

import { ERROR_CODES } from '@shared/errors'
import type { ClaimView, LookupHit } from '@shared/model/views'
import { describe, expect, test } from 'vitest'
import { SPEAKING_WORDS, speakingOf } from '../../src-renderer/duplicates/words'
import { errorWords } from '../../src-renderer/format/errors'
import { countsSentence } from '../../src-renderer/format/import-words'
import { claimSentence, hitDetail, listNames, matchSentence, personName } from '../../src-renderer/format/words'
import { gradeOf } from '../../src-renderer/merging/likeness-words'
import { asPersonId } from '../../src-shared/model/ids'

const person = (id: string, displayName: string) => ({
  id: asPersonId(id),
  displayName,
  type: 'Curated' as const,
  claimedAt: '2026-03-21T12:00:00.000Z',
  claimedBy: 'Jo',
  via: 'field' as const,
})
const alexis = person('alexis', 'Alexis')
const david = person('david', 'David Smith')

const claim = (more: Partial<ClaimView>): ClaimView => ({
  type: 'Phone',
  value: '+18035550100',
  display: '+1 803 555 0100',
  claimedAt: '2026-03-20T12:00:00.000Z',
  claimedBy: 'Jo',
  via: 'field',
  memberId: asPersonId('david'),
  held: true,
  contenders: [],
  wanted: 1,
  shared: false,
  ...more,
})

describe('who an identifier points to', () => {
  test('the holder, and who would be next', () => {
    expect(claimSentence(claim({}), 'david', 'en-GB')).toBe('Theirs since 20 Mar 2026')
    expect(claimSentence(claim({ contenders: [alexis] }), 'david', 'en-GB')).toBe(
      'Theirs since 20 Mar 2026; Alexis would be next',
    )
  })

  test('someone else, and whose turn comes before this person’s', () => {
    const holder = { ...alexis, claimedAt: '2026-02-04T12:00:00.000Z' }
    const later = person('cy', 'Cy')
    const earlier = { ...person('bo', 'Bo'), claimedAt: '2026-03-10T12:00:00.000Z' }
    expect(claimSentence(claim({ held: false, holder, contenders: [later] }), 'david', 'en-GB')).toBe(
      'Alexis’s since 4 Feb 2026; this person would be next',
    )
    expect(claimSentence(claim({ held: false, holder, contenders: [earlier, later] }), 'david', 'en-GB')).toBe(
      'Alexis’s since 4 Feb 2026; Bo would get it before this person',
    )
  })

  test('no one person, while the one who wants it is in the bin', () => {
    expect(claimSentence(claim({ held: false }), 'david', 'en-GB')).toBe(
      'No person has it now; they asked for it on 20 Mar 2026',
    )
  })

  test('names in a row', () => {
    expect(listNames([alexis])).toBe('Alexis')
    expect(listNames([alexis, david])).toBe('Alexis and David Smith')
    expect(listNames([alexis, david, alexis, david])).toBe('Alexis, David Smith, and 2 others')
  })

  test('someone without a name is called something', () => {
    expect(personName({ displayName: ' ', type: 'Identified' })).toBe('Unnamed person')
    expect(personName({ displayName: '', type: 'Ephemeral' })).toBe('Anonymous visitor')
  })
})

describe('why a result is in the list', () => {
  const hit = (more: Partial<LookupHit>): LookupHit => ({
    ...david,
    match: 'name',
    matched: { label: 'name', text: 'David Smith' },
    detail: 'Northwind · Columbia',
    lastSeen: null,
    interactions: 0,
    records: 1,
    ...more,
  })

  test('every kind of match has its sentence', () => {
    const matched = { label: 'Phone', text: '+1 803 555 0100' }
    expect(matchSentence(hit({ match: 'holder', matched, claimedAt: '2026-02-04T12:00:00Z' }), 'en-GB')).toBe(
      '+1 803 555 0100 is theirs since 4 Feb 2026',
    )
    expect(matchSentence(hit({ match: 'contender', matched }))).toBe(
      'Also has +1 803 555 0100, which is someone else’s',
    )
    expect(matchSentence(hit({ match: 'mention', matched }))).toBe('Mentions +1 803 555 0100')
    expect(matchSentence(hit({}))).toBe('By name')
    expect(matchSentence(hit({ matched: { label: 'alias', text: 'Dave' } }))).toBe('Also called: Dave')
    expect(matchSentence(hit({ match: 'mail', matched: { label: 'mail', text: 'd@x.org' } }))).toBe('E-mail: d@x.org')
  })

  test('what matched is not said twice', () => {
    const organisation = hit({ matched: { label: 'organisation', text: 'Northwind' } })
    expect(`${matchSentence(organisation)} · ${hitDetail(organisation)}`).toBe('Organisation: Northwind · Columbia')
  })
})

describe('errors', () => {
  test('every code of the product has a title of its own words', () => {
    for (const code of Object.keys(ERROR_CODES)) {
      const { title } = errorWords({ code, message: 'x' })
      expect(title).not.toContain('_')
      expect(title === errorWords({ code: 'internal', message: 'x' }).title).toBe(code === 'internal')
    }
  })

  test('what the main process says in words of its trade is left out; a field has the name it has on screen', () => {
    const said = (code: string, message: string) => errorWords({ code, message }).message
    expect(said('not_found', 'There is no contact with this id.')).toBe(
      errorWords({ code: 'not_found', message: 'x' }).advice,
    )
    expect(said('forbidden', 'This needs the permission externalContacts:contact:edit.')).toMatch(/^Ask who/)
    expect(said('merge_same_person', 'The canonical one.')).toBe('')
    expect(said('invalid_input', 'cellPhone: must be a text.')).toBe('Mobile phone: must be a text.')
    expect(said('invalid_input', 'changes.cellPhone: must be a text.')).toBe('Must be a text.')
    expect(said('file_unreadable', '“a.csv” cannot be read (EACCES).')).toBe('“a.csv” cannot be read (EACCES).')
    expect(said('not_found', 'There is no such version of a schema, or it is not in use.')).toBe(
      'There is no such version of a set of fields, or it is not in use.',
    )
  })

  test('an unknown code is still an error in words', () => {
    expect(errorWords({ code: 'toString', message: 'Hm.' })).toMatchObject({
      title: 'Something unexpected went wrong',
      message: 'Hm.',
    })
  })
})

test('an import tells what happened, and not what happened to no one', () => {
  const counts = { rows: 3, creates: 0, updates: 0, unchanged: 0, rejects: 0, disputes: 0, warnings: 0 }
  expect(countsSentence({ ...counts, creates: 2, rejects: 1 }, true)).toBe('2 people would be added, 1 left out.')
  expect(countsSentence({ ...counts, updates: 1 }, false)).toBe('1 person was updated.')
  expect(countsSentence(counts, false)).toBe('There is no one in it.')
})

test('a line of why that weighs next to nothing says nothing', () => {
  const said = [0, -0.04, 0.0999, 0.1, -0.1, -31.3].map((weight) => speakingOf({ weight }))
  expect(said).toEqual(['neither', 'neither', 'neither', 'for', 'against', 'against'])
  expect(SPEAKING_WORDS.neither).toBe('says nothing either way')
})

test('a merge is never at odds with what is said of two among the likely doubles', () => {
  expect(gradeOf('unlike', 'veryLikely')).toBe('alike')
  expect(gradeOf('unlike', 'likely')).toBe('unclear')
  expect(gradeOf('alike', 'possible')).toBe('unclear')
  expect(gradeOf('unlike', 'possible')).toBe('unlike')
})
