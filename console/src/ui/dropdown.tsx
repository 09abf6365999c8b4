import { type CSSProperties, type ReactNode, type ToggleEvent, useEffect, useId, useRef, useState } from 'react';
import styles from './ui.module.css';

interface Props {
  readonly label: string;
  /** The button that opens it. */
  readonly className?: string;
  readonly button: ReactNode;
  readonly buttonLabel?: string;
  /** Which edges of the two are aligned. */
  readonly align?: 'start' | 'end';
  readonly side?: 'bottom' | 'right';
  readonly width?: number;
  readonly children: (close: () => void) => ReactNode;
}

const GAP_PX = 6;

/** The browser's own popover, with its button: Esc or a click elsewhere closes it, and it returns the focus. */
export function Dropdown({
  label,
  className,
  button,
  buttonLabel,
  align = 'start',
  side = 'bottom',
  width = 280,
  children,
}: Props) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [place, setPlace] = useState<CSSProperties>({});
  const target = useRef<HTMLButtonElement>(null);
  const popover = useRef<HTMLDivElement>(null);
  const beforeToggle = (event: ToggleEvent) => {
    if (event.newState !== 'open' || target.current === null) return;
    const { left, right, bottom } = target.current.getBoundingClientRect();
    const start = Math.max(8, Math.min(align === 'end' ? right - width : left, innerWidth - width - 8));
    setPlace(
      side === 'right'
        ? { left: right + GAP_PX, bottom: Math.max(8, innerHeight - bottom) }
        : { left: start, top: bottom + GAP_PX },
    );
    setOpen(true);
  };
  useEffect(() => {
    if (!isOpen) return;
    const first = popover.current?.querySelector<HTMLElement>('[data-autofocus], input, button, a');
    first?.focus({ preventScroll: true });
  }, [isOpen]);
  return (
    <>
      <button
        ref={target}
        type="button"
        className={className}
        popoverTarget={id}
        aria-label={buttonLabel}
        aria-haspopup="dialog"
        title={buttonLabel}
      >
        {button}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={styles.dropdown}
        style={{ ...place, '--width': `${width}px` } as CSSProperties}
        onBeforeToggle={beforeToggle}
        onToggle={(event) => {
          if (event.newState === 'closed') setOpen(false);
        }}
      >
        {isOpen && children(() => popover.current?.hidePopover())}
      </div>
    </>
  );
}
