// A password for this session alone: on a device that several people use, nothing of it is left behind.
import { Checkbox, type CheckboxProps } from '@mantine/core'

export const ForSession = (props: CheckboxProps) => (
  <Checkbox
    {...props}
    label="Forget my password when the application closes"
    description="For a device that you share. After the next start this device only shows what it has until you sign in, which takes the server."
  />
)
