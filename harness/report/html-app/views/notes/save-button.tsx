/** Hands a text to the browser's downloads. */
export function SaveButton({
  name,
  type,
  text,
}: {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <button type="button" class="small" onClick={save}>
      Save {name}
    </button>
  );
}
