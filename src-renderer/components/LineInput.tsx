// One field of a contact as an input that says, while one types, how the value will be understood.
import { Text, TextInput, type TextInputProps } from '@mantine/core'
import type { FieldLine } from '../format/fields'
import { remarkOn } from '../format/fields'
import { useSettings } from './app-info'

interface LineInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'error'> {
  line: Pick<FieldLine, 'kind' | 'label' | 'hint'>
  value: string
  onChange: (value: string) => void
  /** Region of national phone notations; the organisation's own when absent. */
  region?: string | undefined
  /** A refusal of the engine, which outranks the remark. */
  refusal?: string | undefined
  /** The label is read by screen readers only. */
  bare?: boolean
}

export function LineInput({ line, value, onChange, region, refusal, bare = false, ...rest }: LineInputProps) {
  const settings = useSettings()
  const remark = remarkOn(line.kind, value, region ?? settings.defaultRegion)
  const error = refusal ?? (remark?.tone === 'error' ? remark.text : undefined)
  return (
    <TextInput
      {...(bare ? { 'aria-label': line.label } : { label: line.label })}
      placeholder={line.hint ?? ''}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      description={
        remark && remark.tone !== 'error' ? (
          <Text
            component="span"
            size="xs"
            c={remark.tone === 'warning' ? 'var(--mantine-color-yellow-light-color)' : 'dimmed'}
          >
            {remark.text}
          </Text>
        ) : undefined
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      autoComplete="off"
      spellCheck={false}
      {...rest}
    />
  )
}

/** Whether a value may be saved as far as the page can tell; the engine has the last word. */
export function isSavable(line: Pick<FieldLine, 'kind'>, value: string, region: string): boolean {
  return remarkOn(line.kind, value, region)?.tone !== 'error'
}
