// The page is a cage: what a hostile script in it could try, tried on the real app.
// Every attempt is made from inside the page, as injected script would make it.
import { createSocket } from 'node:dgram'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'

let running: Running
const userData = newUserData()
test.beforeAll(async () => {
  running = await launch(userData)
})
test.afterAll(async () => {
  await running.close()
})

test('the window is sandboxed and isolated, and so is every window to come', async () => {
  const preferences = await running.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      // Not in Electron's types, but the only way to ask what a page really runs with.
      const contents = window.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag: webviewTag ?? false }
    }),
  )
  expect(preferences).toEqual([
    { sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false },
  ])
})

test('the page sees neither Node nor Electron, and one small object of ours', async () => {
  const seen = await running.page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer'].filter(
      (name) => name in globalThis,
    ),
    scv: Object.keys(window.scv).sort(),
    types: Object.values(window.scv).map((value) => typeof value),
  }))
  expect(seen).toEqual({
    globals: [],
    scv: ['invoke', 'offerFile', 'subscribe'],
    types: ['function', 'function', 'function'],
  })
})

test('navigation away is refused', async () => {
  const { page } = running
  const before = page.url()
  const elsewhere = join(userData, 'elsewhere.html')
  writeFileSync(elsewhere, '<title>elsewhere</title>')
  for (const url of ['https://example.org/', pathToFileURL(elsewhere).href, 'data:text/html,<p>x']) {
    await page.evaluate((address) => {
      const link = document.createElement('a')
      link.href = address
      document.body.append(link)
      link.click()
      link.remove()
      window.location.assign(address)
    }, url)
    await page.waitForTimeout(300)
    expect(page.url()).toBe(before)
    expect(await page.evaluate(() => typeof window.scv.invoke)).toBe('function')
  }
  expect(running.errors()).toContain('navigation refused')
})

test('a page names no file, and connects to no other page', async () => {
  const refused = await running.page.evaluate(async () => [
    await window.scv.invoke('import.open', { path: '/etc/passwd' }),
    await window.scv.invoke('import.open', { handle: '/etc/passwd' }),
    await window.scv.offerFile(new File(['x'], '/etc/passwd')),
  ])
  expect(refused).toMatchObject([{ error: { code: 'invalid_input' } }, { error: { code: 'file_not_found' } }, ''])
  const listener = createSocket('udp4')
  let heard = 0
  listener.on('message', () => heard++)
  await new Promise<void>((resolve) => listener.bind(0, '127.0.0.1', resolve))
  const relay = createServer(() => heard++)
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  await running.page.evaluate(
    async ([port, tcp]) => {
      const frame = document.createElement('iframe') // has globals of its own
      document.body.append(frame)
      const pages = [window, frame.contentWindow as unknown as typeof window]
      for (const { RTCPeerConnection: Connection } of pages)
        try {
          const connection = new Connection({
            iceServers: [
              { urls: `stun:127.0.0.1:${port}` },
              { urls: `turn:127.0.0.1:${tcp}?transport=tcp`, username: 'x', credential: 'x' },
            ],
          })
          connection.createDataChannel('x')
          await connection.setLocalDescription(await connection.createOffer())
        } catch {
          // Not made at all is as good.
        }
      await new Promise((resolve) => setTimeout(resolve, 1500))
      frame.remove()
    },
    [listener.address().port, (relay.address() as AddressInfo).port] as const,
  )
  listener.close()
  relay.close()
  expect(heard).toBe(0)
})

test('a second window is refused', async () => {
  const opened = await running.page.evaluate(() => window.open('https://example.org/') !== null)
  const openedOwn = await running.page.evaluate(() => window.open(window.location.href) !== null)
  expect([opened, openedOwn]).toEqual([false, false])
  expect(running.app.windows()).toHaveLength(1)
})

test('permissions are refused', async () => {
  const states = await running.page.evaluate(async () => {
    const names = ['notifications', 'geolocation', 'camera', 'microphone', 'clipboard-read', 'midi'] as const
    const asked = names.map(async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state)
    return [...(await Promise.all(asked)), await Notification.requestPermission()]
  })
  expect(states).toEqual(Array.from({ length: 7 }, () => 'denied'))
  expect(running.errors()).toContain('scv: permission refused')
})

