// Where this API is called, for addresses that a client fetches by themselves.
import type { FastifyRequest } from 'fastify'

/** The name it was called by was checked before (`caller.ts`). */
export const originOf = ({ protocol, headers }: Pick<FastifyRequest, 'protocol' | 'headers'>): string =>
  `${protocol}://${headers.host ?? ''}`
