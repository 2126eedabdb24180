// What the frame says of work that goes on: exactly while it does.
import type { ImportState } from '@shared/model/import'
import { expect, test } from 'vitest'
import { exportWork, importWork, listsWork, undoWork } from '../../src-renderer/app/ongoing-work'

const imported = (phase: ImportState['phase'], progress = 0.256): ImportState => ({
  importId: 'i',
  phase,
  dryRun: phase === 'planning',
  progress,
  counts: { rows: 0, creates: 0, updates: 0, unchanged: 0, rejects: 0, disputes: 0, warnings: 0 },
  preview: [],
  reportLines: 0,
  elapsedMs: 0,
})

test('an import is at work while it is tried and while it runs, and never after', () => {
  expect(importWork('people.csv', imported('planning'))).toEqual([
    { label: 'Trying people.csv', percent: 25, detail: '25%' },
  ])
  expect(importWork('people.csv', imported('running'))).toMatchObject([{ label: 'Importing people.csv' }])
  for (const phase of ['opened', 'planned', 'done', 'cancelled', 'failed'] as const)
    expect(importWork('people.csv', imported(phase))).toEqual([])
  expect(importWork(undefined, imported('running'))).toEqual([])
})

test('the undoing of an import is at work until it is done or stopped', () => {
  const state = { importId: 'i', done: false, progress: 0.5, deleted: 0, restored: 0, keptTotal: 0, kept: [] }
  expect(undoWork(state)).toMatchObject([{ percent: 50 }])
  expect(undoWork({ ...state, done: true })).toEqual([])
  expect(undoWork({ ...state, error: { code: 'internal', message: 'It stopped.' } })).toEqual([])
})

test('an export of unknown length counts, one of a known length measures; lists renew', () => {
  expect(exportWork({ kind: 'everything', done: 1200, total: null })).toEqual([
    { label: 'Exporting everything', percent: null, detail: '1,200' },
  ])
  expect(exportWork({ kind: 'people', done: 0, total: 0 })).toMatchObject([{ percent: 0 }])
  expect(exportWork({ kind: null, done: 0, total: null })).toEqual([])
  expect(listsWork({ answers: true, rebuild: { done: 3, total: 4 } })).toMatchObject([{ percent: 75 }])
  expect(listsWork({ answers: true, rebuild: null })).toEqual([])
})
