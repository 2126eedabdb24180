// The stand-in on disk in a process of its own, so that it can be killed. Usage: server-process OPTIONS (as JSON)
import { startSyncServer } from '../../../src-main/sync-server/server'

process.noDeprecation = true
startSyncServer(JSON.parse(process.argv[2] ?? '{}')).then(
  ({ url }) => process.send?.({ url }),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
