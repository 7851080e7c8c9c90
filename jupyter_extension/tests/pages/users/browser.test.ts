import { expect, test } from 'vitest';

import { programOf } from '../../../src/pages/users/account/browser';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const WINDOWS = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT}`;
const MAC = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT}`;
const LINUX = `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT}`;
const ANDROID = `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${WEBKIT}`;
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const SYSTEMS = [
  [WINDOWS, 'Windows'],
  [MAC, 'macOS'],
  [LINUX, 'Linux'],
  [ANDROID, 'Android']
] as const;
// What comes behind the system: each names the browsers that it is like, too.
const LIKE_CHROME = [
  ['Chrome/126.0.0.0 Safari/537.36', 'Chrome 126'],
  ['Chrome/126.0.0.0 Mobile Safari/537.36', 'Chrome 126'],
  ['HeadlessChrome/126.0.0.0 Safari/537.36', 'Chrome 126'],
  ['Chrome/126.0.0.0 Safari/537.36 Edg/125.0.2592.81', 'Edge 125'],
  ['Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/125.0.2592.80', 'Edge 125'],
  ['Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763', 'Edge 18'],
  ['Chrome/126.0.0.0 Safari/537.36 OPR/111.0.0.0', 'Opera 111'],
  ['SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36', 'Samsung Internet 25'],
  ['Version/17.4.1 Safari/605.1.15', 'Safari 17']
] as const;

for (const [start, system] of SYSTEMS) {
  test.each(LIKE_CHROME)(`on ${system}, %s is told as %s`, (rest, browser) => {
    expect(programOf(`${start} ${rest}`)).toBe(`${browser} on ${system}`);
  });
}

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
    'Firefox 127 on Linux'
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Firefox 128 on Windows'
  ],
  [`${IPHONE} Version/17.4 Mobile/15E148 Safari/604.1`, 'Safari 17 on iPhone'],
  [`${IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`, 'Chrome 126 on iPhone'],
  [`${IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15`, 'Firefox 127 on iPhone'],
  [`${IPHONE} Version/17.0 EdgiOS/125.0.2535.96 Mobile/15E148 Safari/604.1`, 'Edge 125 on iPhone'],
  ['python-httpx/0.28.1', 'python-httpx/0.28.1'],
  ['', ''],
  ['x'.repeat(50), `${'x'.repeat(40)}…`]
])('%s is told as %s', (agent, told) => {
  expect(programOf(agent)).toBe(told);
});
