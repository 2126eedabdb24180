// One interaction that arrived: what it is, whose it is and why, and what can be done about it.
// Invariant: the same card in the pop-up and in the list, so that what was learnt on one works on the other.
import { Button, Card, Checkbox, Group, Stack, Text } from '@mantine/core'
import type { Incoming } from '@shared/contract/local-api'
import type { Ref } from 'react'
import { ErrorNotice } from '../components/ErrorNotice'
import { LikelyDoubles } from '../components/LikelyDoubles'
import { PeopleChoices } from '../components/PeopleChoices'
import { TheyShareIt } from '../components/TheyShareIt'
import { IDENTIFIER_WORDS, personName, sentWords } from '../format/words'
import { PeoplePicker } from '../lookup/PeoplePicker'
import { PromoteForm } from '../promote/PromoteForm'
import { learningWords } from '../record/whose-words'
import { useMay } from '../state/access'
import { Arrival } from './Arrival'
import { CardActions } from './CardActions'
import { type CardState, useCard } from './use-card'

interface IncomingCardProps {
  incoming: Incoming
  /** Receives the focus when the agent asks for the pop-up. */
  first?: Ref<HTMLButtonElement>
  /** In the pop-up: little room, and no other card beside it. Whose it is comes first there. */
  inDock?: boolean
}

export function IncomingCard({ incoming, first, inDock = false }: IncomingCardProps) {
  const card = useCard(incoming, inDock)
  const { decided, decisions, several, merge } = card
  const { interaction, contact } = incoming
  const may = useMay()
  const mayMerge = may('identity:merge')
  const maybeOne = !several && mayMerge && (
    <>
      <HeldByOthers card={card} />
      {contact && contact.type !== 'Curated' && (
        <LikelyDoubles contactId={contact.id} action="Compare" onPick={merge} />
      )}
    </>
  )
  return (
    <Card padding={inDock ? 'xs' : 'sm'}>
      <Stack gap={inDock ? 'tight' : 'xs'}>
        <Arrival incoming={incoming} decided={decided} inDock={inDock} />
        {(interaction.unread ?? []).map(({ type, value }) => (
          <Text key={`${type} ${value}`} size="xs" c="dimmed">
            {IDENTIFIER_WORDS[type]} as sent: {sentWords(value)}. Nobody can be found by it.
          </Text>
        ))}
        {several && decided === undefined && may('conversation:associate') && <WhoIsIt card={card} first={first} />}
        {!inDock && maybeOne}
        {decisions.error && <ErrorNotice error={decisions.error} />}
        <CardActions card={card} first={first} />
        {inDock && maybeOne /* below what is decided first, where there is little room */}
      </Stack>
      <Picker card={card} />
      <PromoteForm
        contactId={contact?.id ?? ''}
        fields={{}}
        opened={card.keeping}
        onClose={() => card.setKeeping(false)}
        onKept={decisions.kept}
        onTakenBack={decisions.open}
      />
    </Card>
  )
}

/** Several people have what it came by: the agent says which of them it is. */
function WhoIsIt({ card, first }: { card: CardState; first: Ref<HTMLButtonElement> | undefined }) {
  const { candidates, interaction } = card.incoming
  const [disputed] = candidates.filter((one) => one.disputed)
  const wanted = interaction.identifiers.find(({ display }) => display === disputed?.matched)
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {candidates.length} people have what it came by. Who is it?
        </Text>
        {wanted && wanted.type !== 'ExternalId' && (
          <TheyShareIt identifier={wanted} display={wanted.display} size="compact-xs" />
        )}
      </Group>
      <PeopleChoices
        people={candidates}
        chosen=""
        onChoose={card.choose}
        disabled={card.decisions.pending}
        {...(first ? { first } : {})}
      />
    </>
  )
}

/** Who else has some of what it came by, to be compared with its person. */
function HeldByOthers({ card: { incoming, inDock, merge } }: { card: CardState }) {
  const { contact, reason } = incoming
  return reason.heldByOthers
    .filter(({ holder }) => holder.id !== contact?.id)
    .map((held) => (
      <Group key={`${held.type} ${held.value}`} gap="tight" wrap={inDock ? 'wrap' : 'nowrap'} justify="space-between">
        <Text size={inDock ? 'xs' : 'sm'} className="scv-wrap">
          {held.display} is {personName(held.holder)}’s: the two may be one person.
        </Text>
        {contact && (
          <Button size="compact-xs" variant="light" className="scv-fixed" onClick={() => merge(held.holder)}>
            Compare
          </Button>
        )}
      </Group>
    ))
}

/** Chooses the person it belongs to, or the one its person is merged into. */
function Picker({ card }: { card: CardState }) {
  const { picking, known } = card
  const { contact } = card.incoming
  return (
    <PeoplePicker
      search={{ kind: picking === 'merge' ? 'merge' : 'whose', about: card.incoming.interaction.id }}
      title={picking === 'merge' && contact ? `Merge ${personName(contact)} into whom?` : 'Whose is it?'}
      explanation={
        picking === 'merge'
          ? 'Nothing happens yet: you see both side by side first.'
          : 'This interaction is linked to the person you choose. It can be undone.'
      }
      opened={picking !== null}
      onClose={() => card.setPicking(null)}
      onPick={card.pick}
      {...(contact ? { exclude: [contact.id] } : {})}
    >
      {picking === 'link' && known && (
        <Checkbox
          checked={card.learns}
          onChange={(event) => card.say(event.currentTarget.checked)}
          label={learningWords(card.kept ? 'share' : 'remember', known.display, 'somebody new')}
        />
      )}
    </PeoplePicker>
  )
}
