import type { DetailAnswer, ErrorAnswer } from './schema';

/** What somebody else changed meanwhile, and what was to be written over it. */
export interface Meanwhile {
  /** Null when it is gone, or may not be read. */
  current: unknown;
  sent: unknown;
  /** To be sent as `If-Match` by who has seen `current`. */
  etag: string | null;
}

/** A line of a script's log. */
export interface LogLine {
  level: string;
  message: string;
}

interface More {
  meanwhile?: Meanwhile | null;
  logs?: readonly LogLine[];
}

/** What the platform refused, or why it could not be asked; `status` is 0 when nobody answered. */
export class ApiError extends Error {
  readonly name = 'ApiError';
  /** What was changed meanwhile, of a refusal for two people at once. */
  readonly meanwhile: Meanwhile | null;
  /** What a failing script had logged. */
  readonly logs: readonly LogLine[];

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: readonly DetailAnswer[] = [],
    readonly requestId: string | null = null,
    readonly hint: string | null = null,
    more: More = {}
  ) {
    super(message);
    this.meanwhile = more.meanwhile ?? null;
    this.logs = more.logs ?? [];
  }

  /** Nobody is logged in, or no longer. */
  get isLoggedOut(): boolean {
    return this.status === 401;
  }

  /** The caller lacks a permission. */
  get isForbidden(): boolean {
    return this.status === 403;
  }

  /** The error of one field of a form, in the platform's words. */
  of(field: string): string | undefined {
    return this.details.find(detail => detail.field === field)?.message;
  }
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  return typeof body === 'object' && body !== null && 'error' in body && 'message' in body;
}

interface PlainError {
  message: string;
  code?: string;
  hint?: string | null;
  field?: string;
}

function isPlainError(body: unknown): body is PlainError {
  return typeof body === 'object' && body !== null && 'message' in body;
}

/** The error that an answer tells, whoever wrote it: the platform, or the server between. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  if (isErrorAnswer(body)) {
    const { code, details, request_id, logs, current, sent, etag } = body.error;
    const isMeanwhile = response.status === 412 || response.status === 428;
    const meanwhile = isMeanwhile ? { current, sent, etag: etag ?? null } : null;
    const hint = details[0]?.hint ?? null;
    const more = { meanwhile, logs };
    return new ApiError(response.status, code, body.message, details, request_id, hint, more);
  }
  if (isPlainError(body)) {
    const { code = 'error', message, hint = null } = body;
    return new ApiError(response.status, code, message, detailsOf(body), null, hint);
  }
  const words = response.statusText || 'no reason was given';
  return new ApiError(response.status, 'error', `The server answered ${response.status}: ${words}`);
}

/** The field that the server between names, before its message and apart. */
function detailsOf({ field, message, hint = null }: PlainError): DetailAnswer[] {
  if (!field) return [];
  const own = message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
  return [{ field, message: own, hint, line: null, column: null }];
}

/** Any error as one with a message for people; the client itself tells when nobody answers. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, 'error', error instanceof Error ? error.message : String(error));
}
