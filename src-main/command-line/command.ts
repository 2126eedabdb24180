// Which program a start of the application is, by what it was started with.
// Invariant: a command is only what stands first behind `--`, where no system puts a link or a file it opens with; so no
// page's link ever starts anything but the window.
import { readArguments } from '@shared/model/opening'

export const PROGRAMS = ['gateway', 'provision', 'sync-server'] as const
type Program = (typeof PROGRAMS)[number]

export interface Command {
  /** `window`: the window, with the arguments it is to read; `help` and `mistaken` only say something. */
  program: Program | 'window' | 'help' | 'open-help' | 'version' | 'mistaken'
  args: string[]
}

const isProgram = (word: string): word is Program => (PROGRAMS as readonly string[]).includes(word)
const asksHelp = (word: string | undefined): boolean => word === '--help' || word === '-h'

/** @param argv of the process: the binary, Chromium's switches, `--`, and what a person or another program said */
export function readCommand(argv: readonly string[]): Command {
  const mark = argv.indexOf('--')
  const [word, ...args] = mark < 0 ? [] : argv.slice(mark + 1)
  if (word === undefined) return { program: 'window', args: argv.slice(1) }
  if (isProgram(word)) return { program: word, args }
  if (word === 'open') return opening(argv.slice(1, mark), args)
  if (word === 'help' || asksHelp(word)) return { program: 'help', args }
  if (word === '--version') return { program: 'version', args }
  return /^[a-z-]+$/.test(word) && !word.startsWith('-')
    ? { program: 'mistaken', args: [word] }
    : { program: 'window', args: argv.slice(1) }
}

/** `scv open`: the window with the switches it was started with, and with something in it where that is understood. */
function opening(switches: readonly string[], args: string[]): Command {
  if (asksHelp(args[0])) return { program: 'open-help', args }
  if (args.length > 0 && readArguments(args) === undefined) return { program: 'mistaken', args: ['open', ...args] }
  return { program: 'window', args: [...switches, ...args] }
}
