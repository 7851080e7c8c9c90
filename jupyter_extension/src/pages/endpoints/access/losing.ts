import type { EndpointAnswer } from '../../../api/schema';

/** What it means that an endpoint is taken from somebody. */
export function losing(who: string, { method, path, access }: EndpointAnswer): string {
  const when =
    access === 'public'
      ? ' once it is private; it is public now.'
      : ', unless they have it in another way. Calls are refused at once.';
  return `${who} may no longer call ${method} ${path}${when}`;
}
