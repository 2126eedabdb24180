// Choosing a country by its name in the user's language; what is kept is its code.
import { Select, type SelectProps } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { regionName } from '../format/locale'
import { HEIGHT } from '../theme'

interface RegionSelectProps extends Omit<SelectProps, 'data' | 'value' | 'onChange' | 'searchable'> {
  /** ISO 3166 alpha-2. */
  value: string | null
  onChange: (region: string | null) => void
}

export function RegionSelect({ value, onChange, error, ...rest }: RegionSelectProps) {
  const { run, error: failure } = useCall('app.regions')
  const [codes, setCodes] = useState<string[]>([])
  useEffect(() => {
    // A failure stands in `failure` and is shown below the field.
    run({}).then(setCodes, () => setCodes([]))
  }, [run])
  const data = useMemo(() => {
    const all = value !== null && !codes.includes(value) ? [value, ...codes] : codes
    return all
      .map((code) => ({ value: code, label: `${regionName(code)} (${code})` }))
      .sort((a, b) => a.label.localeCompare(b.label))
  }, [codes, value])
  return (
    <Select
      searchable
      data={data}
      value={value}
      onChange={(region) => onChange(region)}
      nothingFoundMessage="No such country"
      limit={300}
      maxDropdownHeight={HEIGHT.list}
      error={error ?? failure?.message}
      {...rest}
    />
  )
}
