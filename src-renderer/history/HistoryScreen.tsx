// A person's history: what was done at the left, and at the right the person as of a moment beside the person of today.
// Invariant: the list follows live; choosing a moment, in the list or by date, changes nothing of anyone.
import { Button, MultiSelect } from '@mantine/core'
import { HISTORY_KINDS, type HistoryKind } from '@shared/model/history'
import { useState } from 'react'
import { useLive } from '../bridge/hooks'
import { BackButton } from '../components/BackButton'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { personName } from '../format/words'
import { useNavigation } from '../state/navigation'
import { WIDTH } from '../theme'
import { AsOf } from './AsOf'
import { HistoryList } from './HistoryList'
import { KIND_WORDS } from './history-words'

export function HistoryScreen({ contactId }: { contactId: string }) {
  const go = useNavigation((state) => state.go)
  const person = useLive('people.get', { contactId })
  const [kinds, setKinds] = useState<readonly HistoryKind[]>([])
  /** The moment that is looked at, RFC 3339; undefined: none was chosen yet. */
  const [at, setAt] = useState<string>()
  const name = person.value ? personName(person.value) : 'this person'
  return (
    <Page
      title={`History of ${name}`}
      subtitle="Who changed what, from what to what; and how this person stood on any day."
      actions={
        <>
          <Button variant="default" onClick={() => go({ screen: 'audit', contactId })}>
            Audit trail
          </Button>
          <Button variant="default" onClick={() => go({ screen: 'person', contactId })}>
            Open {name}
          </Button>
          <BackButton />
        </>
      }
    >
      {person.error && <ErrorNotice error={person.error} />}
      <MultiSelect
        label="What was done"
        placeholder={kinds.length === 0 ? 'Anything' : ''}
        clearable
        w={WIDTH.panel}
        data={HISTORY_KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind] }))}
        value={[...kinds]}
        onChange={(chosen) => setKinds(HISTORY_KINDS.filter((kind) => chosen.includes(kind)))}
      />
      <div className="scv-history">
        <HistoryList
          key={kinds.join()}
          person={person.value}
          contactId={contactId}
          kinds={kinds}
          at={at}
          onLook={setAt}
        />
        <AsOf person={person.value} contactId={contactId} at={at} onChange={setAt} />
      </div>
    </Page>
  )
}
