/** What the service says in passing, such as "the receiver answered 503", as a sentence; nothing stays nothing. */
export function sentence(text: string | null): string {
  if (text === null || text === '') return '';
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
