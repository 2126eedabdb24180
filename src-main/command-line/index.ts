// `scv`: the commands that come with the application, as one program.
// Invariant: each says with --help how it is called, and ends with 0 done, 1 it went wrong, 2 it was called wrongly.
import packageJson from '../../package.json' with { type: 'json' }
import { type Command, PROGRAMS } from './command'

const HELP = `usage: scv COMMAND [OPTIONS]
  open [scv://person/ID | scv://look-up/TEXT | --person=ID | --look-up=TEXT]
                 opens the window, with a person or a look-up in it
  gateway        the local API without a window
  provision      an organisation's database, roles and validation on a CouchDB
  sync-server    a stand-in for CouchDB, for trying only
  --version
Each says more with --help.`

const OPEN_HELP = `usage: scv open [scv://person/ID | scv://look-up/TEXT | --person=ID | --look-up=TEXT]
Opens the window, or brings the one there is to the front; with a person, or with a look-up.`

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const complain = (text: string): void => void process.stderr.write(`${text}\n`)

/** @returns the status to end with */
export async function runCommand(program: Exclude<Command['program'], 'window'>, args: string[]): Promise<number> {
  switch (program) {
    case 'gateway':
      return (await import('../gateway/command')).gatewayCommand(args, 'scv gateway')
    case 'provision': {
      const { status, lines } = await (await import('../provision/command')).provisionCommand(args, 'scv provision')
      for (const line of lines) (status === 0 ? say : complain)(line)
      return status
    }
    case 'sync-server':
      return (await import('../sync-server/command')).syncServerCommand(args, {
        called: 'scv sync-server',
        provision: 'scv provision',
      })
    case 'help':
      say(HELP)
      return 0
    case 'open-help':
      say(OPEN_HELP)
      return 0
    case 'version':
      say(`${packageJson.productName} ${packageJson.version} (Electron ${process.versions['electron']})`)
      return 0
    case 'mistaken':
      complain(
        args[0] === 'open'
          ? `scv: “${args.slice(1).join(' ')}” is nothing that can be opened.\n${OPEN_HELP}`
          : `scv: there is no command “${args[0]}”; there are: ${['open', ...PROGRAMS].join(', ')}.\n${HELP}`,
      )
      return 2
  }
}
