// A channel as an icon in its colour. The channel is always named beside it.
import { ThemeIcon } from '@mantine/core'
import type { Channel } from '@shared/model/interaction'
import {
  IconBrandWhatsapp,
  IconBuildingStore,
  IconDeviceMobile,
  IconMail,
  IconMessage,
  IconMessage2,
  IconPhone,
  IconPhoneCall,
  IconUsersGroup,
  IconWorld,
} from '@tabler/icons-react'
import { CHANNEL_COLORS } from '../theme'

const ICONS: Readonly<Record<Channel, typeof IconPhone>> = {
  voice: IconPhone,
  callback: IconPhoneCall,
  email: IconMail,
  chat: IconMessage,
  sms: IconMessage2,
  whatsapp: IconBrandWhatsapp,
  social: IconUsersGroup,
  web: IconWorld,
  app: IconDeviceMobile,
  inPerson: IconBuildingStore,
}

export function ChannelIcon({ channel, size = 28 }: { channel: Channel; size?: number }) {
  const Icon = ICONS[channel]
  return (
    <ThemeIcon aria-hidden variant="light" color={CHANNEL_COLORS[channel]} size={size} radius="xl">
      <Icon size={size * 0.6} />
    </ThemeIcon>
  )
}
