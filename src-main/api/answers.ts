// When answers go out: those of one turn of the event loop together, at its end.
// Invariant: none waits longer than for the turn it was ready in.
//
// A client that gets one answer at a time has fallen asleep again before the next one, and to wake it takes as long as to
// make an answer.
import type { FastifyInstance } from 'fastify'

/** Has a server hold back what is ready until the end of the turn. */
export function answerTogether(app: FastifyInstance): void {
  let ready: (() => void)[] = []
  const send = () => {
    const all = ready
    ready = []
    for (const answer of all) answer()
  }
  app.addHook('onSend', (_request, _reply, payload, done) => {
    if (ready.push(() => done(null, payload)) === 1) setImmediate(send)
  })
}
