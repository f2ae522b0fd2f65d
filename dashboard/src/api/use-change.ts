import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';

/** A call that changes something; answers that it makes old are asked for anew. */
export function useChange<Input, Output>(change: (input: Input) => Promise<Output>, makesOld: QueryKey) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: makesOld }),
  });
}
