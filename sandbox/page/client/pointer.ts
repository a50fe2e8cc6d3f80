let last = '';
const placeOf = ({ screenX, screenY }: MouseEvent): string => `${screenX} ${screenY}`;

// Where it is known to be, after whatever it moved over has heard of it.
document.addEventListener('mousemove', (event) => {
  last = placeOf(event);
});

/** Of a pointer that a hand has moved: what appears or scrolls below one that lies still is not pointed at. */
export function whenMoved(then: () => void): (event: MouseEvent) => void {
  return (event) => {
    if (placeOf(event) !== last) then();
  };
}
