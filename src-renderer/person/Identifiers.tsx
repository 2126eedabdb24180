import { useClipboard } from '@mantine/hooks'
import { outsideAddressOf } from '@shared/model/outside-address'
// What recognises a person: each identifier, who it points to and since when, and the ways to claim and release one.

import {
  ActionIcon,
  Box,
  Button,
  Card,
  Group,
  Menu,
  Select,
  Stack,
  Text,
  TextInput,
  ThemeIcon,
  Title,
} from '@mantine/core'
import { detailsOf } from '@shared/errors'
import { IDENTIFIER_TYPES, type IdentifierInput, type IdentifierType } from '@shared/model/identifier'
import { tryNormalise } from '@shared/model/normalise'
import type { ClaimView, PersonView } from '@shared/model/views'
import {
  IconBrandApple,
  IconBrandFacebook,
  IconBrandInstagram,
  IconBrandLine,
  IconBrandWhatsapp,
  IconBrandX,
  IconCookie,
  IconCopy,
  IconDots,
  IconLinkOff,
  IconListNumbers,
  IconMail,
  IconPhone,
  IconPlus,
  IconUser,
} from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { client, useCall } from '../bridge/hooks'
import { useSettings } from '../components/app-info'
import { Breakable } from '../components/Breakable'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { formatDay } from '../format/locale'
import { claimSentence, IDENTIFIER_WORDS, personName, viaWords } from '../format/words'
import { useNavigation } from '../state/navigation'
import { ICON, MARK } from '../theme'

const ICONS: Readonly<Record<IdentifierType, typeof IconPhone>> = {
  Phone: IconPhone,
  Email: IconMail,
  Cookie: IconCookie,
  ExternalId: IconListNumbers,
  SocialLine: IconBrandLine,
  SocialFacebook: IconBrandFacebook,
  SocialTwitter: IconBrandX,
  SocialWhatsapp: IconBrandWhatsapp,
  SocialInstagram: IconBrandInstagram,
  SocialWhatsappBsuid: IconBrandWhatsapp,
  AppleOpaqueId: IconBrandApple,
}

export function Identifiers({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const draft = useDraft('identifier', person.id, NEW_IDENTIFIER)
  const [opened, setOpened] = useState(false)
  const adding = !readOnly && (opened || draft.begun)
  return (
    <Card component="section" aria-label="Recognised by">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Recognised by</Title>
        {!readOnly && !adding && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={ICON.sm} aria-hidden />}
            onClick={() => setOpened(true)}
            aria-label="Add a number or address"
          >
            Add
          </Button>
        )}
      </Group>
      <Stack gap="sm">
        {adding && <ClaimForm person={person} onClose={() => setOpened(false)} />}
        {person.identifiers.length === 0 && !adding && (
          <Text size="sm" c="dimmed">
            Nothing yet: no call, mail or message can find this person. Add a phone number, an e-mail address or another
            id.
          </Text>
        )}
        <Stack gap="sm" role="list" aria-label="Numbers and addresses">
          {person.identifiers.map((claim) => (
            <Claim
              key={JSON.stringify([claim.type, claim.value, claim.source, claim.memberId])}
              claim={claim}
              person={person}
              readOnly={readOnly}
            />
          ))}
        </Stack>
      </Stack>
    </Card>
  )
}

interface ClaimProps {
  claim: ClaimView
  person: PersonView
  readOnly: boolean
}

