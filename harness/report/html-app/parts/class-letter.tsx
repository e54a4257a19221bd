import { Name, titleText } from './name.tsx';

/** Tints of classes other than the reference's, in turn. */
const TINTS = 6;

/** The letter of a class: filled for the reference's own bytes, tinted otherwise. Within one tensor equal letters are equal bytes. */
export function ClassLetter({
  id,
  reference,
  index,
}: {
  readonly id: string;
  readonly reference: boolean;
  /** Its place among the classes, which chooses the tint. */
  readonly index: number;
}) {
  return (
    <span
      class={`letter ${reference ? 'reference' : `tint-${index % TINTS}`}`}
      title={`class ${titleText(id)}${reference ? ", the reference's own bytes" : ''}`}
    >
      <Name columns={8}>{id}</Name>
    </span>
  );
}
