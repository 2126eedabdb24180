// A file imported into books in memory: what became of its people, and what the report says.
import { expect } from 'vitest'
import { openDesk } from './desk'
import { MemoryPeople } from './people'

/** @returns `texts`: each person as JSON, in file order; `lines`: the report */
export async function imported(name: string, content: string) {
  const memory = new MemoryPeople()
  const desk = openDesk(memory)
  const file = await desk.jobs.open(desk.write(name, content))
  expect(await desk.go(file, 'run')).toMatchObject({ phase: 'done' })
  return { texts: memory.people.map((person) => JSON.stringify(person)), lines: await desk.lines(file) }
}
