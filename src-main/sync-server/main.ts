// `npm run sync-server [-- --port N --data DIR]`: the stand-in as a process of its own.
import { syncServerCommand } from './command'

process.exit(
  await syncServerCommand(process.argv.slice(2), {
    called: 'npm run sync-server --',
    provision: 'npm run provision --',
  }),
)
