// `npm run simulate -- --seed S --devices N --steps M`: worlds, one after the other, until so many events have happened.
import { simulate } from './simulate'

const option = (name: string, otherwise: number): number => {
  const place = process.argv.indexOf(`--${name}`)
  const value = place < 0 ? otherwise : Number(process.argv[place + 1])
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number`)
  return value
}

const world = process.argv.includes('--world') ? option('world', 0) : undefined
const result = await simulate({
  seed: option('seed', Math.trunc(Math.random() * 2 ** 30)),
  devices: option('devices', 5),
  steps: option('steps', 100_000),
  ...(world === undefined ? {} : { world }),
  print: console.log,
})
console.log(result.line)
process.exit(result.ok ? 0 : 1)
