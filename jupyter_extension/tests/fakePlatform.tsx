import { render, type RenderResult } from '@testing-library/react';
import type { ReactElement } from 'react';

import { createApi } from '../src/api/client';
import { ApiProvider, createQueries } from '../src/api/context';
import type { MeAnswer } from '../src/api/schema';
import { type Host, HostProvider, type Notebooks } from '../src/host/host';

/** An answer of the pretended platform: a body, or a status with one. */
export type Answer = (request: Request) => Response | Promise<Response> | object | undefined;

export const SUPERUSER: MeAnswer = {
  id: '00000000-0000-0000-0000-000000000001',
  username: 'ada',
  email: null,
  full_name: 'Ada',
  is_superuser: true,
  roles: ['Admin'],
  permissions: []
};

/** A platform that answers by `METHOD /path`, and remembers what it was asked. */
export class FakePlatform {
  readonly requests: { method: string; url: URL; headers: Headers; body: unknown }[] = [];

  constructor(private readonly answers: Record<string, Answer | object>) {}

  readonly send = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const text = await request.clone().text();
    const { method, headers } = request;
    this.requests.push({ method, url, headers, body: text ? (JSON.parse(text) as unknown) : null });
    const known = this.answers[`${method} ${url.pathname}`];
    const answer = typeof known === 'function' ? await (known as Answer)(request) : known;
    if (answer instanceof Response) return answer;
    if (answer === undefined) return refusal(404, 'not_found', `Not here: ${url.pathname}`);
    return Response.json(answer);
  };
}

/** A refusal in the platform's shape. */
export function refusal(status: number, code: string, message: string, field?: string): Response {
  const details = field ? [{ field, message, line: null, column: null, hint: null }] : [];
  const error = { code, request_id: 'req-1', details, logs: [] };
  return Response.json({ success: false, message, data: [], error }, { status });
}

export interface World extends RenderResult {
  platform: FakePlatform;
  opened: string[];
  said: string[];
}

/** Draw an element with a pretended platform, a host that remembers, and a user. */
export function draw(
  element: ReactElement,
  answers: Record<string, Answer | object>,
  { me = SUPERUSER, notebooks = null }: { me?: MeAnswer; notebooks?: Notebooks | null } = {}
): World {
  const platform = new FakePlatform({ 'GET /api/v1/users/me': me, ...answers });
  const opened: string[] = [];
  const said: string[] = [];
  const host: Host = {
    open: location => opened.push(location),
    href: location => `#${location}`,
    notify: message => said.push(message),
    notebooks
  };
  const drawn = render(
    <ApiProvider api={createApi(platform.send, '')} queries={createQueries()}>
      <HostProvider host={host}>{element}</HostProvider>
    </ApiProvider>
  );
  return { ...drawn, platform, opened, said };
}
