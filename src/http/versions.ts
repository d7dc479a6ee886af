/** The ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Does an If-Match header want this version? Without one every version is wanted (RFC 9110 §13.1.1). */
export function wantedBy(ifMatch: string | undefined): (version: number) => boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return () => true;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  // Weak tags never match: the comparison is a strong one.
  return (version) => tags.includes(etagOf(version));
}
