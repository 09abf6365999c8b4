import styles from './ui.module.css';

interface Props {
  readonly label: string;
  readonly checked: boolean;
  readonly isMixed?: boolean;
  readonly tabIndex?: number;
  readonly onChange: (isTicked: boolean) => void;
}

/** A checkbox in a long list: the browser's own, since one of the library takes as long as the rest of its row. */
export const Tick = ({ label, checked, isMixed = false, tabIndex, onChange }: Props) => (
  <input
    type="checkbox"
    className={styles.tick}
    aria-label={label}
    tabIndex={tabIndex}
    checked={checked}
    ref={(input) => {
      if (input !== null) input.indeterminate = isMixed;
    }}
    onChange={(event) => onChange(event.currentTarget.checked)}
  />
);
