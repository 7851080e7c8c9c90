import { type ReactElement, useState } from 'react';

import { textOrNull } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { MacroAnswer, PublishedMacroAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { Diff } from '../../../components/Diff';
import { Field, Form } from '../../../components/Form';
import { useSeen } from '../../../components/seen';
import { EndpointLinks } from '../../parts/EndpointsOf';
import { useRefreshModules } from '../data';
import { languageOf } from './MacroText';

interface Values {
  message: string;
}

/** Publishes a macro's text, then tells which endpoints have an older one. */
export function PublishMacro(props: { macro: MacroAnswer; onClose: () => void }): ReactElement {
  const { macro, onClose } = props;
  const { http } = useApi();
  const refresh = useRefreshModules();
  const seen = useSeen(`/api/v1/macros/${macro.id}`);
  const [published, setPublished] = useState<PublishedMacroAnswer>();
  const send = async ({ message }: Values): Promise<void> => {
    const { data } = await seen.send(header =>
      http.POST('/api/v1/macros/{macro_id}/publish', {
        params: { path: { macro_id: macro.id }, header },
        body: { message: textOrNull(message) }
      })
    );
    setPublished(data);
    await refresh();
  };
  if (published) return <Published name={macro.name} published={published} onClose={onClose} />;
  return (
    <Dialog title={`Publish ${macro.name}`} onClose={onClose} isWide>
      <Form<Values> defaults={{ message: '' }} action="Publish" onSend={send} onCancel={onClose}>
        {({ register, formState: { errors } }) => (
          <>
            <Changes macro={macro} />
            <Field
              label="Message"
              hint="What changed and why, for who looks at the versions."
              error={errors.message}
            >
              <input {...register('message')} autoComplete="off" />
            </Field>
            <p className="dbapi-Muted">
              No endpoint changes by this: each takes the new text when its cell runs and is
              published again.
            </p>
          </>
        )}
      </Form>
    </Dialog>
  );
}

function Changes({ macro }: { macro: MacroAnswer }): ReactElement | null {
  const path = { macro_id: macro.id };
  const { data } = useApi().query.useQuery('get', '/api/v1/macros/{macro_id}/versions', {
    params: { path }
  });
  const live = data?.items.find(version => version.is_live);
  if (!live) return null;
  return (
    <Diff
      before={live.content}
      after={macro.content}
      language={languageOf(macro)}
      labels={[`Live, version ${live.number}`, 'To be published']}
    />
  );
}

function Published(props: {
  name: string;
  published: PublishedMacroAnswer;
  onClose: () => void;
}): ReactElement {
  const { version, created, lagging } = props.published;
  return (
    <Dialog title={`${props.name} is published`} onClose={props.onClose}>
      <p role="status">
        {created ? `Version ${version} is live.` : `This text was version ${version} already.`}
      </p>
      {lagging.length === 0 ? (
        <p>No published endpoint has an older text.</p>
      ) : (
        <>
          <p>These endpoints still have an older text. Run and publish their cells again:</p>
          <EndpointLinks endpoints={lagging} />
        </>
      )}
      <footer className="dbapi-Dialog-foot">
        <Button look="accept" onClick={props.onClose}>
          Done
        </Button>
      </footer>
    </Dialog>
  );
}
