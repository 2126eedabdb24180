// Saving what is handed out: everything about one person, or the certificate of their erasure, as PDF or JSON.
// Invariant: what was saved is told with its place and its reference, which stands in the audit trail.
import { Button, Group, Text } from '@mantine/core'
import { SUBJECT_FORMATS, type SubjectFormat } from '@shared/model/subject'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'

const FORMAT_WORDS: Readonly<Record<SubjectFormat, string>> = { pdf: 'Save as PDF…', json: 'Save as JSON…' }

interface SaveSubjectProps {
  contactId: string
  what: 'subject.save' | 'subject.saveCertificate'
}

export function SaveSubject({ contactId, what }: SaveSubjectProps) {
  const save = useCall(what)
  const [format, setFormat] = useState<SubjectFormat>()
  const [told, setTold] = useState('')
  const saveAs = async (wanted: SubjectFormat): Promise<void> => {
    setFormat(wanted)
    setTold('')
    try {
      const saved = await save.run({ contactId, format: wanted })
      if (saved) setTold(`Saved as ${saved.path}. The reference is ${saved.reference}.`)
    } catch {
      // It stands in `save.error`, which is shown below.
    }
  }
  return (
    <>
      <Group gap="xs">
        {SUBJECT_FORMATS.map((one) => (
          <Button
            key={one}
            size="xs"
            variant="default"
            loading={save.pending && format === one}
            onClick={() => void saveAs(one)}
          >
            {FORMAT_WORDS[one]}
          </Button>
        ))}
      </Group>
      <Text size="sm" role="status" className="scv-wrap">
        {told}
      </Text>
      {save.error && <ErrorNotice error={save.error} />}
    </>
  )
}
