/** A picture's data as an address for an attribute; undefined where they are not base64, which needs no escaping. */
export function pictureAddress(mime: string, data: string): string | undefined {
  const packed = data.replace(/\s/g, '');
  const isSound = /^image\/[a-z0-9.+-]+$/.test(mime) && /^[A-Za-z0-9+/]*={0,2}$/.test(packed);
  return isSound ? `data:${mime};base64,${packed}` : undefined;
}
