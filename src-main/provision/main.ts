// `npm run provision -- --couch URL --admin USER --admin-password-file F --org NAME`
import { provisionCommand } from './command'

provisionCommand(process.argv.slice(2)).then(
  ({ status, lines }) => {
    for (const line of lines) (status === 0 ? console.log : console.error)(line)
    process.exitCode = status
  },
  (error: unknown) => {
    console.error(error)
    process.exitCode = 1
  },
)
