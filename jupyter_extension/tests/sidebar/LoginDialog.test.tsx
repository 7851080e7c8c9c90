import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';

import { ApiError } from '../../src/api/errors';
import type { Credentials } from '../../src/lab/server';
import LoginDialog from '../../src/sidebar/LoginDialog';
import { draw } from '../fakePlatform';
import { STATUS } from './world';

type LogIn = (credentials: Credentials) => Promise<unknown>;

function drawDialog(logIn: LogIn, onClose = vi.fn()): typeof onClose {
  draw(<LoginDialog status={STATUS} logIn={logIn} onClose={onClose} />, {});
  return onClose;
}

/** Everything that inputs hold, and the text and attributes around them. */
function everything(): string {
  const values = [...document.querySelectorAll('input')].map(input => input.value);
  return document.documentElement.outerHTML + values.join('\n');
}

async function sendPassword(password: string): Promise<void> {
  await userEvent.type(
    screen.getByLabelText(/^Password/, { selector: '[type=password]' }),
    password
  );
  await userEvent.click(screen.getByRole('button', { name: 'Log in' }));
}

test('a refused password is told beside its field, and is gone from the page', async () => {
  const logIn = vi.fn<LogIn>(() =>
    Promise.reject(new ApiError(401, 'unauthorized', 'The password is wrong'))
  );
  const onClose = drawDialog(logIn);
  await userEvent.type(screen.getByLabelText('User name'), 'ada');
  await sendPassword('s3cret-1');
  const field = (await screen.findByText('The password is wrong')).closest('label');
  expect(field?.textContent).toMatch(/^Password/);
  expect(everything()).not.toContain('s3cret-1');
  expect(onClose).not.toHaveBeenCalled();
});

test('after a refusal another try is sent', async () => {
  const logIn = vi
    .fn<LogIn>()
    .mockRejectedValueOnce(new ApiError(401, 'unauthorized', 'The password is wrong'))
    .mockResolvedValueOnce(STATUS);
  const onClose = drawDialog(logIn);
  await userEvent.type(screen.getByLabelText('User name'), 'ada');
  await sendPassword('wrong');
  await screen.findByText('The password is wrong');
  await sendPassword('right');
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  const url = 'http://data.example.com';
  expect(logIn.mock.lastCall).toEqual([{ url, username: 'ada', password: 'right' }]);
});

test('a token is taken out of the page when it is sent', async () => {
  const logIn = vi.fn<LogIn>(() => new Promise(() => undefined));
  drawDialog(logIn);
  await userEvent.click(screen.getByRole('radio', { name: 'Token' }));
  await userEvent.type(screen.getByLabelText(/^Token/, { selector: '[type=password]' }), 'pat-7');
  await userEvent.click(screen.getByRole('button', { name: 'Log in' }));
  expect(logIn.mock.calls).toEqual([[{ url: 'http://data.example.com', token: 'pat-7' }]]);
  expect(everything()).not.toContain('pat-7');
});

test('an address where nobody answers is told beside the address', async () => {
  drawDialog(() => Promise.reject(new ApiError(502, 'platform_unreachable', 'Nobody is there')));
  await sendPassword('x');
  const field = (await screen.findByText('Nobody is there')).closest('label');
  expect(field?.textContent).toMatch(/^Address/);
});

test('JupyterHub is offered only where the platform knows it', () => {
  drawDialog(() => Promise.resolve());
  expect(screen.queryByRole('radio', { name: 'JupyterHub' })).toBeNull();
});
