// The certificate of the authority that signed the server's own, folded away where it is not needed.

import { Button, Collapse, FileButton, Group, Stack, Textarea } from '@mantine/core'
import type { GetInputPropsReturnType } from '@mantine/form'
import { IconCertificate } from '@tabler/icons-react'
import { ICON } from '../theme'

interface CertificateProps {
  opened: boolean
  onToggle: () => void
  /** Value and error of the field. */
  input: GetInputPropsReturnType
  onFile: (file: File | null) => Promise<void>
}

export function Certificate({ opened, onToggle, input, onFile }: CertificateProps) {
  return (
    <div>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconCertificate size={ICON.md} aria-hidden />}
        aria-expanded={opened}
        onClick={onToggle}
      >
        The server has a certificate of its own
      </Button>
      <Collapse expanded={opened}>
        <Stack gap="xs" pt="xs">
          <Textarea
            label="Certificate of the authority"
            description="Only where this system does not know who signed the server’s certificate. Paste it, or choose its file."
            placeholder={'-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----'}
            rows={4}
            maxLength={100_000}
            spellCheck={false}
            classNames={{ input: 'scv-code' }}
            {...input}
          />
          <Group>
            <FileButton onChange={(file) => void onFile(file)} accept=".pem,.crt,.cer,.cert,application/x-pem-file">
              {(props) => (
                <Button size="xs" variant="default" {...props}>
                  Choose a file
                </Button>
              )}
            </FileButton>
          </Group>
        </Stack>
      </Collapse>
    </div>
  )
}
