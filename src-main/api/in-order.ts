// Requests that a client sends on one connection without waiting for answers are carried out one after the other.
// Invariant: what a request reads is what those before it on its connection have written.
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** What there is to know of the requests under way on connections. */
export interface InOrder {
  /** Does something once what came whole on a connection is answered; at once if all is. */
  afterAnswers(socket: Socket, then: () => void): void
}

/** Has a server begin a request when the one before it on the same connection is answered. */
export function carryOutInOrder(app: FastifyInstance): InOrder {
  /** Those under way, by connection: the first is carried out, the others wait. */
  const underWay = new WeakMap<Socket, { message: IncomingMessage; begin: () => void }[]>()
  const ends = new WeakMap<Socket, () => void>()
  /** One that never came whole gets no answer. */
  const isAnswered = (socket: Socket) => !underWay.get(socket)?.some(({ message }) => message.complete)
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const all = underWay.get(raw.socket) ?? []
    all.push({ message: raw, begin: done })
    underWay.set(raw.socket, all)
    if (all.length === 1) done()
  })
  app.addHook('onResponse', ({ raw: { socket } }, _reply, done) => {
    const all = underWay.get(socket)
    all?.shift()
    const [next] = all ?? []
    if (next) next.begin()
    else underWay.delete(socket)
    if (isAnswered(socket)) ends.get(socket)?.()
    done()
  })
  return {
    afterAnswers(socket, then) {
      if (isAnswered(socket)) then()
      else ends.set(socket, then)
    },
  }
}
