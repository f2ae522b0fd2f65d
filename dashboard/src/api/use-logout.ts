import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from './call.ts';

/** Ends the session; what was loaded with it is forgotten, and the next look at `me` shows the login. */
export function useLogout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call('logout', {}),
    onSuccess: ({ next }) => {
      client.clear();
      // The identity provider’s own sign-out leads back here.
      window.location.assign(next ?? '/');
    },
  });
}
