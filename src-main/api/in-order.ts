// Requests that a client sends on one connection without waiting for answers are carried out one after the other.
// Invariant: what a request reads is what those before it on its connection have written.
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Has a server begin a request when the one before it on the same connection is answered. */
export function carryOutInOrder(app: FastifyInstance): void {
  /** Those that wait, by connection; absent: the connection has no request under way. */
  const waiting = new WeakMap<Socket, (() => void)[]>()
  app.addHook('onRequest', (request, _reply, done) => {
    const { socket } = request.raw
    const queue = waiting.get(socket)
    if (queue) queue.push(done)
    else {
      waiting.set(socket, [])
      done()
    }
  })
  app.addHook('onResponse', (request, _reply, done) => {
    const { socket } = request.raw
    const next = waiting.get(socket)?.shift()
    if (next) next()
    else waiting.delete(socket)
    done()
  })
}
