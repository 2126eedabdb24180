// Where the window opens, and what is said when the data cannot be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ScvError } from '@shared/errors'
import { afterAll, describe, expect, test } from 'vitest'
import { DEFAULT_SIZE, fitBounds, MIN_SIZE, readBounds, writeBounds } from '../../src-main/window/bounds'
import { pageFile } from '../../src-main/window/page-files'
import { explainStartFailure } from '../../src-main/window/start-failure'

const folder = mkdtempSync(join(tmpdir(), 'scv-window-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the place of the window', () => {
  const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }]

  test('is remembered', () => {
    const file = join(folder, 'window.json')
    const bounds = { x: 10, y: 20, width: 1300, height: 900, maximized: true }
    writeBounds(file, bounds)
    expect(readBounds(file)).toEqual(bounds)
    expect(fitBounds(readBounds(file), screens)).toEqual({ x: 10, y: 20, width: 1300, height: 900 })
  })

  test.each(['', '{', '[]', '{"x":1}', '{"x":"a","y":0,"width":1,"height":1,"maximized":false}'])(
    'a damaged file (%j) costs only the memory',
    (text) => {
      const file = join(folder, 'damaged.json')
      writeFileSync(file, text)
      expect(readBounds(file)).toBeUndefined()
      expect(fitBounds(undefined, screens)).toEqual(DEFAULT_SIZE)
    },
  )

  test('a window of a screen that is gone opens on one that is there', () => {
    expect(fitBounds({ x: 2500, y: 100, width: 1300, height: 900 }, screens)).toEqual(DEFAULT_SIZE)
    expect(fitBounds({ x: 1850, y: 100, width: 1300, height: 900 }, screens)).toEqual(DEFAULT_SIZE)
    expect(fitBounds({ x: 100, y: -500, width: 1300, height: 900 }, screens)).toEqual(DEFAULT_SIZE)
    expect(fitBounds({ x: 0, y: 0, width: 1300, height: 900 }, [])).toEqual(DEFAULT_SIZE)
  })

  test('a size fits the screen and is never too small to use', () => {
    expect(fitBounds({ x: 0, y: 0, width: 5000, height: 5000 }, screens)).toEqual(screens[0])
    expect(fitBounds({ x: 0, y: 0, width: 200, height: 10 }, screens)).toEqual({ x: 0, y: 0, ...MIN_SIZE })
  })
})

describe('a failed start is explained', () => {
  const kind = (value: string): Error => Object.assign(new Error('inner'), { kind: value })
  test.each([
    [new ScvError('folder_in_use', 'locked'), 'The data folder is in use'],
    [kind('Locked'), 'The data folder is in use'],
    [new Error('outer', { cause: kind('Locked') }), 'The data folder is in use'],
    [kind('Corrupted'), 'The data is damaged'],
    [new ScvError('storage_corrupt', 'bad'), 'The data is damaged'],
    [new ScvError('key_needed', 'no key'), 'The data is encrypted'],
    [new ScvError('storage_full', 'no room'), 'The disk is full'],
    [kind('Readonly'), 'The data folder cannot be written'],
    [Object.assign(new Error('mkdir'), { code: 'EACCES' }), 'The data folder cannot be written'],
    [kind('Incompatible'), 'The data is of another version'],
    [new ScvError('update_needed', 'x'), 'The data is of another version'],
    [Object.assign(new Error('both'), { code: 'DB9', kind: 'Locked' }), 'The data folder is in use'],
    [new Error('surprise'), 'The application cannot start'],
    ['not even an error', 'The application cannot start'],
  ])('%s', (error, title) => {
    const failure = explainStartFailure(error, '/home/ada/scv/data')
    expect(failure.title).toBe(title)
    expect(failure.message).toContain('/home/ada/scv/data')
  })

  test('an error that causes itself is no endless loop', () => {
    const error = new Error('round')
    error.cause = error
    expect(explainStartFailure(error, '/data').title).toBe('The application cannot start')
  })
})

describe('the page’s scheme', () => {
  const serve = (url: string) => pageFile(url, 'scv-page://app/', '/opt/scv/renderer')
  test('serves the files of the page', () => {
    expect(serve('scv-page://app/index.html')).toEqual({
      path: '/opt/scv/renderer/index.html',
      type: 'text/html; charset=utf-8',
    })
    expect(serve('scv-page://app/assets/index-1.js?x#y')?.path).toBe('/opt/scv/renderer/assets/index-1.js')
  })

  test.each([
    'scv-page://elsewhere/index.html',
    'file:///opt/scv/renderer/index.html',
    'scv-page://app/',
    'scv-page://app/licences.json',
    'scv-page://app/..%2fmain%2findex.js',
    'scv-page://app/..%5cmain%5cindex.js',
    'scv-page://app/index.html%00.js',
    'scv-page://app/%E0%A4%A.js',
    'no address',
  ])('and not %s', (url) => {
    expect(serve(url)).toBeUndefined()
  })
})
