/** Foyer's sign. */
export const Mark = ({ size }: { size: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" fill="#7d2a58" />
    <path d="M11 24V8h11v3.4h-7v3.2h6v3.4h-6v6z" fill="#fff" />
  </svg>
);
