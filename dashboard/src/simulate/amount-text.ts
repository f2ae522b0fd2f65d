/** Three figures are more than anybody knows. */
export function amountText(value: number): string {
  return value === 0 ? '0' : Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
}
