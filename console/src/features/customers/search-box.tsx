import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './customers.module.css';

/**
 * How long typing must rest before the search: letters in one stroke are one search, and an overtaken search is
 * aborted.
 */
const REST_MS = 30;
/** After a pause this long, typing begins a new search in the history of the browser. */
const NEW_SEARCH_MS = 1500;

interface Props {
  readonly search: string | undefined;
  readonly onSearch: (search: string | undefined, isNew: boolean) => void;
  readonly onDown: () => void;
  readonly onEnter: () => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}

export function SearchBox({ search, onSearch, onDown, onEnter, inputRef }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(search ?? '');
  const asked = useRef(search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastAsked = useRef(Number.NEGATIVE_INFINITY);

  // Changed by the back button, a link or a cleared filter.
  useEffect(() => {
    if (search === asked.current) return;
    asked.current = search;
    setTyped(search ?? '');
  }, [search]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const look = (text: string) => {
    clearTimeout(timer.current);
    const next = text.trim() === '' ? undefined : text.trim();
    if (next === asked.current) return;
    const isNew = performance.now() - lastAsked.current > NEW_SEARCH_MS;
    lastAsked.current = performance.now();
    asked.current = next;
    onSearch(next, isNew);
  };
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => look(text), REST_MS);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') onDown();
    else if (event.key === 'Enter') {
      look(typed);
      onEnter();
    } else if (event.key === 'Escape' && typed !== '') type('');
    else return;
    event.preventDefault();
  };
  return (
    <TextInput
      ref={inputRef}
      className={styles.search}
      type="search"
      role="searchbox"
      size="md"
      aria-label={t('customers.search')}
      placeholder={t('customers.searchHint')}
      leftSection={<IconSearch size={18} stroke={1.8} aria-hidden />}
      rightSection={
        typed === '' ? (
          <Kbd className={styles.slash} aria-hidden>
            /
          </Kbd>
        ) : (
          <CloseButton
            size="sm"
            aria-label={t('customers.clearSearch')}
            onClick={() => {
              type('');
              inputRef.current?.focus();
            }}
          />
        )
      }
      rightSectionPointerEvents={typed === '' ? 'none' : 'all'}
      maxLength={255}
      autoComplete="off"
      spellCheck={false}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
