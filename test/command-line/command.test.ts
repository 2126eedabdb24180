// Which program a start of the packaged application is. What each command says is tried on the package (test/packaged).
import { describe, expect, test, vi } from 'vitest'
import { runCommand } from '../../src-main/command-line'
import { PROGRAMS, readCommand } from '../../src-main/command-line/command'

const ID = '01890000-0000-7000-8000-000000000001'

describe('a start is', () => {
  test.each([
    ['the window, by itself', ['app'], 'window', []],
    [
      'the window, with what a system opens it with',
      ['app', '--no-sandbox', `scv://person/${ID}`],
      'window',
      ['--no-sandbox', `scv://person/${ID}`],
    ],
    [
      'the window, with a link behind the mark',
      ['app', '--', `scv://person/${ID}`],
      'window',
      ['--', `scv://person/${ID}`],
    ],
    ['the window, opened by a command', ['app', '--', 'open', '--look-up=ada'], 'window', ['--look-up=ada']],
    [
      'the window, opened by a command, with its data as plain text',
      ['app', '--plain-text', '--', 'open', '--look-up=ada'],
      'window',
      ['--plain-text', '--look-up=ada'],
    ],
    ['a command', ['app', '--headless', '--', 'gateway', '--port', '0'], 'gateway', ['--port', '0']],
    [
      'the window, where a command has no mark before it',
      ['app', 'gateway', '--port', '0'],
      'window',
      ['gateway', '--port', '0'],
    ],
    ['a mistake', ['app', '--', 'gatway'], 'mistaken', ['gatway']],
    [
      'a mistake, where it can open nothing',
      ['app', '--', 'open', 'https://example.org'],
      'mistaken',
      ['open', 'https://example.org'],
    ],
    ['help', ['app', '--', '--help'], 'help', []],
  ])('%s', (_what, argv, program, args) => {
    expect(readCommand(argv)).toEqual({ program, args })
  })

  test.each(PROGRAMS)('never %s for a link, whatever is in it', (program) => {
    for (const link of [`scv://${program}`, `scv://look-up/${program}`, `scv://--/${program}`])
      expect(readCommand(['app', '--', link]).program).toBe('window')
  })
})

describe('scv', () => {
  async function output(program: Parameters<typeof runCommand>[0], args: string[]) {
    const said: string[] = []
    const spies = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((text) => said.push(String(text)) > 0),
    )
    try {
      return { status: await runCommand(program, args), text: said.join('') }
    } finally {
      for (const spy of spies) spy.mockRestore()
    }
  }

  test('lists its commands, and says what it does not know', async () => {
    const help = await output('help', [])
    for (const name of ['open', ...PROGRAMS]) expect(help.text).toContain(`\n  ${name} `)
    expect((await output('open-help', [])).text).toContain('scv open [scv://person/ID')
    expect(await output('mistaken', ['gatway'])).toEqual({ status: 2, text: expect.stringContaining('“gatway”') })
  })
})
