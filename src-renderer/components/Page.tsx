// The frame of every screen: a title that receives focus when the screen opens, actions beside it, and the rest below.
import { Box, Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'

interface PageProps {
  title: string
  subtitle?: ReactNode
  actions?: ReactNode
  /** Of screens that put the cursor into a field of their own. */
  keepFocus?: boolean
  /** The content scrolls as a whole; otherwise it fills the height and scrolls in parts. */
  scroll?: boolean
  children: ReactNode
}

export function Page({ title, subtitle, actions, keepFocus = false, scroll = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!keepFocus) heading.current?.focus({ preventScroll: true })
  }, [keepFocus])
  return (
    <Stack h="100%" gap="md" p="lg" pb={scroll ? 0 : 'lg'}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <Box miw={0}>
          <Title order={1} ref={heading} tabIndex={-1} data-page-title>
            {title}
          </Title>
          {subtitle && (
            <Text c="dimmed" size="sm" mt="hair">
              {subtitle}
            </Text>
          )}
        </Box>
        {actions && (
          <Group gap="xs" wrap="nowrap">
            {actions}
          </Group>
        )}
      </Group>
      {scroll ? (
        <Box data-page-scroll flex={1} mih={0} mx="-lg" px="lg" pb="lg" className="scv-scroll">
          {children}
        </Box>
      ) : (
        children
      )}
    </Stack>
  )
}
