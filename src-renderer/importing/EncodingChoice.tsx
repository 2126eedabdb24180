// How a file's letters are read, when that had to be guessed: some of its words in each encoding it may be in.
// Invariant: choosing another encoding opens the file again; nothing of the former reading is left.
import { Alert, Radio, Stack } from '@mantine/core'
import { ENCODING_SURE, type ImportFile } from '@shared/model/import'
import { IconLetterCase } from '@tabler/icons-react'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { useImportMemory } from '../state/import'
import { takeOpened } from './import-draft'

export function EncodingChoice({ file }: { file: ImportFile }) {
  const handle = useImportMemory((state) => state.handle)
  // A choice opens the file anew, and then nothing is guessed: the words stay as they were for another one.
  const [encodings] = useState(file.encodings)
  const [unsure] = useState(file.encodingConfidence < ENCODING_SURE)
  const open = useCall('import.open')
  const discard = useCall('import.discard')
  if (encodings.length < 2) return null

  const choose = async (encoding: string): Promise<void> => {
    try {
      const again = await open.run({ handle, encoding })
      await discard.run({ importId: file.importId })
      takeOpened(again, handle)
    } catch {
      // It stands in `open.error`, which is shown below.
    }
  }
  const error = open.error ?? discard.error
  return (
    <Alert
      variant="light"
      color={unsure ? 'yellow' : 'blue'}
      icon={<IconLetterCase aria-hidden />}
      title={unsure ? 'Are these words spelt right?' : 'The letters were recognised'}
    >
      <Stack gap="xs">
        <Radio.Group
          label="Which line reads right?"
          description="The file does not say in which encoding it is."
          value={file.encoding}
          onChange={(encoding) => void choose(encoding)}
        >
          <Stack gap="snug" mt="xs">
            {encodings.map(({ encoding, sample }) => (
              <Radio key={encoding} value={encoding} label={sample} description={encoding} disabled={open.pending} />
            ))}
          </Stack>
        </Radio.Group>
        {error && <ErrorNotice error={error} />}
      </Stack>
    </Alert>
  )
}
