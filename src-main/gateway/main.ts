// `npm run gateway -- …`: the gateway as a process of its own, in Electron's Node.
import { gatewayCommand } from './command'

process.exit(await gatewayCommand(process.argv.slice(2), 'npm run gateway --'))
