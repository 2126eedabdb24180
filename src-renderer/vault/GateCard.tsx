// What stands in the window before the data is open: one card in its middle, as a page of its own.
import { Card, Center, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ICON, MARK, WIDTH } from '../theme'

export function GateCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center h="100%" p="lg" bg="var(--scv-frame)">
      <Card component="main" padding="xl" w={WIDTH.wide}>
        <Stack gap="md">
          <Group gap="sm" wrap="nowrap">
            <ThemeIcon variant="light" size={MARK.huge} radius="xl" aria-hidden>
              <IconKey size={ICON.xxl} />
            </ThemeIcon>
            <div>
              <Title order={1} size="h2">
                {title}
              </Title>
              <Text size="sm" c="dimmed">
                Single Customer View
              </Text>
            </div>
          </Group>
          {children}
        </Stack>
      </Card>
    </Center>
  )
}
