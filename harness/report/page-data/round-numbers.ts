/** A copy of JSON-like data in which no number has more than `digits` significant digits; integers stay. */
export function roundNumbers<Data>(data: Data, digits: number): Data {
  if (typeof data === 'number') {
    return (Number.isInteger(data) ? data : Number(data.toPrecision(digits))) as Data;
  }
  if (Array.isArray(data)) return data.map((item) => roundNumbers(item, digits)) as Data;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, roundNumbers(value, digits)]),
  ) as Data;
}
