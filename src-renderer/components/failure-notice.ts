// Says in a notice what did not come about, where no form or card stays on screen to say it.
import { notifications } from '@mantine/notifications'
import { ScvError } from '@shared/errors'
import { errorWords } from '../format/errors'

/** @param what in one short sentence, e.g. `Not taken back.` */
export function showFailure(what: string, error: unknown): void {
  const { title, message } = errorWords(error instanceof ScvError ? error : new ScvError('internal', String(error)))
  notifications.show({ color: 'red', title: `${what} ${title}`, message })
}
