// Sync with the organisation's server: connecting, signing in, how far it is, and what it set aside.

import { command, live, query } from '@shared/ipc/contract'
import { z } from 'zod'
import { PAGE_MAX, PASSWORD_MAX, URL_MAX, USER_NAME_MAX } from '../model/limits'

/** The replicated kinds of documents, as screens name them. */
export const syncKindSchema = z.enum([
  'contacts',
  'identifiers',
  'interactions',
  'merges',
  'notes',
  'decisions',
  'audit',
])
export type SyncKind = z.infer<typeof syncKindSchema>

/** What sync is doing, or what it waits for. */
export const SYNC_STATES = {
  off: 'This device was never connected, or was disconnected; it belongs to its owner',
  connecting: 'The server is being asked who we are and what it is',
  syncing: 'Changes are travelling',
  live: 'Everything was exchanged; changes travel as they happen',
  paused: 'A person paused sync; it goes on when they say so',
  offline: 'The server cannot be reached; it is tried again by itself',
  'signed-out': 'The server does not accept the credentials; the user has to sign in again',
  'no-database': 'The server answers, but has no database of this organisation',
  'not-allowed': 'The server knows the user, who has no role in this organisation',
  'update-needed': 'The organisation’s data needs a newer version of this application',
  untrusted: 'The server’s certificate is not trusted',
  failed: 'The server answers something that is no CouchDB, or fails again and again; it is tried again',
} as const
const syncStateSchema = z.enum(Object.keys(SYNC_STATES) as [keyof typeof SYNC_STATES])
export type SyncState = z.infer<typeof syncStateSchema>

const syncCollectionSchema = z.object({
  kind: syncKindSchema,
  /** Changes of this device that the server does not have yet. */
  pendingUp: z.number(),
  /** Changes of the server that this device does not have yet; null while it is not known. */
  pendingDown: z.number().nullable(),
  sent: z.number(),
  received: z.number(),
  /** RFC 3339; null: nothing was exchanged yet. */
  lastExchange: z.string().nullable(),
  refused: z.number(),
  unreadable: z.number(),
})
export type SyncCollection = z.infer<typeof syncCollectionSchema>

export const syncStatusSchema = z.object({
  state: syncStateSchema,
  /** What is wrong and what to do, for a person; absent when nothing is. */
  message: z.string().optional(),
  server: z.object({ url: z.string(), org: z.string() }).nullable(),
  /** Who signed in last, with the roles last known. */
  user: z.object({ name: z.string(), roles: z.array(z.string()) }).nullable(),
  /** They signed out, or the password was for the last session alone. */
  signedOut: z.boolean(),
  /** Where the password is kept: the system's keychain, a file as plain text (the user insisted), or memory only. */
  passwordKept: z.enum(['keychain', 'plain', 'memory']).nullable(),
  collections: z.array(syncCollectionSchema),
  /** The first exchange with a server, while it goes on: documents of how many. */
  firstSync: z.object({ done: z.number(), total: z.number() }).nullable(),
  lastExchange: z.string().nullable(),
  /** When an unreachable server is tried again. */
  nextAttempt: z.string().nullable(),
  /** Server clock minus this device's clock in ms; null while unknown. */
  clockOffset: z.number().nullable(),
})
export type SyncStatus = z.infer<typeof syncStatusSchema>

export const setAsideSchema = z.object({
  /** Stable for one document and direction. */
  id: z.string(),
  /** `refused`: the server did not take our change. `unreadable`: we cannot read what the server has. */
  kind: z.enum(['refused', 'unreadable']),
  collection: syncKindSchema,
  documentId: z.string(),
  /** For a person; the server's own words where it gave any. */
  reason: z.string(),
  at: z.string(),
  /** As canonical JSON with two spaces: ours for `refused`, the server's for `unreadable`. */
  document: z.string(),
})
export type SetAside = z.infer<typeof setAsideSchema>

const credentials = {
  user: z.string().trim().min(1).max(USER_NAME_MAX),
  password: z.string().min(1).max(PASSWORD_MAX),
  /** Keep the password as plain text where the system has no keychain. */
  insistOnPlain: z.boolean().default(false),
  /** Keep the password nowhere: after a restart one signs in again. */
  forSession: z.boolean().default(false),
  /** Go on although changes of another user were not sent yet; they stay on this device, set aside. */
  leaveUnsent: z.boolean().default(false),
}

export const syncContract = {
  'sync.status': live(z.object({}), syncStatusSchema),
  /** Connects this device with an organisation on a server, and signs in. Answers when the server has accepted both. */
  'sync.connect': command(
    z.object({
      /** `http(s)://host[:port]`, without user and password. */
      url: z.string().trim().min(1).max(URL_MAX),
      org: z.string().trim().min(1).max(64),
      /** PEM certificate of the authority that signed the server's, where the system does not know it. */
      ca: z.string().max(100_000).optional(),
      ...credentials,
    }),
    z.object({}),
  ),
  /** Signs in again, also as another user. Refused with `unsynced_work` while changes of the former one are unsent. */
  'sync.signIn': command(z.object(credentials), z.object({})),
  /** Forgets the password and stops sync. Nothing stored on the device is lost. */
  'sync.signOut': command(z.object({}), z.object({})),
  'sync.pause': command(z.object({}), z.object({})),
  'sync.resume': command(z.object({}), z.object({})),
  /** Tries again now. */
  'sync.tryNow': command(z.object({}), z.object({})),
  /** What was refused or unreadable, newest first. */
  'sync.setAside': live(
    z.object({ offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(PAGE_MAX).default(50) }),
    z.object({ total: z.number(), items: z.array(setAsideSchema) }),
  ),
  /** Tries one again, or all: sends what was refused, reads what was unreadable. Answers how many are left. */
  'sync.retry': command(z.object({ id: z.string().max(300).optional() }), z.object({ left: z.number() })),
  /** Gives one up: this device takes what the server has for what it sent, or forgets what it could not read. */
  'sync.drop': command(z.object({ id: z.string().max(300) }), z.object({})),
  /** Whether the system has a keychain for passwords. */
  'sync.keychain': query(z.object({}), z.object({ available: z.boolean() })),
} as const
