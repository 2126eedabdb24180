// What a path answers to the methods it has no route for: OPTIONS tells which there are, all others are refused with them.
// Invariant: neither tells a page of another origin anything: callers are checked before.
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { HttpError } from './errors'

const ASKED: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

export interface Methods {
  /** To be called when all routes are made. */
  tell(): void
  /** What a path takes, where there is one, for methods that no route can be made for. */
  allowedAt(path: string): string | undefined
}

/** Notes the routes as they are made. */
export function watchMethods(app: FastifyInstance): Methods {
  const byPath = new Map<string, Set<HTTPMethods>>()
  let isDone = false
  app.addHook('onRoute', ({ url, method }) => {
    if (isDone) return
    const known = byPath.get(url) ?? new Set()
    for (const one of [method].flat()) known.add(one as HTTPMethods)
    byPath.set(url, known)
  })
  function tell(): void {
    isDone = true
    for (const [url, known] of byPath) {
      const allow = [...known, 'OPTIONS'].join(', ')
      const config = { open: false }
      const schema = { hide: true }
      app.options(url, { config, schema }, (_request, reply) => reply.header('allow', allow).code(204).send())
      const others = ASKED.filter((one) => !known.has(one))
      if (others.length > 0)
        app.route({
          method: others,
          url,
          config,
          schema,
          exposeHeadRoute: false,
          // Before a body is read.
          onRequest: async (_request, reply) => {
            reply.header('allow', allow)
            throw new HttpError('method_not_allowed')
          },
          handler: () => undefined,
        })
    }
  }

  return {
    tell,
    allowedAt(path) {
      const matching = [...byPath].find(([url]) => new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`).test(path))
      return matching && [...matching[1], 'OPTIONS'].join(', ')
    },
  }
}
