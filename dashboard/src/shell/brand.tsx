import { Group, Text } from '@mantine/core';
import { words } from '../words.ts';

export function Brand() {
  return (
    <Group gap={10} wrap="nowrap">
      <img src="/favicon.svg" width={28} height={28} alt="" />
      <Text fw={700} fz="lg" lh={1}>
        {words.brand}
      </Text>
    </Group>
  );
}
