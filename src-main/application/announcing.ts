// What the system is told of an interaction that arrived, outside the window.
// Invariant: no more of a person than the settings allow: their name or number at most, never what it is about; none at
// all while the window is locked.
import type { Settings } from '@shared/contract/app'
import type { Incoming } from '@shared/contract/local-api'
import type { Channel } from '@shared/model/interaction'

export interface Announcement {
  title: string
  body: string
}

const CHANNEL_TITLES: Readonly<Record<Channel, string>> = {
  voice: 'A call has arrived',
  callback: 'A callback has arrived',
  email: 'A mail has arrived',
  chat: 'A chat has arrived',
  sms: 'A text message has arrived',
  whatsapp: 'A WhatsApp message has arrived',
  social: 'A message has arrived',
  web: 'A visit to the website has begun',
  app: 'A visit to the app has begun',
  inPerson: 'A visit has begun',
}

/**
 * @param isLocked the window shows nothing of a person either
 * @returns undefined: the settings say nothing is to be told
 */
export function announcementOf(
  { interaction, contact, candidates }: Pick<Incoming, 'interaction' | 'contact' | 'candidates'>,
  setting: Settings['announce'],
  isLocked: boolean,
): Announcement | undefined {
  if (setting === 'nothing') return undefined
  const title = CHANNEL_TITLES[interaction.channel]
  if (setting === 'channel' || isLocked) return { title, body: 'Open the window to see who it is.' }
  const [first] = interaction.identifiers
  const name = contact?.displayName.trim()
  if (candidates.length > 1)
    return { title, body: `One of ${candidates.length} people who share ${first?.display ?? 'it'}` }
  return { title, body: name || first?.display || 'An unknown person' }
}
