// Tokens of the local API: made once, told once, kept as hashes.
// Invariant: no secret is stored; whether a secret is right is compared in constant time.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isPermission } from '@shared/permissions'
import { type Actor, PERMISSIONS, type Permission } from '../engine/permissions'

/** A token as it is kept. */
export interface StoredToken {
  id: string
  name: string
  permissions: string[]
  createdAt: string
  lastUsedAt: string | null
  /** SHA-256 of the secret, base64url. The secret has 256 bits, so no attacker can try them. */
  hash: string
}

export const hashOf = (secret: string): string => hash('sha256', secret, 'base64url')

/** A new secret, recognisable as ours in a leak. */
export const newSecret = (): string => `scv_${randomBytes(32).toString('base64url')}`

/** A token given on the command line. */
export function givenToken(secret: string, now: number, permissions: readonly Permission[] = PERMISSIONS): StoredToken {
  const createdAt = new Date(now).toISOString()
  return {
    id: 'command-line',
    name: 'command line',
    permissions: [...permissions],
    createdAt,
    lastUsedAt: null,
    hash: hashOf(secret),
  }
}

/**
 * The token that a secret belongs to. The hash of what was sent is compared with each in constant time, so the time
 * taken tells nothing about how much of a secret was right.
 */
export function findToken(tokens: readonly StoredToken[], secret: string): StoredToken | undefined {
  const sent = Buffer.from(hashOf(secret))
  let found: StoredToken | undefined
  for (const token of tokens) {
    const kept = Buffer.from(token.hash)
    if (kept.length === sent.length && timingSafeEqual(kept, sent)) found = token
  }
  return found
}

/** What a token may do for a user: what both may. It writes under the name of that person. */
export function actorOf(token: StoredToken, person: Actor): Actor {
  const permissions = token.permissions.filter(isPermission).filter((one) => person.permissions.has(one))
  return { id: person.id, permissions: new Set(permissions) }
}
