import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isValidation, problemText } from './problem-text.ts';

/** Why a form was refused, if it is not the fault of one of its fields. */
export function FormProblem({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (error === null || isValidation(error)) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {problemText(error, t)}
    </Alert>
  );
}
