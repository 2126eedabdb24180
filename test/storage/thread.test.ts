// A thread for tasks: each ends, also when the thread does.
import { expect, test } from 'vitest'
import { createThread } from '../../src-main/storage'

const SOURCE = `
const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ id, task }) => {
  if (task === 'exit') process.exit(1)
  else if (task === 'throw') throw new Error('a slip')
  else if (task < 0) parentPort.postMessage({ id, failure: { message: 'below zero', errcode: 13 } })
  else parentPort.postMessage({ id, result: Math.sqrt(task) })
})
`
type Task = number | 'exit' | 'throw'

test('tasks end with their result, or with what they failed with', async () => {
  const run = createThread<Task, number>(SOURCE, 'roots')
  expect(await Promise.all([4, 9, 16].map(run))).toEqual([2, 3, 4])
  await expect(run(-1)).rejects.toMatchObject({ message: 'below zero', errcode: 13 })
  expect(await run(25)).toBe(5)
})

test.each([
  ['exit', 'The thread roots ended'],
  ['throw', 'a slip'],
] as const)('a thread that ends by “%s” fails what waits, and the next task has another one', async (end, message) => {
  const run = createThread<Task, number>(SOURCE, 'roots')
  const waiting = [run(end), run(4)]
  const ends = await Promise.allSettled(waiting)
  for (const one of ends) expect(one).toMatchObject({ status: 'rejected', reason: { message } })
  expect(await run(9)).toBe(3)
})
