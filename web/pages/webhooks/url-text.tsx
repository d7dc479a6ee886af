/** A URL whose host stands out. */
export function UrlText({ url }: { readonly url: string }) {
  const found = /^([a-z]+:\/\/)([^/?#]+)(.*)$/i.exec(url);
  if (found === null) return <span class="url">{url}</span>;
  const [, scheme, host, rest] = found;
  return (
    <span class="url" title={url}>
      <span class="muted">{scheme}</span>
      <strong>{host}</strong>
      <span class="muted">{rest}</span>
    </span>
  );
}
