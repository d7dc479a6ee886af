import type { WebhookTestResult } from '../../data/types.ts';
import { sentence } from '../../format/sentence.ts';
import { Button } from '../../parts/button.tsx';
import { words } from '../../words.ts';

interface TestResultProps {
  readonly result: WebhookTestResult;
  readonly onClose: () => void;
}

const t = words.webhooks;

/** What came of a test. */
export function TestResult({ result: { status, description, response }, onClose }: TestResultProps) {
  const isGood = status === 'SUCCESS';
  return (
    <div class={`note test ${isGood ? 'good' : 'bad'}`}>
      <div class="test-head">
        <p>
          <strong>{isGood ? t.testGood : t.testBad}</strong>
          {!isGood && ` ${sentence(description)}`}
        </p>
        <Button look="quiet" size="small" icon="close" label={words.common.close} onClick={onClose} />
      </div>
      {response === null ? (
        <p>{t.testNoAnswer}</p>
      ) : (
        <>
          {isGood && <p>{t.testAnswer(response.code)}</p>}
          <pre>{response.body === '' ? t.emptyBody : response.body}</pre>
        </>
      )}
    </div>
  );
}
