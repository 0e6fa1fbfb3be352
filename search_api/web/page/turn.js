// Whose turn it is to show something: the question or story that was sent last. An earlier one's answer is dropped.
let latest = 0;

export function take() {
  latest += 1;
  return latest;
}

export function has(mine) {
  return mine === latest;
}
