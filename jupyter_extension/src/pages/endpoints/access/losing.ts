import type { EndpointAnswer } from '../../../api/schema';

/** What it means that somebody may no longer call an endpoint. */
export function losing(who: string, { access }: EndpointAnswer): string {
  return access === 'public'
    ? `${who} may no longer call it once it is private; it is public now.`
    : `${who} may no longer call it, unless it is given in another way. Calls are refused at once.`;
}
