import { type Place, UserError } from '../domain/user-error.ts';
import { doTask, type ResultOf, type TaskName, type TaskOf } from './tasks.ts';

/** What a thread answers. An error loses its class between threads, so that a user's is told apart here. */
export type Answer<Value> =
  | { readonly status: 'done'; readonly value: Value }
  | {
      readonly status: 'userError';
      readonly code: string;
      readonly message: string;
      readonly place: Place | undefined;
      readonly remedies: readonly string[];
    };

/** The function that piscina calls in each of its threads. */
export default function answer<Name extends TaskName>({
  name,
  task,
}: {
  name: Name;
  task: TaskOf<Name>;
}): Answer<ResultOf<Name>> {
  try {
    return { status: 'done', value: doTask(name, task) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, place, remedies } = error;
    return { status: 'userError', code, message, place, remedies };
  }
}
