import { ApiError } from '../../api/errors';

/**
 * The same refusal, told beside the field that caused it: the platform names no field when it
 * refuses to let somebody give what they do not have, and names one role of a list.
 */
export function besideField(reason: unknown, fieldOf: (error: ApiError) => string | null): unknown {
  if (!(reason instanceof ApiError)) return reason;
  const details = reason.details.map(detail => ({
    ...detail,
    field: detail.field?.split('.')[0] ?? null
  }));
  const field = details.length === 0 ? fieldOf(reason) : null;
  if (field !== null) {
    const { message, hint } = reason;
    details.push({ field, message, hint, line: null, column: null });
  }
  const { status, code, message, requestId, hint } = reason;
  return new ApiError(status, code, message, details, requestId, hint);
}

/** The field of a user's form that a refusal is about. */
export function userField(error: ApiError): string | null {
  if (error.status === 409) return /e-mail/.test(error.message) ? 'email' : conflictField(error);
  if (!error.isForbidden) return null;
  return /superuser/.test(error.message) ? 'is_superuser' : 'roles';
}

function conflictField(error: ApiError): string | null {
  if (/user named/.test(error.message)) return 'username';
  if (/superuser/.test(error.message)) return 'is_superuser';
  return /inactive/.test(error.message) ? 'is_active' : null;
}
