import { Checkbox, Fieldset, NativeSelect, SimpleGrid, Stack } from '@mantine/core';
import { type ProbeRequest, type ProbeTest, probeTests } from '../../../contract/api.ts';
import { words } from '../words.ts';

/** Longest idle times on offer, in seconds. */
const lifetimes = [60, 120, 300];

/** Which tests a probe shall run besides its usual ones. */
export function ProbeTests({
  wanted,
  onChange,
}: {
  wanted: ProbeRequest;
  onChange: (wanted: ProbeRequest) => void;
}) {
  const { tests = [], lifetimeSec } = wanted;
  const toggle = (test: ProbeTest, on: boolean) =>
    onChange({
      ...wanted,
      tests: probeTests.filter((other) => (other === test ? on : tests.includes(other))),
    });
  const chooseLifetime = (text: string) => {
    const { lifetimeSec: _, ...rest } = wanted;
    onChange(text === '' ? rest : { ...rest, lifetimeSec: Number(text) });
  };
  return (
    <Fieldset legend={words.probe.tests} variant="unstyled">
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
          {probeTests.map((test) => (
            <Checkbox
              key={test}
              label={words.probe.test[test].label}
              description={words.probe.test[test].text}
              checked={tests.includes(test)}
              onChange={(event) => toggle(test, event.currentTarget.checked)}
            />
          ))}
        </SimpleGrid>
        <NativeSelect
          label={words.probe.lifetime}
          description={words.probe.lifetimeText}
          value={lifetimeSec === undefined ? '' : String(lifetimeSec)}
          onChange={(event) => chooseLifetime(event.currentTarget.value)}
          data={[
            { value: '', label: words.probe.noLifetime },
            ...lifetimes.map((sec) => ({ value: String(sec), label: words.probe.upTo(sec) })),
          ]}
        />
      </Stack>
    </Fieldset>
  );
}
