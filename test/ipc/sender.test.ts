// Whose messages are heard, and what the page may load.
import { describe, expect, test } from 'vitest'
import { isOwnSender, isPage } from '../../src-main/ipc/sender'
import { mayLoad } from '../../src-main/window/place'

const page = 'file:///opt/Single%20Customer%20View/out/renderer/index.html'

describe('the sender of a message', () => {
  test('our page is known with any fragment or query', () => {
    expect(isPage(page, page)).toBe(true)
    expect(isPage(`${page}#/people/1`, page)).toBe(true)
    expect(isPage(`${page}?x=1`, page)).toBe(true)
  })

  test.each([
    '',
    'about:blank',
    'https://example.org/opt/Single%20Customer%20View/out/renderer/index.html',
    'file://host/opt/Single%20Customer%20View/out/renderer/index.html',
    'file:///opt/Single%20Customer%20View/out/renderer/index.html.evil',
    'file:///opt/Single%20Customer%20View/out/renderer/../index.html',
    'data:text/html,<p>',
  ])('%s is not our page', (url) => {
    expect(isPage(url, page)).toBe(false)
  })

  test('only the main frame of our window, showing our page', () => {
    const frame = { url: page }
    expect(isOwnSender(frame, frame, page)).toBe(true)
    expect(isOwnSender({ url: page }, frame, page)).toBe(false) // a subframe that shows the same page
    expect(isOwnSender(frame, undefined, page)).toBe(false)
    expect(isOwnSender(null, frame, page)).toBe(false) // the frame has gone since
    const away = { url: 'https://example.org/' }
    expect(isOwnSender(away, away, page)).toBe(false)
  })
})

describe('what the page may load', () => {
  const root = 'file:///opt/scv/out/renderer/'
  test.each([
    ['file:///opt/scv/out/renderer/assets/index.js', true],
    ['data:image/png;base64,AAAA', true],
    ['file:///opt/scv/out/renderer/../main/index.js', false],
    ['file:///opt/scv/out/renderer/%2e%2e/main/index.js', false],
    ['file:///etc/passwd', false],
    ['https://example.org/', false],
    ['ws://localhost:5173/', false],
    ['not an address', false],
  ])('%s: %s', (url, allowed) => {
    expect(mayLoad(url, { root, dev: false })).toBe(allowed)
  })

  test('in development the dev server and its web socket, and no other', () => {
    const dev = { root: 'http://localhost:5173/', dev: true }
    expect(mayLoad('http://localhost:5173/main.tsx', dev)).toBe(true)
    expect(mayLoad('ws://localhost:5173/?token=1', dev)).toBe(true)
    expect(mayLoad('http://localhost:51730/', dev)).toBe(false)
    expect(mayLoad('ws://localhost:9229/', dev)).toBe(false)
  })
})
