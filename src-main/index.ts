// The entry of the built application: the window, or one of the commands of `scv`.
// Invariant: a command runs while this module is being awaited, which Electron does before it opens a display, a page or a
// second process; so it needs none, and ends before there is one.
import { app } from 'electron'
import { readCommand } from './command-line/command'

const { program, args } = readCommand(process.argv)
if (program === 'window') {
  process.argv.splice(1, Number.POSITIVE_INFINITY, ...args)
  await import('./desktop')
} else {
  try {
    const { runCommand } = await import('./command-line')
    app.exit(await runCommand(program, args))
  } catch (error) {
    console.error(error) // else Electron would show a dialog, for which there is no display
    app.exit(1)
  }
}
