// Puts files under another key on a thread of its own: a large one takes seconds.
import { answerTasks } from '../sqlite/thread-tasks'
import { type RecodingTask, recode } from './recoding'

answerTasks((task: RecodingTask) => recode(task))
