// Every key the window knows, on one sheet.
import { Group, Kbd, Modal, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { useHelp } from '../state/help'
import {
  BACK_KEYS,
  HELP_KEYS,
  INCOMING_KEYS,
  LOCK_KEYS,
  MOD,
  NEW_CONTACT_KEYS,
  PALETTE_KEYS,
  RECORD_KEYS,
  UNDO_KEYS,
} from '../state/keys'
import { SCREENS } from './screens'

type Line = readonly [keys: readonly string[], does: string]

const SECTIONS: readonly (readonly [title: string, lines: readonly Line[]])[] = [
  [
    'Anywhere',
    [
      [['/'], 'Look somebody up'],
      [[PALETTE_KEYS.keys], 'Every command, and people'],
      [[RECORD_KEYS.keys], 'Record an interaction'],
      [[NEW_CONTACT_KEYS.keys], 'New contact'],
      [[INCOMING_KEYS.keys], 'To the interaction that has just arrived'],
      [[UNDO_KEYS.keys], 'Take the last step back'],
      [[LOCK_KEYS.keys], 'Lock this window'],
      [BACK_KEYS, 'Back; what was typed is kept'],
      [[HELP_KEYS.keys], 'This sheet'],
    ],
  ],
  ['Screens', SCREENS.map(({ keys, label }): Line => [[keys], label])],
  [
    'Lists and results',
    [
      [['↑', '↓'], 'Choose'],
      [['Enter'], 'Open'],
      [['Tab'], 'To the next control, also inside a row'],
      [['Space'], 'Select, in the queue'],
    ],
  ],
  [
    'In the picture of a journey',
    [
      [['+', '-'], 'Closer, and back'],
      [['←', '→'], 'Earlier, later'],
      [['Home', 'End'], 'To the first and the last'],
      [['0'], 'All of it'],
    ],
  ],
  [
    'While editing',
    [
      [['Enter', 'Tab'], 'Save a field'],
      [['Esc'], 'Leave it unsaved; what was typed is kept'],
      [[`${MOD} Enter`], 'Add a note'],
    ],
  ],
]

export function HelpSheet() {
  const { opened, close } = useHelp()
  return (
    <Modal opened={opened} onClose={close} title="Keyboard" size="xl">
      <SimpleGrid cols={2} spacing="xl" verticalSpacing="lg">
        {SECTIONS.map(([title, lines]) => (
          <Stack key={title} gap="tight">
            <Title order={3}>{title}</Title>
            <Table verticalSpacing="tight" horizontalSpacing={0} withRowBorders={false} aria-label={title}>
              <Table.Tbody>
                {lines.map(([keys, does]) => (
                  <Table.Tr key={does}>
                    <Table.Td>
                      <Text size="sm">{does}</Text>
                    </Table.Td>
                    <Table.Td>
                      <Group gap="tight" justify="flex-end" wrap="nowrap">
                        {keys.map((key) => (
                          <Kbd key={key} size="sm">
                            {key}
                          </Kbd>
                        ))}
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Stack>
        ))}
      </SimpleGrid>
    </Modal>
  )
}
