import { expect, it } from 'vitest';
import { Client } from '../server/stage.ts';
import { FaultyStage } from './stage.ts';

it('437 once for each port, or once for a user', () => {
  const codes = (fault: string): number[] => {
    const stage = new FaultyStage([fault]);
    return [1, 2].flatMap((port) => {
      const client = new Client(stage, { at: { address: '93.184.216.34', port } });
      return [client.allocate().code, client.allocate().code];
    });
  };
  expect(codes('mismatch-once')).toEqual([437, 0, 437, 0]);
  // The second Allocate of a five-tuple is a mismatch of the server’s own.
  expect(codes('mismatch-once-per-user')).toEqual([437, 0, 0, 437]);
});
