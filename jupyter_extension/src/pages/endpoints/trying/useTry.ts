import { useState } from 'react';

import { useApi } from '../../../api/context';
import { type ApiError, asApiError } from '../../../api/errors';
import type { DebugAnswer, DebugIn } from '../../../api/schema';

/** What is run, and as whom it is seen. */
export interface As {
  version: string;
  clientId: string;
}

export interface Tried {
  answer: DebugAnswer | null;
  error: ApiError | null;
}

interface Try {
  tried: Tried | null;
  isBusy: boolean;
  /** Throws what is wrong with a parameter, to be shown beside it. */
  run: (params: Record<string, unknown>, as: As) => Promise<void>;
  stop: () => void;
}

/** Runs an endpoint's definition, and holds what it answered. */
export function useTry(endpointId: string, names: readonly string[]): Try {
  const { http } = useApi();
  const [tried, setTried] = useState<Tried | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  const run = async (params: Record<string, unknown>, as: As): Promise<void> => {
    const controller = new AbortController();
    setRunning(controller);
    try {
      const { data } = await http.POST('/api/v1/endpoints/{endpoint_id}/debug', {
        params: { path: { endpoint_id: endpointId } },
        body: bodyOf(params, as),
        signal: controller.signal
      });
      setTried({ answer: data ?? null, error: null });
    } catch (reason) {
      if (controller.signal.aborted) return;
      const error = asApiError(reason);
      if (
        error.details.some(detail => detail.line === null && names.includes(detail.field ?? ''))
      ) {
        setTried(null);
        throw error;
      }
      setTried({ answer: null, error });
    } finally {
      setRunning(null);
    }
  };
  return { tried, isBusy: running !== null, run, stop: () => running?.abort() };
}

function bodyOf(params: Record<string, unknown>, as: As): DebugIn {
  return {
    params,
    version: as.version === 'draft' ? null : as.version === 'live' ? 'live' : Number(as.version),
    client_id: as.clientId || null
  };
}
