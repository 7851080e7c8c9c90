import { configure } from '@testing-library/react';
import { vi } from 'vitest';

// What is typed and drawn here takes long on a machine that does other things too.
configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 40_000 });

// Nothing has a size here, and a table draws only the rows that are in sight.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { configurable: true, get: () => 600 },
  clientWidth: { configurable: true, get: () => 1000 }
});
