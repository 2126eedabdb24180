// What the window remembers: the way back, the import at hand.
import type { ImportFile } from '@shared/model/import'
import { describe, expect, test } from 'vitest'
import { createImportMemory } from '../../src-renderer/state/import'
import { createLastStep } from '../../src-renderer/state/last-step'
import { createNavigation } from '../../src-renderer/state/navigation'

describe('navigation', () => {
  test('goes back the way it came, and stays at the first place', () => {
    const { getState } = createNavigation()
    getState().go({ screen: 'person', contactId: 'a' })
    getState().go({ screen: 'import' })
    getState().back()
    expect(getState().place).toEqual({ screen: 'person', contactId: 'a' })
    getState().back()
    getState().back()
    expect(getState().place).toEqual({ screen: 'lookup' })
  })

  test('going where one is already leaves no step', () => {
    const { getState } = createNavigation()
    getState().go({ screen: 'person', contactId: 'a' })
    getState().go({ screen: 'person', contactId: 'a' })
    expect(getState().past).toEqual([{ screen: 'lookup' }])
  })

  test('a finished form is not on the way back', () => {
    const { getState } = createNavigation()
    getState().go({ screen: 'newContact' })
    getState().replace({ screen: 'person', contactId: 'a' })
    getState().back()
    expect(getState().place).toEqual({ screen: 'lookup' })
  })

  test('the record form lies over the place and closes when one goes on', () => {
    const { getState } = createNavigation()
    getState().record({ contactId: 'a' })
    expect(getState()).toMatchObject({ place: { screen: 'lookup' }, recording: { contactId: 'a' } })
    getState().go({ screen: 'person', contactId: 'a' })
    expect(getState().recording).toBeNull()
  })

  test('a day’s way back does not grow without end', () => {
    const { getState } = createNavigation()
    for (let step = 0; step < 200; step++) getState().go({ screen: 'person', contactId: String(step) })
    expect(getState().past).toHaveLength(50)
    expect(getState().past.at(-1)).toEqual({ screen: 'person', contactId: '198' })
  })
})

describe('import', () => {
  const file: ImportFile = {
    importId: 'i1',
    fileName: 'a.csv',
    bytes: 3,
    format: 'custom',
    encoding: 'UTF-8',
    encodingConfidence: 1,
    encodings: [],
    linesBefore: 0,
    separator: ',',
    columns: [
      { header: 'A', target: 'skip', samples: [] },
      { header: 'A', target: 'skip', samples: [] },
    ],
    targets: [],
  }

  test('no step beyond the first without a file', () => {
    const { getState } = createImportMemory()
    getState().toStep('watch')
    expect(getState().step).toBe('file')
  })

  test('a column is told by its place, not by its heading', () => {
    const { getState } = createImportMemory()
    getState().opened(file, '/people.csv')
    getState().setTarget(1, 'firstName')
    expect(getState().columns.map((column) => column.target)).toEqual(['skip', 'firstName'])
  })

  test('another file starts afresh', () => {
    const { getState } = createImportMemory()
    getState().opened(file, '/people.csv')
    getState().setTarget(0, 'firstName')
    getState().setOptions({ onMatch: 'skip' })
    getState().opened({ ...file, importId: 'i2' }, '/people.csv')
    expect(getState()).toMatchObject({ step: 'columns', options: { onMatch: 'fill' }, file: { importId: 'i2' } })
    expect(getState().columns[0]?.target).toBe('skip')
    getState().forget()
    expect(getState()).toMatchObject({ step: 'file', file: null, columns: [] })
  })
})

describe('the last step', () => {
  test('is the latest one that was not taken back; the same thing done twice is two steps', () => {
    const store = createLastStep()
    const steps = () => store.getState().steps.map(({ id }) => id.description)
    const did = (name: string) => {
      const id = Symbol(name)
      store.getState().did({ id, takeBack: () => store.getState().forget(id) })
    }
    for (const name of ['a', 'b', 'a', 'c']) did(name)
    expect(steps()).toEqual(['a', 'b', 'a', 'c'])
    store.getState().steps.at(-1)?.takeBack()
    store.getState().steps.at(-1)?.takeBack()
    expect(steps()).toEqual(['a', 'b'])
    for (let at = 0; at < 30; at++) did(String(at))
    expect(steps()).toHaveLength(20)
    expect(steps().at(-1)).toBe('29')
    store.getState().forgetAll()
    expect(steps()).toEqual([])
  })
})