test('the content security policy stops inline script, eval, foreign script, frames and every request', async () => {
  const outcome = await running.page.evaluate(async () => {
    const blocked = new Set<string>()
    document.addEventListener('securitypolicyviolation', (event) => blocked.add(event.effectiveDirective))
    const inline = document.createElement('script')
    inline.textContent = 'window.injected = true'
    document.body.append(inline)
    const foreign = document.createElement('script')
    foreign.src = 'https://example.org/x.js'
    document.body.append(foreign)
    const frame = document.createElement('iframe')
    frame.src = 'https://example.org/'
    document.body.append(frame)
    const button = document.createElement('button')
    button.setAttribute('onclick', 'window.injected = true')
    document.body.append(button)
    button.click()
    // In a task of its own: the tool that runs this code lifts the ban on eval for the task it starts.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          resolve(new Function('return true')())
        } catch (error) {
          resolve((error as Error).name)
        }
      })
    })
    const fetched = await fetch('file:///etc/hostname').then(
      () => 'fetched',
      () => 'refused',
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    for (const element of [inline, foreign, frame, button]) element.remove()
    return {
      policies: [...document.querySelectorAll('meta[http-equiv="Content-Security-Policy"]')].length,
      injected: 'injected' in window,
      evaluated,
      fetched,
      blocked: [...blocked].sort(),
    }
  })
  expect(outcome).toEqual({
    policies: 1,
    injected: false,
    evaluated: 'EvalError',
    fetched: 'refused',
    blocked: ['connect-src', 'frame-src', 'script-src', 'script-src-attr', 'script-src-elem'],
  })
})

test('the main process itself refuses requests to anything but the page’s own files', async () => {
  const outcome = await running.app.evaluate(async ({ session }) => {
    const ask = (url: string): Promise<string> =>
      session.defaultSession.fetch(url, { bypassCustomProtocolHandlers: true }).then(
        () => 'answered',
        (error: Error) => error.message,
      )
    return [await ask('https://example.org/'), await ask('file:///etc/hostname')]
  })
  expect(outcome).toEqual(['net::ERR_BLOCKED_BY_CLIENT', 'net::ERR_BLOCKED_BY_CLIENT'])
})

test('a foreign sender is not heard, though it has our preload script', async () => {
  const foreign = join(userData, 'foreign.html')
  writeFileSync(foreign, '<title>foreign</title>')
  const answer = await running.app.evaluate(
    async ({ BrowserWindow }, { address, preload, offscreen }) => {
      // A session of its own, or our guard would not even let the foreign page load.
      const webPreferences = { preload, sandbox: true, contextIsolation: true, offscreen, partition: 'foreign' }
      const window = new BrowserWindow({ show: false, webPreferences })
      try {
        await window.loadURL(address)
        return await window.webContents.executeJavaScript("window.scv.invoke('app.regions', {})")
      } finally {
        window.destroy()
      }
    },
    {
      address: pathToFileURL(foreign).href,
      preload: resolve('out/preload/preload.cjs'),
      offscreen: process.env['APP_OFFSCREEN'] === '1',
    },
  )
  expect(answer).toEqual({
    ok: false,
    error: { code: 'forbidden_sender', message: 'This page may not call the application.' },
  })
  // The same call from our page is answered, so it was the sender that was refused.
  expect(await running.page.evaluate(() => window.scv.invoke('app.regions', {}))).toMatchObject({ ok: true })
})

test('a reload ends the live queries of the page before it: nothing is sent to them any more', async () => {
  const { app, page } = running
  // Writes down which live queries the main process sends to.
  await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    if (!contents) throw new Error('no window')
    const sent: string[] = []
    Object.assign(globalThis, { sentTo: sent })
    const send = contents.send.bind(contents)
    contents.send = (channel: string, ...args: unknown[]) => {
      if (channel === 'scv:event') sent.push((args[0] as { id: string }).id)
      send(channel, ...args)
    }
  })
  const sentTo = (): Promise<string[]> => app.evaluate(() => (globalThis as unknown as { sentTo: string[] }).sentTo)
  const documentOf = (id: string): string => id.replace(/\/.*/, '')
  /** Opens a live query that no reader ends, and waits for its first emission. */
  const watch = (): Promise<unknown> =>
    page.evaluate(
      () => new Promise((resolve) => window.scv.subscribe('app.info', {}, (signal) => resolve(signal.type))),
    )

  expect(await watch()).toBe('next')
  const former = new Set((await sentTo()).map(documentOf))
  expect(former.size).toBe(1)

  await page.reload()
  await page.waitForLoadState('domcontentloaded')
  expect(await watch()).toBe('next')
  const mark = (await sentTo()).length
  // A change that every live query of this kind tells of.
  const change = () => window.scv.invoke('app.saveSettings', { userName: `After reload ${Date.now()}` })
  expect(await page.evaluate(change)).toMatchObject({ ok: true })
  await expect.poll(async () => (await sentTo()).length).toBeGreaterThan(mark)
  await page.waitForTimeout(300)
  const later = new Set((await sentTo()).slice(mark).map(documentOf))
  expect(later.size).toBe(1)
  expect([...later].filter((document) => former.has(document))).toEqual([])
})
