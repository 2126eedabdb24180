// Answers that are ready in one turn of the event loop go out together at its end, each whole and to whom it belongs.
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answerTogether } from '../../src-main/api/answers'

let app: FastifyInstance
let sent: string[]
beforeEach(() => {
  sent = []
  app = fastify()
  answerTogether(app)
  app.addHook('onResponse', async (request) => void sent.push(`sent ${request.url}`))
  app.get('/:name', async (request) => {
    sent.push(`ready ${request.url}`)
    if (request.url === '/broken') throw new Error('broken')
    return request.params
  })
  return app.ready()
})
afterEach(() => app.close())

test('those of one turn are all ready before the first is sent', async () => {
  const answers = await Promise.all(['/a', '/broken', '/b', '/nobody/here'].map((url) => app.inject(url)))
  expect(answers.map(({ statusCode, body }) => [statusCode, JSON.parse(body).name])).toEqual([
    [200, 'a'],
    [500, undefined],
    [200, 'b'],
    [404, undefined],
  ])
  expect(sent.slice(0, 3)).toEqual(['ready /a', 'ready /broken', 'ready /b'])
  expect(sent.slice(3).sort()).toEqual(['sent /a', 'sent /b', 'sent /broken', 'sent /nobody/here'])
})

test('one alone waits for nobody, and the next has its own turn', async () => {
  for (const name of ['a', 'b', 'c']) expect((await app.inject(`/${name}`)).json()).toEqual({ name })
  expect(sent).toEqual(['ready /a', 'sent /a', 'ready /b', 'sent /b', 'ready /c', 'sent /c'])
})

test('over real connections every answer is its request’s', async () => {
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const names = Array.from({ length: 200 }, (_, n) => `name${n}`)
  const told = await Promise.all(
    names.map(async (name) => ((await (await fetch(`${origin}/${name}`)).json()) as { name: string }).name),
  )
  expect(told).toEqual(names)
})
