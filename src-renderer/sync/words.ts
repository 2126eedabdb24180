// What sync is doing, in words: what it is called, what it means, and what there is to do.
// Invariant: a state is told by its words and its icon; colour only repeats them.
import type { SyncKind, SyncState, SyncStatus } from '@shared/contract/sync'
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconDatabaseOff,
  IconDeviceLaptop,
  IconDownload,
  IconLock,
  IconPlayerPause,
  IconPlugConnected,
  IconRefresh,
  IconShieldX,
  IconUserX,
} from '@tabler/icons-react'
import { formatNumber } from '../format/locale'

interface StateWords {
  /** For the badge. */
  label: string
  title: string
  text: string
  color: 'gray' | 'petrol' | 'green' | 'yellow' | 'red'
  icon: typeof IconRefresh
}

export const STATE_WORDS: Readonly<Record<SyncState, StateWords>> = {
  off: {
    label: 'On this device only',
    title: 'This device is not connected',
    text: 'Everything is stored on this device and works without a network. Nothing is sent anywhere. Connect it with your organisation’s server to share people and journeys with your team.',
    color: 'gray',
    icon: IconDeviceLaptop,
  },
  connecting: {
    label: 'Connecting…',
    title: 'Connecting…',
    text: 'The server is being asked whether it knows you. You can go on working.',
    color: 'petrol',
    icon: IconPlugConnected,
  },
  syncing: {
    label: 'Syncing…',
    title: 'Changes are travelling',
    text: 'You can go on working meanwhile.',
    color: 'petrol',
    icon: IconRefresh,
  },
  live: {
    label: 'Up to date',
    title: 'Everything is up to date',
    text: 'What you do is sent as it happens, and what others do arrives as it happens.',
    color: 'green',
    icon: IconCloudCheck,
  },
  paused: {
    label: 'Paused',
    title: 'Sync is paused',
    text: 'What you do is kept on this device until you resume.',
    color: 'yellow',
    icon: IconPlayerPause,
  },
  offline: {
    label: 'Offline',
    title: 'The server cannot be reached',
    text: 'Go on working: what you do is kept on this device and sent as soon as the server answers. It is tried again by itself.',
    color: 'gray',
    icon: IconCloudOff,
  },
  'signed-out': {
    label: 'Signed out',
    title: 'You are signed out',
    text: 'Everything on this device is still there. Sign in to go on, and to exchange changes again.',
    color: 'yellow',
    icon: IconUserX,
  },
  'no-database': {
    label: 'Not set up',
    title: 'The server does not know your organisation',
    text: 'The server answers, but it has no data of this organisation. Ask your administrator to set it up, or check the name of the organisation.',
    color: 'red',
    icon: IconDatabaseOff,
  },
  'not-allowed': {
    label: 'Not allowed',
    title: 'You have no role in this organisation',
    text: 'The server knows you, but does not let you in. Ask your administrator for a role, then try again.',
    color: 'red',
    icon: IconLock,
  },
  'update-needed': {
    label: 'Update needed',
    title: 'This application is too old for your organisation’s data',
    text: 'Update it. Until then everything on this device stays usable, and what you do is kept and sent afterwards.',
    color: 'yellow',
    icon: IconDownload,
  },
  untrusted: {
    label: 'Not trusted',
    title: 'The server’s certificate is not trusted',
    text: 'Nothing is sent, because this may not be your server. If your organisation signs its own certificates, ask your administrator for the certificate of the authority, and connect again with it.',
    color: 'red',
    icon: IconShieldX,
  },
  failed: {
    label: 'Trouble with the server',
    title: 'The server does not answer as it should',
    text: 'What you do is kept on this device. It is tried again by itself; if it goes on, tell your administrator.',
    color: 'red',
    icon: IconAlertTriangle,
  },
}

/** The server does not take the password, but its user is still at work: every device works on without a server. */
const PASSWORD_ASKED: StateWords = {
  label: 'Sign in again',
  title: 'The server asks for your password',
  text: 'Go on working: what you do is kept on this device, and sent once you have signed in again.',
  color: 'yellow',
  icon: IconUserX,
}

/** Of a state that has two meanings, the one it has now. */
export const stateWords = ({ state, signedOut }: Pick<SyncStatus, 'state' | 'signedOut'>): StateWords =>
  state === 'signed-out' && !signedOut ? PASSWORD_ASKED : STATE_WORDS[state]

export const COLLECTION_WORDS: Readonly<Record<SyncKind, string>> = {
  contacts: 'People',
  identifiers: 'Numbers and addresses',
  interactions: 'Interactions',
  merges: 'Merges',
  notes: 'Notes',
  decisions: 'Decisions',
  audit: 'Audit trail',
}

export interface Pending {
  up: number
  /** Null while the server has not said. */
  down: number | null
  setAside: number
}

/** Over all collections. */
export function pendingOf(status: Pick<SyncStatus, 'collections'>): Pending {
  const known = status.collections.flatMap(({ pendingDown }) => (pendingDown === null ? [] : [pendingDown]))
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  return {
    up: sum(status.collections.map(({ pendingUp }) => pendingUp)),
    down: known.length === 0 ? null : sum(known),
    setAside: sum(status.collections.map(({ refused, unreadable }) => refused + unreadable)),
  }
}

/** What waits to travel, e.g. `3 to send, 120 to receive`; the empty string when nothing does. */
export function pendingWords({ up, down }: Pending): string {
  return [up > 0 ? `${formatNumber(up)} to send` : '', down ? `${formatNumber(down)} to receive` : '']
    .filter((part) => part !== '')
    .join(', ')
}

/** How far the first exchange is, in percent; null while the server has not said how much there is. */
export const firstSyncPercent = ({ done, total }: NonNullable<SyncStatus['firstSync']>): number | null =>
  total === 0 ? null : Math.min(100, Math.floor((100 * done) / total))

export const changes = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'change' : 'changes'}`

export const PASSWORD_WORDS: Readonly<Record<NonNullable<SyncStatus['passwordKept']>, string>> = {
  keychain: 'In the keychain of this system',
  plain: 'In a file on this device, as plain text',
  memory: 'Kept nowhere: you are asked after each start',
}

/** A wrong clock is worth a word from here on. */
const CLOCK_OFF_MS = 60_000

/** How wrong this device's clock is, when it is worth a word. `offset`: the server's clock minus this one's, in ms. */
export function clockWords(offset: number | null): string | null {
  if (offset === null || Math.abs(offset) < CLOCK_OFF_MS) return null
  const minutes = Math.round(Math.abs(offset) / 60_000)
  const size = minutes < 120 ? `${formatNumber(minutes)} minutes` : `${formatNumber(Math.round(minutes / 60))} hours`
  return `This device’s clock is about ${minutes === 1 ? '1 minute' : size} ${offset > 0 ? 'behind' : 'ahead of'} the server’s. What you write is dated by the server’s.`
}
