import type { AccessRecordAnswer } from './schema';

// What the platform will tell that schema.ts does not yet describe; it goes once it does.

/** The query string of a request, as it was sent. */
export interface WithQuery {
  query?: string | null;
}

export type RecordWithQuery = AccessRecordAnswer & WithQuery;

/** Records newer than one that was seen. */
export interface NewerThan {
  after_id: number;
}
