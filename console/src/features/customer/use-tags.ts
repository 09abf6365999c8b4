import { type Customer, versionOf } from '@foyer/sdk';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, isCode, queries } from '../../api.ts';
import { useTell } from '../../ui/undo.tsx';
import { customerKey, historyKey } from '../customers/queries.ts';
import { useClient } from '../session/queries.ts';

interface Step {
  readonly tag: string;
  readonly action: 'add' | 'remove';
}

const apply = (tags: readonly string[], { tag, action }: Step): string[] =>
  action === 'remove' ? tags.filter((one) => one !== tag) : [...tags.filter((one) => one !== tag), tag];

/** Gives a customer a client-type, or takes it away, keeping what others did in the meantime. */
export function useTags({ customerId }: Customer) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useClient();
  const key = customerKey(client.name, customerId);

  /** Applies this step to the current list, and writes it only if the list is still the same. */
  const step = async (done: Step): Promise<void> => {
    const current = await ask(client.name, ({ customers }) => customers.get({ customerId }));
    try {
      await ask(client.name, ({ clientTypes }) =>
        clientTypes.set(
          { customerId, clienttypes: apply(current.customerTags, done) },
          { ifMatch: versionOf(current) ?? current },
        ),
      );
    } catch (error) {
      if (!isCode(error, 'precondition-failed')) throw error;
      await step(done);
    }
  };
  return useMutation({
    mutationFn: step,
    onSuccess: (_, { tag, action }) => {
      const opposite: Step = { tag, action: action === 'add' ? 'remove' : 'add' };
      tell({
        text: action === 'add' ? t('tags.added', { tag }) : t('tags.taken', { tag }),
        undo: async () => {
          try {
            await step(opposite);
            return t('undo.undone');
          } catch {
            return t('undo.failed');
          } finally {
            void queries.invalidateQueries({ queryKey: key });
          }
        },
      });
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: historyKey(client.name, customerId) });
      return queries.invalidateQueries({ queryKey: key });
    },
  });
}
