// Which entries of the audit trail are shown: of some actions, between two days; and the way to take all of it along.
// Invariant: days are those of this device, the last one included.
import { Button, Group, MultiSelect, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { AUDIT_ACTIONS, type AuditAction } from '@shared/model/audit'
import { IconDownload } from '@tabler/icons-react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { formatNumber } from '../format/locale'
import { useMayChange } from '../state/access'
import { ICON, WIDTH } from '../theme'
import { ACTION_WORDS } from './audit-words'

export interface AuditFilterValues {
  actions: readonly AuditAction[]
  /** Days as a date field has them; empty: any. */
  from: string
  to: string
}

export const NO_FILTER: AuditFilterValues = { actions: [], from: '', to: '' }

export const isFiltered = ({ actions, from, to }: AuditFilterValues): boolean =>
  actions.length > 0 || from !== '' || to !== ''

const DAY_MS = 86_400_000
/** The beginning of a day on this device's clock; undefined where it is none yet. */
const dayOf = (text: string): Date | undefined => {
  const day = new Date(`${text}T00:00:00`)
  return text === '' || Number.isNaN(day.getTime()) ? undefined : day
}

/** The same as the contract asks it. */
export function askedOf({ actions, from, to }: AuditFilterValues) {
  const first = dayOf(from)
  const last = dayOf(to)
  // Not by adding hours: on two days a year a day has others.
  const end = last && new Date(new Date(last.getTime() + 1.5 * DAY_MS).setHours(0, 0, 0, 0))
  return {
    ...(actions.length > 0 ? { actions: [...actions] } : {}),
    ...(first ? { from: first.toISOString() } : {}),
    ...(end ? { to: end.toISOString() } : {}),
  }
}

interface AuditFiltersProps {
  values: AuditFilterValues
  onChange: (values: AuditFilterValues) => void
}

export function AuditFilters({ values, onChange }: AuditFiltersProps) {
  const save = useCall('export.save')
  const mayChange = useMayChange()
  const takeAlong = async (): Promise<void> => {
    try {
      const saved = await save.run({ kind: 'audit' })
      if (saved) notifications.show({ message: `${formatNumber(saved.lines)} lines saved as ${saved.path}.` })
    } catch {
      // It stands in `save.error`, which is shown below.
    }
  }
  return (
    <>
      <Group align="flex-end" gap="xs" role="group" aria-label="Which to show">
        <MultiSelect
          label="What was done"
          placeholder={values.actions.length === 0 ? 'Anything' : ''}
          clearable
          searchable
          w={WIDTH.panel}
          data={AUDIT_ACTIONS.map((action) => ({ value: action, label: ACTION_WORDS[action] }))}
          value={[...values.actions]}
          onChange={(chosen) => onChange({ ...values, actions: AUDIT_ACTIONS.filter((one) => chosen.includes(one)) })}
        />
        <TextInput
          type="date"
          label="From"
          value={values.from}
          onChange={(event) => onChange({ ...values, from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label="To"
          value={values.to}
          onChange={(event) => onChange({ ...values, to: event.currentTarget.value })}
        />
        {isFiltered(values) && (
          <Button variant="subtle" onClick={() => onChange(NO_FILTER)}>
            Show all
          </Button>
        )}
        {mayChange && (
          <Button
            ml="auto"
            variant="default"
            leftSection={<IconDownload size={ICON.md} aria-hidden />}
            loading={save.pending}
            onClick={() => void takeAlong()}
          >
            Export all as CSV…
          </Button>
        )}
      </Group>
      {save.error && save.error.code !== 'cancelled' && <ErrorNotice error={save.error} />}
    </>
  )
}