function Claim({ claim, person, readOnly }: ClaimProps) {
  const go = useNavigation((state) => state.go)
  const release = useCall('people.release')
  const openOutside = useCall('app.openOutside')
  const clipboard = useClipboard()
  const [opened, setOpened] = useState(false)
  const outside = outsideAddressOf(claim)
  const Icon = ICONS[claim.type]
  const { holder } = claim
  const onRelease = async (): Promise<void> => {
    const { type, value, source } = claim
    const identifier: IdentifierInput = { type, value, ...(source ? { source } : {}) }
    try {
      await release.run({ contactId: claim.memberId, identifier })
      showUndo({
        text: `${claim.display} is not ${personName(person)}’s any more.`,
        onUndo: () => client.call('people.unrelease', { contactId: claim.memberId, identifier }),
      })
    } catch {
      // It stands in `release.error`, which is shown below the identifier.
    }
  }
  return (
    <Box
      role="listitem"
      onContextMenu={(event) => {
        event.preventDefault()
        setOpened(true)
      }}
    >
      <Group wrap="nowrap" gap="sm" align="flex-start">
        <ThemeIcon variant="light" color={claim.held ? 'petrol' : 'yellow'} size={MARK.lg} radius="xl" aria-hidden>
          <Icon size={ICON.lg} />
        </ThemeIcon>
        <Box flex={1} miw={0}>
          <Text size="sm" fw={600} className="scv-wrap">
            <Breakable text={claim.display} />
          </Text>
          <Text size="xs" c="dimmed">
            {IDENTIFIER_WORDS[claim.type]}
            {claim.source && !claim.display.startsWith(claim.source) ? ` · ${claim.source}` : ''} ·{' '}
            {viaWords(claim.via)}
          </Text>
          <Text size="xs" c={claim.held ? 'dimmed' : 'var(--mantine-color-yellow-light-color)'}>
            {person.status === 'active' ? claimSentence(claim, person.id) : `Theirs from ${formatDay(claim.claimedAt)}`}
          </Text>
        </Box>
        <Menu position="bottom-end" withinPortal opened={opened} onChange={setOpened}>
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Actions for ${claim.display}`}
              loading={release.pending}
            >
              <IconDots size={ICON.lg} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconCopy size={ICON.md} aria-hidden />}
              onClick={() => clipboard.copy(claim.display)}
            >
              Copy
            </Menu.Item>
            {outside !== undefined && (
              <Menu.Item
                leftSection={
                  claim.type === 'Phone' ? (
                    <IconPhone size={ICON.md} aria-hidden />
                  ) : (
                    <IconMail size={ICON.md} aria-hidden />
                  )
                }
                onClick={() => void openOutside.run({ address: outside }).catch(() => undefined)}
              >
                {claim.type === 'Phone' ? 'Call' : 'Write an e-mail'}
              </Menu.Item>
            )}
            {!claim.held && holder && (
              <Menu.Item
                leftSection={<IconUser size={ICON.md} aria-hidden />}
                onClick={() => go({ screen: 'person', contactId: holder.id })}
              >
                Open {personName(holder)}
              </Menu.Item>
            )}
            {claim.contenders
              .filter((other) => other.id !== person.id)
              .map((other) => (
                <Menu.Item
                  key={other.id}
                  leftSection={<IconUser size={ICON.md} aria-hidden />}
                  onClick={() => go({ screen: 'person', contactId: other.id })}
                >
                  Open {personName(other)}
                </Menu.Item>
              ))}
            {!readOnly && (
              <Menu.Item leftSection={<IconLinkOff size={ICON.md} aria-hidden />} onClick={() => void onRelease()}>
                {claim.held ? 'It is not theirs any more' : 'They do not need it any more'}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {openOutside.error && <ErrorNotice error={openOutside.error} />}
      {release.error && <ErrorNotice error={release.error} />}
    </Box>
  )
}

const NEW_IDENTIFIER = { type: 'Phone', value: '', source: '' }

function ClaimForm({ person, onClose }: { person: PersonView; onClose: () => void }) {
  const settings = useSettings()
  const go = useNavigation((state) => state.go)
  const claim = useCall('people.claim')
  // Absent for those who may not see people.
  const holder = detailsOf(claim.error, 'identifier_held')?.holder
  const draft = useDraft('identifier', person.id, NEW_IDENTIFIER)
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  const { value, source } = draft.values
  const type = IDENTIFIER_TYPES.find((each) => each === draft.values.type) ?? 'Phone'
  const identifier: IdentifierInput = {
    type,
    value: value.trim(),
    ...(type === 'ExternalId' && source.trim() !== '' ? { source: source.trim() } : {}),
  }
  const key = value.trim() === '' ? undefined : tryNormalise(identifier, settings.defaultRegion)
  const wrong = value.trim() !== '' && !key
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!key) return
    try {
      await claim.run({ contactId: person.id, identifier })
      showUndo({
        text: `${identifier.value} was added to ${personName(person)}.`,
        onUndo: () => client.call('people.release', { contactId: person.id, identifier }),
      })
      draft.end()
      onClose()
    } catch {
      // It stands in `claim.error`, and the form stays open with what was typed.
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} aria-label="Add a number or address">
      <Stack gap="xs">
        <Select
          size="xs"
          label="Kind"
          allowDeselect={false}
          data={IDENTIFIER_TYPES.map((each) => ({ value: each, label: IDENTIFIER_WORDS[each] }))}
          value={type}
          onChange={(chosen) => draft.set({ type: chosen ?? 'Phone' })}
        />
        {type === 'ExternalId' && (
          <TextInput
            size="xs"
            label="Which system"
            required
            value={source}
            onChange={(event) => draft.set({ source: event.currentTarget.value })}
          />
        )}
        <TextInput
          size="xs"
          label={IDENTIFIER_WORDS[type]}
          autoFocus
          required
          value={value}
          onChange={(event) => draft.set({ value: event.currentTarget.value })}
          error={wrong ? `This is not a valid ${IDENTIFIER_WORDS[type].toLowerCase()} yet.` : undefined}
          description={key && key.value !== value.trim() ? `Kept as ${key.value}` : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        {claim.error && (
          <ErrorNotice error={claim.error}>
            {holder && (
              <Button size="xs" variant="default" onClick={() => go({ screen: 'person', contactId: holder.id })}>
                Open {holder.displayName || 'the other person'}
              </Button>
            )}
          </ErrorNotice>
        )}
        <Group gap="xs" justify="flex-end">
          <Button size="xs" variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button size="xs" type="submit" loading={claim.pending} disabled={!key}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
